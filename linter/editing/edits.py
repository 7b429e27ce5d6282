"""Applies edits to a text."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator

from linter.model.diagnostic import Edit
from linter.record import Record
from linter.syntax.source import Source, Span

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Overlap(ValueError):
    """Edits that touch the same text."""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits of one source to its text. Raises Overlap."""
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        if edit.span.start < end:
            raise Overlap(f"two edits overlap at offset {edit.span.start}")
        pieces += (text[end : edit.span.start], edit.text)
        end = edit.span.end
    return "".join((*pieces, text[end:]))


def keeps_the_rest(before: str, after: str, edits: Iterable[Edit]) -> bool:
    """Whether two texts differ only by the given edits."""
    offset = end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        kept = before[end : edit.span.start]
        if after[offset : offset + len(kept) + len(edit.text)] != kept + edit.text:
            return False
        offset += len(kept) + len(edit.text)
        end = edit.span.end
    return after[offset:] == before[end:]


class _Kept(Record):
    """A part of the original text, from one offset to another."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


_Parts = list[str | _Kept]


def joined(source: Source, rounds: Iterable[Iterable[Edit]]) -> tuple[Edit, ...]:
    """
    The edits of a source that do the same as several rounds of edits together.

    Each round is made for the text that those before it lead to. Text that stays is never repeated.
    """
    parts: _Parts = [_Kept(0, len(source.text))]
    for edits in rounds:
        parts = list(_edited(parts, edits))
    found: list[Edit] = []
    end, text = 0, ""
    for part in (*parts, _Kept(len(source.text), len(source.text))):
        if isinstance(part, str):
            text += part
            continue
        if text or part.start > end:
            found.append(Edit(Span(source, end, part.start), text))
        end, text = part.end, ""
    return tuple(found)


def _edited(parts: _Parts, edits: Iterable[Edit]) -> Iterator[str | _Kept]:
    """The parts of a text after edits."""
    rest = deque(parts)
    offset = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        yield from _taken(rest, edit.span.start - offset)
        if edit.text:
            yield edit.text
        for _ in _taken(rest, edit.span.end - edit.span.start):
            pass
        offset = edit.span.end
    yield from rest


def _taken(rest: deque[str | _Kept], count: int) -> Iterator[str | _Kept]:
    """Take the parts with the first characters from the rest."""
    while count:
        part = rest.popleft()
        length = len(part) if isinstance(part, str) else part.end - part.start
        if length > count:
            first, second = _split(part, count)
            rest.appendleft(second)
            part, length = first, count
        yield part
        count -= length


def _split(part: str | _Kept, count: int) -> tuple[str | _Kept, str | _Kept]:
    if isinstance(part, str):
        return part[:count], part[count:]
    middle = part.start + count
    return _Kept(part.start, middle), _Kept(middle, part.end)


def lines_of(text: str) -> list[str]:
    return LINE.findall(text)
