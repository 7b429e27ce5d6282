"""
Finds the edits that change a label of one service and nothing else.

A label may belong to the service itself, or come from an alias or a merge that others use too. It
is changed in place if the change is for all services that get it from there. Otherwise, the service
gets its own labels, which override the shared ones; what it inherited is kept, through the same
anchor or as a copy. If neither can be done exactly, nothing is changed, and a NotDone says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from linter.editing.content import Inexact
from linter.editing.outline import Impossible, NotOnThisLevel
from linter.editing.placer import Placed, Placer
from linter.model.change import Change, NotDone
from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.syntax.documents import document_of


class Placement(NamedTuple):
    """The result for each change; changes that are already made are left out."""

    placed: tuple[Placed, ...] = ()
    refused: tuple[NotDone, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, each once, because services that share a place are changed together."""
        return tuple(dict.fromkeys(edit for each in self.placed for edit in each.edits))


def place(stack: Stack, changes: Iterable[Change]) -> Placement:
    """
    The edits that make changes in the files of a stack.

    If there are several files, the one that determines the value is edited. A new label goes into
    the last file that has labels of the service; a label is removed from all files that have it.
    For each service, either all changes are made or none.
    """
    changes = dict.fromkeys(changes)
    if not changes:
        return Placement((), ())
    placers = [Placer(document) for document in stack.documents]
    outlines = [placer.outline for placer in placers]
    services = {str(service.name): service for service in stack.services}
    wanted: list[tuple[int, Change]] = []
    refused: list[NotDone] = []
    for change in changes:
        service, key, value = change
        if service in services and not any(service in each.services for each in outlines):
            reason = "it is under a misspelled key, so Docker rejects the file"
            refused.append(NotDone(service, reason, services[service].name.span, changes=(change,)))
            continue
        if value is None:
            numbers = [n for n, each in enumerate(outlines) if each.has(service, key)]
        else:
            ranks = [(each.rank(service, key), n) for n, each in enumerate(outlines)]
            _, last = max(ranks)
            exact = outlines[last].has_exactly(service, key, value)
            numbers = [] if exact or _is_done(services[service], change) else [last]
        wanted += ((number, change) for number in numbers)
    while True:
        placed, found = _by_source(placers, wanted)
        if not found:
            return Placement(tuple(placed), tuple(refused))
        # What is shared with a service that is not changed must not change either.
        refused += found
        stuck = {each.service for each in found}
        wanted = [each for each in wanted if each[1].service not in stuck]


def _by_source(
    placers: Sequence[Placer], wanted: Iterable[tuple[int, Change]]
) -> tuple[list[Placed], list[NotDone]]:
    """The result for changes, each given with the number of its source."""
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


def by_hand(stack: Stack, changes: Sequence[Change], reason: str) -> Placement:
    """Nothing is placed: for a stack whose text cannot be changed, what to do by hand."""
    say = in_words(stack)
    refused: list[NotDone] = []
    for service in stack.services:
        labels = {label.key.value for label in service.labels}
        needed = tuple(
            each
            for each in changes
            if each.service == str(service.name)
            and (each.key in labels if each.value is None else not _is_done(service, each))
        )
        words = (say(*each) for each in needed)
        if needed:
            name, span, help_text = str(service.name), service.name.span, " and ".join(words)
            refused.append(NotDone(name, reason, span, help_text, changes=needed))
    return Placement((), tuple(refused))


def in_words(stack: Stack) -> Callable[[str, str, str | None], str]:
    """What says how to set a label of a service to a value by hand, or to remove it."""
    said = (source.view.by_hand for source in stack.sources if source.view)
    return next(filter(None, said), _words)


def _words(_service: str, key: str, value: str | None) -> str:
    return f"remove `{key}`" if value is None else f"set `{key}` to `{value}`"


def _is_done(service: Service, change: Change) -> bool:
    """Whether a service already has exactly this value; False for a value with variables."""
    # Docker rejects booleans, so they do not count.
    values = (
        each.value.value
        for each in service.labels
        if each.key.value == change.key and each.value.kind != "boolean"
    )
    return "$" not in (change.value or "") and change.value in values


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that remove a label of a service in place.

    None if that cannot be done exactly, or if other services get the label from there too.
    """
    placer = Placer(document_of(label.span.source))
    try:
        return placer.removal(label.key.span.start, str(service.name))
    except (Inexact, Impossible, NotOnThisLevel):
        return None
