"""What a page shows of a finding: sentences, lines of its files, and its fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from linter.editing.public import public
from linter.model.diagnostic import Diagnostic, Fix
from linter.report import Style
from linter.report.entries import Entry, entry, place_of, sentence
from linter.report.excerpt import Changed, Window, changed, excerpt
from linter.report.lines import effect
from linter.report.markers import Marker, by_line, by_source, markers, spans
from linter.syntax.source import Source

_ROOM = 160
"""Columns of a line that are shown; a browser wraps it."""


class Piece(NamedTuple):
    """A part of a line; its kind is `primary`, `related` or empty."""

    text: str
    kind: str


class Line(NamedTuple):
    """A line of a file, with what is said about places in it; after a gap, lines are left out."""

    number: int
    pieces: Sequence[Piece]
    notes: Sequence[str]
    after_gap: bool


class Excerpt(NamedTuple):
    """Lines of one file, and how many blanks all of them begin with."""

    place: str
    indent: int
    lines: Sequence[Line]


class ShownFix(NamedTuple):
    """A fix: what it does, the lines that it changes, and how many blanks these begin with."""

    title: str
    safe: bool
    indent: int
    lines: Sequence[Changed]


class Shown(NamedTuple):
    """A finding, or something that was not judged, as a page shows it."""

    rule: str
    severity: str
    path: str
    place: str
    services: Sequence[str]
    message: str
    effect: str
    help: str
    excerpts: Sequence[Excerpt]
    fix: ShownFix | None


def shown(entry: Entry, style: Style) -> Shown:
    """What to show of a finding, or of something that was not judged."""
    diagnostic = entry.diagnostic
    return Shown(
        rule=entry.rule,
        severity=entry.severity if diagnostic else "not judged",
        path=entry.place.path,
        place=entry.place.shown,
        services=diagnostic.services if diagnostic else (),
        message=sentence(entry.message.removeprefix("Not judged: ")),
        effect=sentence(effect(diagnostic)) if diagnostic else "",
        help=sentence(diagnostic.finding.help) if diagnostic else entry.details,
        excerpts=[
            _excerpt(source, group, style)
            for source, group in by_source(markers(diagnostic.finding))
        ]
        if diagnostic
        else (),
        fix=_fix(diagnostic.finding.fix) if diagnostic and diagnostic.finding.fix else None,
    )


def all_shown(found: Iterable[Diagnostic], style: Style) -> list[Shown]:
    """What to show of each finding."""
    seen: Counter[str] = Counter()
    return [shown(entry(each, style, seen), style) for each in found]


def _excerpt(source: Source, group: Sequence[Marker], style: Style) -> Excerpt:
    first = next((marker for marker in group if marker.primary), group[0])
    lines = list(_lines(source, group))
    begins = ("" if line.pieces[0].kind else line.pieces[0].text for line in lines if line.pieces)
    return Excerpt(place_of(first.span, style).shown, _indent(begins), lines)


def _indent(texts: Iterable[str]) -> int:
    """How many blanks all of some texts begin with."""
    return min((len(text) - len(text.lstrip(" ")) for text in texts), default=0)


def _lines(source: Source, group: Iterable[Marker]) -> Iterator[Line]:
    previous = None
    for number, on_line in by_line(group):
        view = excerpt(public(source), spans(on_line), _ROOM)
        yield Line(
            number,
            list(_pieces(view, on_line)),
            [marker.message for marker in on_line if marker.message],
            after_gap=previous is not None and number > previous + 1,
        )
        previous = number


def _pieces(view: Window, on_line: Sequence[Marker]) -> Iterator[Piece]:
    """The line in parts, each inside or outside of what is marked."""

    def kind(place: tuple[int, int, str]) -> str:
        start, end, _ = place
        found = {
            marker.primary
            for marker in on_line
            if start < marker.span.end and marker.span.start < end
        }
        return "primary" if True in found else "related" if found else ""

    if view.lead:
        yield Piece(view.lead, "")
    cells = ((cell.start, cell.end, cell.shown) for cell in view.cells)
    for name, same in groupby(cells, key=kind):
        yield Piece("".join(text for *_, text in same), name)
    if view.tail:
        yield Piece(view.tail, "")


def _fix(fix: Fix) -> ShownFix:
    sources = dict.fromkeys(edit.span.source for edit in fix.edits)
    lines = [
        line
        for source in sources
        for line in changed(
            public(source), [each for each in fix.edits if each.span.source is source], _ROOM
        )
    ]
    indent = _indent(line.shown for line in lines if line.shown.strip())
    return ShownFix(sentence(fix.title), fix.safe, indent, lines)
