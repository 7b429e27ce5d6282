"""Tells findings that a baseline knows from new ones, and finds out what no longer occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linter.checking.rule import Rule
from linter.model.baseline import Entry, Kind
from linter.model.diagnostic import Diagnostic
from linter.syntax.address import address
from linter.syntax.composer import NotYaml
from linter.syntax.documents import document_of
from linter.syntax.nodes import Document
from linter.syntax.source import Source, Span

Kinds = Sequence[tuple[Kind, Diagnostic]]
"""Findings with their kinds."""


class Sorted(NamedTuple):
    """
    The findings that are `new`, and how many are `known`.

    If there are more of a kind than are known, all of them count as new, because nothing tells
    which ones are; `mixed` is how many of them are known. `left` are the entries of the baseline
    that no finding was needed for, with their numbers.
    """

    new: list[Diagnostic]
    known: int
    mixed: int
    left: list[Entry]


def sort_out(kinds: Kinds, entries: Mapping[Kind, Entry]) -> Sorted:
    """Compare findings with a baseline."""
    numbers: dict[Kind, int] = {}
    for kind, _ in kinds:
        numbers[kind] = numbers.get(kind, 0) + 1
    known = {kind: entries[kind].number if kind in entries else 0 for kind in numbers}
    new = [each for kind, each in kinds if numbers[kind] > known[kind]]
    left = (
        entry._replace(number=entry.number - numbers.get(kind, 0))
        for kind, entry in entries.items()
    )
    return Sorted(
        new,
        known=len(kinds) - len(new),
        mixed=sum(known[kind] for kind, number in numbers.items() if number > known[kind]),
        left=[each for each in left if each.number > 0],
    )


def entries_of(kinds: Kinds, path_of: Callable[[str], str]) -> dict[Kind, Entry]:
    """The baseline in which exactly these findings are known; `path_of` is how it calls a file."""
    found: dict[Kind, Entry] = {}
    for kind, each in kinds:
        before = found.get(kind, Entry(kind, 0))
        paths = {path_of(span.source.path) for span in each.finding.spans()}
        others = tuple(sorted({*before.others, *paths} - {kind.path}))
        found[kind] = Entry(kind, before.number + 1, others)
    return found


def without(entries: Mapping[Kind, Entry], outdated: Iterable[Entry]) -> dict[Kind, Entry]:
    """What stays of a baseline when some of its findings no longer occur."""
    gone = {each.kind: each.number for each in outdated}
    stays = (
        each._replace(number=each.number - gone.get(kind, 0)) for kind, each in entries.items()
    )
    return {each.kind: each for each in stays if each.number > 0}


def outdated(
    left: Iterable[Entry],
    rules: frozenset[str],
    ran: Callable[[str, str], bool],
    is_gone: Callable[[str], bool],
) -> Iterator[Entry]:
    """
    The entries, of those left over, that certainly occur no longer.

    `rules` are the names that exist. `ran` says whether a rule has judged a file, `is_gone` whether
    there is no such file any more. Whatever was not judged may still occur: in files that were not
    named, with rules that are off, or together with other stacks.
    """
    for each in left:
        path, rule = each.kind.path, each.kind.rule
        judged = rule not in rules or is_gone(path) or ran(rule, path)
        if judged and all(is_gone(other) or ran(rule, other) for other in each.others):
            yield each


def kinds_of(
    diagnostics: Iterable[Diagnostic], rules: Iterable[Rule], path_of: Callable[[str], str]
) -> Kinds:
    """Findings with their kinds; `path_of` is how the baseline calls a file."""
    documents: dict[Source, Document | None] = {}
    once = {rule.name for rule in rules if rule.once}
    found: list[tuple[Kind, Diagnostic]] = []
    for each in diagnostics:
        # Of several places, the first one may be another when the file is reordered.
        has_place = not (each.services or each.finding.notes or each.rule in once)
        at = _at(each.finding.span, documents) if has_place else None
        found.append((_kind_of(each, path_of(each.path), at), each))
    return found


def _kind_of(diagnostic: Diagnostic, path: str, at: str | None) -> Kind:
    # The order of services in the file may change, and with it which one is the first.
    services = tuple(sorted(diagnostic.services))
    label = None if diagnostic.spread else diagnostic.label
    return Kind(path, diagnostic.rule, services, label, at)


def _at(span: Span, documents: dict[Source, Document | None]) -> str | None:
    """The address of a place; None outside of YAML."""
    source = span.source
    if source not in documents:
        try:
            documents[source] = None if source.is_toml else document_of(source)
        except NotYaml:
            documents[source] = None
    document = documents[source]
    return address(document, span.start) or None if document else None
