"""Finds the lines of a text that an older version of it does not have."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

Regions = list[tuple[int, int]]
"""First and last lines, counted from 1, in order."""

_DEEPEST = 30
"""How often a text is divided; what is left then differs as a whole."""


def touches(lines: Regions | None, first: int, last: int) -> bool:
    """Whether any line from the first to the last is in one of the regions."""
    if lines is None:
        return True
    number = bisect_left(lines, first, key=lambda region: region[1])
    return number < len(lines) and lines[number][0] <= last


def new_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """
    The lines of a text that another one does not have, as first and last ones.

    What is the same at both ends is set aside; lines that are unique on both sides divide the rest,
    and so on. In contrast to the shortest difference, this takes time in proportion to the text.
    """
    pending = [(0, len(before), 0, len(after), 0)]
    while pending:
        start, end, first, last, depth = pending.pop()
        while start < end and first < last and before[start] == after[first]:
            start, first = start + 1, first + 1
        while start < end and first < last and before[end - 1] == after[last - 1]:
            end, last = end - 1, last - 1
        if first == last:
            continue
        anchors = _anchors(before, after, start, end, first, last) if depth < _DEEPEST else []
        if not anchors:
            yield first + 1, last
            continue
        pieces = []
        for old, new in [*anchors, (end, last)]:
            pieces.append((start, old, first, new, depth + 1))
            start, first = old + 1, new + 1
        pending += reversed(pieces)


def _anchors(
    before: Sequence[str], after: Sequence[str], start: int, end: int, first: int, last: int
) -> list[tuple[int, int]]:
    """The longest sequence of lines that are unique in both texts and in the same order."""
    old = _unique(before, start, end)
    new = _unique(after, first, last)
    common = [(old[line], number) for line, number in new.items() if line in old]
    tops: list[int] = []
    chosen: list[tuple[int, int]] = []
    previous: list[int] = []
    ends: list[int] = []
    for place, (number, other) in enumerate(common):
        length = bisect_left(tops, number)
        tops[length : length + 1] = [number]
        ends[length : length + 1] = [place]
        previous.append(ends[length - 1] if length else -1)
        chosen.append((number, other))
    found: list[tuple[int, int]] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(chosen[place])
        place = previous[place]
    return found[::-1]


def _unique(lines: Sequence[str], start: int, end: int) -> dict[str, int]:
    """The lines that occur only once, with their numbers."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for number in range(start, end):
        line = lines[number]
        if line in found:
            twice.add(line)
        found[line] = number
    return {line: number for line, number in found.items() if line not in twice}
