"""Tells in which branches of a template a finding applies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from linter.model.diagnostic import Diagnostic, Note
from linter.model.stack import Stack
from linter.syntax.mask import Branch
from linter.syntax.source import Source, Span

_APPLIES = "found only where this applies"
_APPLIES_NOT = "found only where this does not apply"


class Branches:
    """The views of templates that were judged."""

    def __init__(self) -> None:
        self._views: dict[str, dict[int, Source]] = {}
        self._taken: dict[Source, frozenset[Branch]] = {}
        self._telling: dict[tuple[frozenset[Source], tuple[Source, ...]], list[Branch]] = {}

    def add(self, stack: Stack) -> None:
        """Remember the views that a stack is made of."""
        for source in stack.sources:
            if source.view and source.view.of > 1:
                self._views.setdefault(source.path, {})[source.view.number] = source

    def told(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Each finding once, with the branch that it depends on."""
        if not self._views:
            return list(diagnostics)
        groups: dict[tuple[object, ...], list[Diagnostic]] = {}
        for each in diagnostics:
            place = each.finding.span.sort_key
            key = (each.rule, place, each.services, each.finding.message)
            groups.setdefault(key, []).append(each)
        return [told for group in groups.values() for told in self._told(group)]

    def _told(self, group: list[Diagnostic]) -> Iterator[Diagnostic]:
        first = group[0]
        views = self._views.get(first.path)
        if views is None:
            yield from group
            return
        span = first.finding.span
        found = {each.finding.span.source for each in group}
        others = [each for each in views.values() if each not in found and _shows(each, span)]
        branch = _nearest(self._all_telling(found, others), span.start)
        if branch is not None:
            place = Span(span.source, branch.start, branch.end)
            note = Note(place, _APPLIES if branch.holds else _APPLIES_NOT)
            first = first._replace(
                finding=first.finding._replace(notes=(*first.finding.notes, note))
            )
        yield first

    def _all_telling(self, found: Collection[Source], others: list[Source]) -> list[Branch]:
        """The branches, in order, that only the views with a finding take; none if all have it."""
        if not others:
            return []
        key = frozenset(found), tuple(others)
        known = self._telling.get(key)
        if known is None:
            some, rest = ([self._branches(each) for each in views] for views in (found, others))
            common, taken = frozenset.intersection(*some), frozenset.union(*rest)
            telling = common - taken or common - rest[0] or frozenset.union(*some) - taken
            known = self._telling[key] = sorted(telling, key=lambda each: (each.start, each.end))
        return known

    def _branches(self, source: Source) -> frozenset[Branch]:
        """The branches that a view takes."""
        taken = self._taken.get(source)
        if taken is None:
            taken = self._taken[source] = frozenset(source.masked.branches)
        return taken


def _shows(source: Source, span: Span) -> bool:
    """Whether a place is in a branch that a view takes."""
    return span.start == span.end or bool(source.yaml[span.start : span.end].strip())


def _nearest(branches: list[Branch], offset: int) -> Branch | None:
    """The branch, of some in order, whose tag begins nearest to a place."""
    number = bisect_right(branches, offset, key=lambda each: each.start)
    return min(
        branches[max(number - 1, 0) : number + 1],
        key=lambda each: (abs(each.start - offset), each.start),
        default=None,
    )
