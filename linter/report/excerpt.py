"""Shows the part of a line that matters, without anything that may be secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from linter.editing.diff import regions
from linter.editing.public import Public
from linter.model.diagnostic import Edit
from linter.record import Record
from linter.report.escape import escape_at, width
from linter.syntax.source import Source, Span

ELLIPSIS = "…"
"""Stands for what is hidden, and for the rest of a line that is too long."""

_CONTEXT = 24
"""Characters to keep before what matters in a line that is too long."""

_WORD = re.compile(r"\w")
_COLON = re.compile(r"[ \t]*:[ \t]*")

_MOST_PER_COLUMN = 4
"""Characters to look at for each column; some have no width."""


class Part(Record):
    """A part of a line, from one offset of a text to another."""

    __slots__ = ("end", "public", "start")

    def __init__(self, public: Public, start: int, end: int) -> None:
        self.public = public
        self.start = start
        self.end = end


Line = Sequence[Part]
"""A line in parts, without its line break; they may be from different texts."""


class _Cell(Record):
    """A character, or a hidden part, as it is shown."""

    __slots__ = ("end", "hidden", "shown", "start")

    def __init__(self, start: int, end: int, shown: str, hidden: bool = False) -> None:
        self.start = start
        self.end = end
        self.shown = shown
        self.hidden = hidden


class Window(Record):
    """The part of a line that is shown; `lead` is what is shown before its first character."""

    __slots__ = ("cells", "lead", "tail")

    def __init__(self, lead: str, cells: Sequence[_Cell], tail: str) -> None:
        self.lead = lead
        self.cells = cells
        self.tail = tail

    @property
    def shown(self) -> str:
        return "".join((self.lead, *(cell.shown for cell in self.cells), self.tail))

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """The columns between which two offsets of the line are shown, or would be."""
        before = len(self.lead) + sum(width(each.shown) for each in self.cells if each.end <= start)
        until = len(self.lead) + sum(width(each.shown) for each in self.cells if each.start < end)
        return before, until


def excerpt(public: Public, spans: Sequence[Span], room: int) -> Window:
    """
    The part of a line around the first of some spans, which begin on it.

    A key among them is shown wherever it is: it is what a finding is about.
    """
    source = public.source
    offset = spans[0].start
    start, end = source.line_start(offset), source.line_end(offset)
    parts: list[Part] = []
    for span in sorted(dict.fromkeys(spans), key=lambda span: span.start):
        first, last = span.start, span.end
        colon = _COLON.match(source.text, last)
        # An item of a list in a wrong place may be a key too, and has its value before the colon.
        if start <= first and colon and source.text.find("=", first, last) < 0:
            parts += (Part(public, start, first), Part(Public(source), first, colon.end()))
            start = colon.end()
    parts.append(Part(public, start, end))
    line = [part for part in parts if part.start < part.end]
    number = next((n for n, part in enumerate(line) if offset <= part.end), 0)
    return window(line, number, min(offset, end), room)


def window(line: Line, number: int, offset: int, room: int) -> Window:
    """
    The part of a line around an offset in the part with a number, in as many columns as given.

    The time it takes does not depend on the length of the line.
    """
    if not line:
        return Window("", (), "")
    first = (0, line[0].start)
    start = _back(line, number, offset, room - _CONTEXT)
    if start != first:
        start = _back(line, number, offset, _CONTEXT)
    cells: list[_Cell] = []
    left = room - (start != first)
    for cell in _cells(line, *start):
        if cell.hidden and cells and cells[-1].hidden:
            continue
        cells.append(cell)
        left -= width(cell.shown)
        if left < 0 or len(cells) > room * _MOST_PER_COLUMN:
            break
    is_whole = left >= 0 and len(cells) <= room * _MOST_PER_COLUMN
    while not is_whole and cells and left < 1:
        left += width(cells.pop().shown)
    lead = "" if start == first or (cells and cells[0].hidden) else ELLIPSIS
    tail = "" if is_whole or (cells and cells[-1].hidden) else ELLIPSIS
    return Window(lead, cells, tail)


def _cells(line: Line, number: int, offset: int) -> Iterator[_Cell]:
    """What is shown of a line from an offset in the part with a number."""
    start = offset
    for part in line[number:]:
        public, first, end = part.public, part.start, part.end
        text = public.source.text
        for piece in public.pieces(max(first, start), end):
            if piece.hidden:
                yield _Cell(max(piece.start, first), min(piece.end, end), ELLIPSIS, hidden=True)
                continue
            for index in range(piece.start, piece.end):
                yield _Cell(index, index + 1, escape_at(text, index))
        start = 0


def _back(line: Line, number: int, offset: int, count: int) -> tuple[int, int]:
    """The place that is a number of characters, or hidden parts, before another one."""
    for _ in range(count):
        while offset == line[number].start and number:
            number -= 1
            offset = line[number].end
        if offset > line[number].start:
            before = line[number].public.start_of(offset)
            offset = max(before if before < offset else offset - 1, line[number].start)
    return number, offset


# -- Changes -------------------------------------------------------------------------------------


class Changed(Record):
    """A line that a change removes, with the sign `-`, or adds, with `+`."""

    __slots__ = ("shown", "sign")

    def __init__(self, sign: str, shown: str) -> None:
        self.sign = sign
        self.shown = shown


def changed(
    public: Public, edits: Iterable[Edit], room: int, after: Public | None = None
) -> Iterator[Changed]:
    """
    The lines that edits change, each as far as it changes.

    Without `after`, which says what may be shown of the new text, all that is new may be shown.
    """
    moved = 0
    for start, end, group in regions(public.source, edits):
        old = list(_lines([Part(public, start, end)]))
        new = list(_lines(_edited(public, start, end, group, moved, after)))
        moved += sum(len(each.text) - (each.span.end - each.span.start) for each in group)
        same = sum(1 for _ in takewhile(bool, map(_equal, old, new)))
        old, new = old[same:], new[same:]
        same = sum(1 for _ in takewhile(bool, map(_equal, reversed(old), reversed(new))))
        old, new = old[: len(old) - same], new[: len(new) - same]
        for sign, lines, others in (("-", old, new), ("+", new, old)):
            for number, line in enumerate(lines):
                focus = _focus(line, others[number]) if number < len(others) else _begin(line)
                yield Changed(sign, window(line, *focus, room).shown)


def _equal(one: Line, other: Line) -> bool:
    return one == other


def _begin(line: Line) -> tuple[int, int]:
    return 0, line[0].start if line else 0


def _begins_like(one: Part, other: Part) -> bool:
    return one.public == other.public and one.start == other.start


def _focus(line: Line, other: Line) -> tuple[int, int]:
    """Where two lines begin to differ."""
    if line and other and _begins_like(line[0], other[0]):
        return 0, min(line[0].end, other[0].end)
    return _begin(line)


def _edited(
    public: Public, start: int, end: int, edits: Iterable[Edit], moved: int, after: Public | None
) -> Iterator[Part]:
    """A part of a text after edits; it starts `moved` characters further on in the new text."""
    for edit in edits:
        if start < edit.span.start:
            yield Part(public, start, edit.span.start)
        new, place = Public(Source("", edit.text)), 0
        if after and _WORD.search(edit.text):
            new, place = after, edit.span.start + moved
        yield Part(new, place, place + len(edit.text))
        moved += len(edit.text) - (edit.span.end - edit.span.start)
        start = edit.span.end
    if start < end:
        yield Part(public, start, end)


def _lines(parts: Iterable[Part]) -> Iterator[Line]:
    """The lines of a text in parts."""
    line: list[Part] = []
    for part in parts:
        public, end = part.public, part.end
        source, offset = public.source, part.start
        while offset < end:
            stop = min(source.next_line(offset), end)
            until = min(source.line_end(offset), stop)
            if offset < until:
                joins = line and line[-1].public is public and line[-1].end == offset
                first = line.pop().start if joins else offset
                line.append(Part(public, first, until))
            if until < stop:
                yield line
                line = []
            offset = stop
    if line:
        yield line
