"""
Decides what an expression stands for that is alone on its line.

`{{ labels | to_nice_yaml | indent(8) }}` may become any lines: entries of the mapping around it,
items of a list, or the whole value of the key above it. That follows from the lines around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linter.syntax.mask import Hole, Masked, has_hole
from linter.syntax.source import LINE_BREAK

# A filter of Jinja that indents the first line as well.
_INDENT = re.compile(
    r"\bindent\(\s*(?:width\s*=\s*)?([0-9]{1,3})\s*,\s*(?:first\s*=\s*)?true\b", re.IGNORECASE
)
_ITEM = re.compile(r"-(?:[ \t]+|\Z)")
_KEY = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'#\[\]{},&*!|>%@`][^#]*?)[ \t]*:(?=[ \t]|\Z)")
_BLOCK = re.compile(r"(?:\A|[ \t])[|>][-+0-9]*[ \t]*(?:#.*)?\Z")
_NOTHING = re.compile(r"[ \t]*(?:[&!][^\s]*[ \t]*)*(?:#.*)?\Z")
_BREAK = re.compile(r"[\r\n]")
_LONGEST_LINE = 1000
"""What is further on in a line says nothing about the structure."""
_LONGEST = 200
"""Longer texts are no keys for YAML."""


class _Level(NamedTuple):
    """The column of a key or an item, and whether its value is on the lines that follow."""

    column: int
    is_item: bool
    opens: bool


class _Line(NamedTuple):
    start: int
    column: int
    text: str
    is_alone: bool


def settled(text: str, masked: Masked) -> Iterator[Hole]:
    """The holes of a text, those that are alone on their line as keys, items or values."""
    alone = dict(_alone(masked))
    if not alone:
        yield from masked.holes
        return
    kinds = dict(_kinds(text, masked, alone))
    skipped = 0
    for hole in masked.holes:
        group = alone.get(hole.start)
        if group is not None:
            skipped = group.end
            yield kinds.get(hole.start, group)
        elif hole.start >= skipped:
            yield hole


def _alone(masked: Masked) -> Iterator[tuple[int, Hole]]:
    """Holes with nothing else on their line; several beside each other are one."""
    yaml, end = masked.yaml, -1
    lines: list[list[Hole]] = []
    for hole in masked.holes:
        if hole.start >= end:
            end = yaml.find("\n", hole.start)
            end = end if end >= 0 else len(yaml)
            lines.append([])
        lines[-1].append(hole)
    for first, *others in lines:
        start, offset = yaml.rfind("\n", 0, first.start) + 1, first.end
        if yaml[start : first.start].strip(" "):
            continue
        for each in others:
            if yaml[offset : each.start].strip():
                break
            offset = each.end
        else:
            following = _BREAK.search(yaml, offset)
            if not yaml[offset : following.start() if following else len(yaml)].strip():
                yield first.start, first._replace(end=offset)


def _lines(yaml: str, alone: dict[int, Hole]) -> list[_Line]:
    """The lines that say something about the structure; those of block scalars do not."""
    found: list[_Line] = []
    inside: int | None = None
    start = 0
    for match in (*re.finditer(LINE_BREAK, yaml), None):
        end = match.start() if match else len(yaml)
        line = yaml[start:end]
        bare = line.lstrip(" ")
        column = len(line) - len(bare)
        stripped = bare.rstrip()
        if stripped and (inside is None or column <= inside):
            inside = None
            if not stripped.startswith("#"):
                text = stripped[:_LONGEST_LINE]
                found.append(_Line(start, column, text, start + column in alone))
                if _BLOCK.search(stripped) and not has_hole(stripped[-3:]):
                    inside = list(_levels(found[-1]))[-1].column
        start = match.end() if match else end
    return found


def _levels(line: _Line) -> Iterator[_Level]:
    """The items and the key that begin on a line."""
    column, text = line.column, line.text
    while match := _ITEM.match(text):
        yield _Level(column, is_item=True, opens=match.end() == len(text))
        column, text = column + match.end(), text[match.end() :]
    match = _KEY.match(text)
    opens = match is not None and _NOTHING.match(text, match.end()) is not None
    if match or column == line.column:
        yield _Level(column, is_item=False, opens=opens)


def _kinds(text: str, masked: Masked, alone: dict[int, Hole]) -> Iterator[tuple[int, Hole]]:
    """The holes that stand for keys or for items."""
    lines = _lines(masked.yaml, alone)
    levels: list[_Level] = []
    for number, line in enumerate(lines):
        hole = alone.get(line.start + line.column) if line.is_alone else None
        shift = _shift(text[hole.start : hole.end]) if hole else 0
        column = line.column + shift
        while levels and levels[-1].column > column:
            levels.pop()
        if hole is None:
            while levels and levels[-1].column == column and not _goes_on(levels[-1], line):
                levels.pop()
            levels += _levels(line)
            continue
        is_item = _is_item(levels, column, lines[number + 1 : number + 2])
        if is_item is None:
            continue
        levels.append(_Level(column, is_item, opens=False))
        yield hole.start, _placed(hole, " " * shift, is_item=is_item)


def _goes_on(level: _Level, line: _Line) -> bool:
    """Whether a line is an item of the list that is the value of a key in the same column."""
    return not level.is_item and level.opens and line.text.startswith("-")


def _is_item(levels: Sequence[_Level], column: int, following: Sequence[_Line]) -> bool | None:
    """Whether something in a column is an item or a key; None if it is a value, or part of one."""
    if not levels:
        return False
    if levels[-1].column == column:
        return levels[-1].is_item
    if not levels[-1].opens:
        return None
    if following and following[0].column == column:
        return following[0].text.startswith("-")
    return None


def _shift(expression: str) -> int:
    match = _INDENT.search(expression)
    return int(match[1]) if match else 0


def _placed(hole: Hole, blanks: str, *, is_item: bool) -> Hole:
    """The hole as an item, or as a key without a value."""
    room = hole.end - hole.start - 3
    before = blanks if len(blanks) < room else ""
    if is_item:
        return hole._replace(before=f"{before}- ")
    rest = max(hole.end - hole.start - len(before) - _LONGEST, 1)
    return hole._replace(before=before, after=":".ljust(rest))
