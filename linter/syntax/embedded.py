"""
A text inside another one, such as a script in a CI file, without what the outer language adds.

Indentation, prompts and escapes of the outer language are not part of it. It says where each of
its characters is in the outer text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linter.syntax.mask import HOLE


class Segment(NamedTuple):
    """
    A range of the outer text, as the inner text has it.

    `text` is what an escape stands for, or a hole; None if it is the same in both.
    """

    start: int
    end: int
    text: str | None = None


def hole(start: int, end: int) -> Segment:
    """An expression of the outer language, of which the value is not known."""
    return Segment(start, end, HOLE)


class Embedded:
    """The inner text; offsets in it are turned into offsets in the outer text."""

    def __init__(self, outer: str, segments: Iterable[Segment]) -> None:
        self._segments: list[Segment] = []
        self._starts: list[int] = []
        texts: list[str] = []
        length = 0
        for segment in segments:
            text = outer[segment.start : segment.end] if segment.text is None else segment.text
            if text:
                self._segments.append(segment)
                self._starts.append(length)
                texts.append(text)
                length += len(text)
        self.text = "".join(texts)

    def outer(self, start: int, end: int) -> tuple[int, int]:
        """Where a range that is not empty is in the outer text."""
        return self.place(start)[0], self.place(end - 1)[1]

    def place(self, offset: int) -> tuple[int, int]:
        """Where a character is in the outer text."""
        number = bisect_right(self._starts, offset) - 1
        segment = self._segments[number]
        if segment.text is not None:
            return segment.start, segment.end
        start = segment.start + offset - self._starts[number]
        return start, start + 1

    def ranges(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a range that are the same in the outer text, and where they are there."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._segments) and self._starts[number] < end:
            segment, first = self._segments[number], self._starts[number]
            if segment.text is None:
                length = segment.end - segment.start
                low, high = max(start - first, 0), min(end - first, length)
                if low < high:
                    yield segment.start + low, segment.start + high
            number += 1

    def replaced(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a range, in the outer text, that stand for something else there."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._segments) and self._starts[number] < end:
            segment = self._segments[number]
            if segment.text is not None and self._starts[number] >= start:
                yield segment.start, segment.end
            number += 1
