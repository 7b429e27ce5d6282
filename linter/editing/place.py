"""
Places a label change: finds the edits that change the label of one service and nothing else.

A label may be the service's own, or come through an alias or a merge that others use too. It is
changed where it stands when all who read it there are meant; else the service gets labels of its
own over those it shares. What it inherited stays: through the same anchor, or repeated. Where
neither can be done exactly, nothing is, and a NotDone says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linter.editing.content import Inexact
from linter.editing.outline import Impossible, NotOnThisLevel
from linter.editing.placer import Placed, Placer
from linter.model.change import Change, NotDone
from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.syntax.composer import document_of
from linter.syntax.scalars import Kind


class Placement(NamedTuple):
    """What becomes of changes: of each one of these, or nothing where it is so already."""

    placed: tuple[Placed, ...] = ()
    refused: tuple[NotDone, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, each once: services that share a place are changed together."""
        return tuple(dict.fromkeys(edit for each in self.placed for edit in each.edits))


def place(stack: Stack, changes: Iterable[Change]) -> Placement:
    """
    The edits that make changes in the files of a stack.

    Of several files the one that decides the value is edited; a new label goes into the last one
    that has labels of the service, and a label is taken out of all that have it. Of a service all
    changes are made, or none.
    """
    placers = [Placer(document) for document in stack.documents]
    outlines = [placer.outline for placer in placers]
    services = {str(service.name): service for service in stack.services}
    wanted: list[tuple[int, Change]] = []
    for change in dict.fromkeys(changes):
        service, key, value = change
        if value is None:
            numbers = [n for n, each in enumerate(outlines) if each.has(service, key)]
        else:
            ranks = [(each.rank(service, key), n) for n, each in enumerate(outlines)]
            _, last = max(ranks)
            done = _is_so(services[service], change) or outlines[last].says(service, key, value)
            numbers = [] if done else [last]
        wanted += ((number, change) for number in numbers)
    refused: list[NotDone] = []
    while True:
        placed, found = _by_source(placers, wanted)
        if not found:
            return Placement(tuple(placed), tuple(refused))
        # What is shared with a service that stays as it is has to stay too.
        refused += found
        stuck = {each.service for each in found}
        wanted = [each for each in wanted if each[1].service not in stuck]


def _by_source(
    placers: Sequence[Placer], wanted: Iterable[tuple[int, Change]]
) -> tuple[list[Placed], list[NotDone]]:
    """What becomes of changes, each given with the number of its source."""
    by_number: dict[int, list[Change]] = {}
    by_service: dict[str, list[Change]] = {}
    for number, change in wanted:
        by_number.setdefault(number, []).append(change)
        by_service.setdefault(change.service, []).append(change)
    placed: list[Placed] = []
    refused: dict[str, NotDone] = {}
    for number, found in sorted(by_number.items()):
        for each in placers[number].place(found):
            if isinstance(each, Placed):
                placed.append(each)
            elif each.service not in refused:
                every = tuple(dict.fromkeys(by_service[each.service]))
                refused[each.service] = each._replace(changes=every)
    return placed, list(refused.values())


def _is_so(service: Service, change: Change) -> bool:
    """Whether a service has the very value; of one with variables this does not tell."""
    # Docker refuses a boolean, whatever it says.
    values = (
        each.value.value
        for each in service.labels
        if each.key.value == change.key and each.value.kind is not Kind.BOOLEAN
    )
    return "$" not in (change.value or "") and change.value in values


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take a label out of a service where it stands.

    None where that cannot be done exactly, or where others have it from there too.
    """
    placer = Placer(document_of(label.span.source))
    try:
        return placer.without(label.key.span.start, str(service.name))
    except (Inexact, Impossible, NotOnThisLevel):
        return None
