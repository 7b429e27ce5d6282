"""The places that a finding is about, by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from linter.model.diagnostic import Finding
from linter.record import Record
from linter.syntax.source import Source, Span


class Marker(Record):
    """A place with a few words about it; the primary one is what the finding is about."""

    __slots__ = ("message", "primary", "span")

    def __init__(self, span: Span, message: str, primary: bool) -> None:
        self.span = span
        self.message = message
        self.primary = primary

    @property
    def number(self) -> str:
        """The number of its line; what no user has written has no lines."""
        return str(self.span.position.line) if self.span.source.is_written else ""


def markers(finding: Finding) -> list[Marker]:
    """All places of a finding, its own first."""
    notes = (Marker(note.span, note.message, primary=False) for note in finding.notes)
    return [Marker(finding.span, "", primary=True), *notes]


def by_source(found: Iterable[Marker]) -> Iterator[tuple[Source, list[Marker]]]:
    """Markers by file, that of the first one first; in each file, in order of place."""
    groups: dict[Source, list[Marker]] = {}
    for marker in found:
        groups.setdefault(marker.span.source, []).append(marker)
    for source, group in groups.items():
        yield source, sorted(group, key=lambda marker: (marker.span.start, marker.span.end))


def by_line(group: Iterable[Marker]) -> Iterator[tuple[int, list[Marker]]]:
    """Markers of a file by line, in order."""
    for number, same in groupby(group, key=lambda marker: marker.span.position.line):
        yield number, list(same)


def spans(on_line: Iterable[Marker]) -> list[Span]:
    """The spans of markers on one line, that of the primary one first."""
    return [marker.span for marker in sorted(on_line, key=lambda marker: not marker.primary)]
