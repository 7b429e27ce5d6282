"""
Finds the code blocks of a Markdown file as CommonMark defines them, fenced and indented ones.

Of what may contain them, lists and block quotes are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"(?P<fence>`{3,}+(?![^\r\n]*`)|~{3,}+)[ \t]*(?P<info>[^\r\n]*)")
_MARKER = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])(?=[ \t\r\n]|\Z)")
_RULE = re.compile(r"(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,})(?=[\r\n]|\Z)")
_HEADING = re.compile(r"#{1,6}(?=[ \t\r\n]|\Z)")
_LANGUAGE = re.compile(r"[\w+#.-]+")
_TAB = 4
_INDENTED = 4
_MOST_CONTAINERS = 50


class CodeBlock(NamedTuple):
    """
    A block of code.

    `language` is the first word of what follows the fence, in lower case; empty in an indented one.
    `lines` are the ranges of its lines, without what belongs to lists and quotes around it.
    """

    language: str
    lines: tuple[tuple[int, int], ...]


class _Cursor:
    """A place in a line; a tab leads to the next column that is a multiple of four."""

    def __init__(self, text: str, at: int, end: int) -> None:
        self.text = text
        self.at = at
        self.end = end
        self.column = 0
        self.left = 0  # columns of a tab that are not used up

    def indent(self) -> int:
        """The columns of blanks that follow."""
        at, column = self.at, self.column + self.left
        while at < self.end and self.text[at] in " \t":
            column += 1 if self.text[at] == " " else _TAB - column % _TAB
            at += 1
        return column - self.column

    def skip(self, columns: int) -> None:
        """Go over this many columns of blanks, or as many as there are."""
        target = self.column + columns
        while self.column < target:
            if self.left:
                step = min(self.left, target - self.column)
                self.left -= step
                self.column += step
            elif self.at < self.end and self.text[self.at] == " ":
                self.at += 1
                self.column += 1
            elif self.at < self.end and self.text[self.at] == "\t":
                self.left = _TAB - self.column % _TAB
                self.at += 1
            else:
                return

    @property
    def is_blank(self) -> bool:
        return not self.text[self.at : self.end].strip()

    def take(self, length: int) -> None:
        """Go over characters that are not blanks."""
        self.at += length
        self.column += length


class _Open:
    """A block of code while it is being read; `fence` is empty for an indented one."""

    def __init__(self, fence: str, info: str, indent: int, depth: int) -> None:
        self.fence = fence
        self.language = found[0].lower() if (found := _LANGUAGE.match(info)) else ""
        self.indent = indent
        self.depth = depth
        self.lines: list[tuple[int, int]] = []

    def closes(self, cursor: _Cursor) -> bool:
        """Whether a line is the end of this fence."""
        indent = cursor.indent()
        if indent >= _INDENTED or not self.fence:
            return False
        rest = cursor.text[cursor.at : cursor.end].strip()
        return len(rest) >= len(self.fence) and not rest.strip(self.fence[0])

    def add(self, cursor: _Cursor, indent: int) -> None:
        """Add a line without blanks before it, up to a number of columns."""
        cursor.skip(indent)
        self.lines.append((cursor.at, cursor.end))

    def block(self) -> CodeBlock:
        return CodeBlock(self.language, tuple(self.lines))


def code_blocks(text: str) -> Iterator[CodeBlock]:
    """The code blocks in the order of the text; one never closed ends with what contains it."""
    reader = _Reader()
    offset = 0
    while offset < len(text):
        match = _LINE.match(text, offset)
        end = match.end() if match else len(text)
        before = reader.block
        if not reader.goes_on(_Cursor(text, offset, end)) and before is not None:
            yield before.block()
        offset = end
    if reader.block is not None:
        yield reader.block.block()


class _Reader:
    """
    What is open at the beginning of a line.

    `containers` are the columns of the content of list items; 0 stands for a quote.
    """

    def __init__(self) -> None:
        self.containers: list[int] = []
        self.block: _Open | None = None
        self.in_paragraph = False

    def goes_on(self, cursor: _Cursor) -> bool:
        """Read a line; whether the block before it is still open."""
        depth = _continued(cursor, self.containers)
        block = self.block
        if block is not None and depth >= block.depth:
            if block.closes(cursor):
                self.block = None
                return False
            if block.fence or cursor.is_blank or cursor.indent() >= _INDENTED:
                block.add(cursor, block.indent)
                return True
        self.block = None
        if depth < len(self.containers) and not (self.in_paragraph and _is_lazy(cursor)):
            del self.containers[depth:]
            self.in_paragraph = False
        self.in_paragraph = _opened(cursor, self.containers, in_paragraph=self.in_paragraph)
        self._begin(cursor)
        return False

    def _begin(self, cursor: _Cursor) -> None:
        """Read what a line contains, which may begin a block."""
        text, end, depth = cursor.text, cursor.end, len(self.containers)
        indent = cursor.indent()
        if cursor.is_blank:
            self.in_paragraph = False
        elif indent >= _INDENTED:
            if not self.in_paragraph:
                self.block = _Open("", "", _INDENTED, depth)
                self.block.add(cursor, _INDENTED)
        else:
            cursor.skip(indent)
            fence = _FENCE.match(text, cursor.at, end)
            if fence:
                self.block = _Open(fence["fence"], fence["info"], indent, depth)
            self.in_paragraph = not (
                fence or _HEADING.match(text, cursor.at, end) or _RULE.match(text, cursor.at, end)
            )


def _continued(cursor: _Cursor, containers: list[int]) -> int:
    """Go over what a line has in common with the containers; gives how many of them go on."""
    depth = 0
    for width in containers:
        if width:
            if cursor.indent() < width and not cursor.is_blank:
                break
            cursor.skip(width)
        elif not _quote(cursor):
            break
        depth += 1
    return depth


def _quote(cursor: _Cursor) -> bool:
    """Go over the mark of a quote."""
    indent = cursor.indent()
    if indent >= _INDENTED or not cursor.text.startswith(">", cursor.at + _blanks(cursor)):
        return False
    cursor.skip(indent)
    cursor.take(1)
    cursor.skip(1)
    return True


def _blanks(cursor: _Cursor) -> int:
    """The characters that the blanks before the next other character are."""
    at = cursor.at
    while at < cursor.end and cursor.text[at] in " \t":
        at += 1
    return at - cursor.at


def _is_lazy(cursor: _Cursor) -> bool:
    """Whether a line may go on with a paragraph in a container that it does not belong to."""
    if cursor.is_blank or cursor.indent() >= _INDENTED:
        return not cursor.is_blank
    at = cursor.at + _blanks(cursor)
    text, end = cursor.text, cursor.end
    return not (
        text.startswith(">", at)
        or _FENCE.match(text, at, end)
        or _MARKER.match(text, at, end)
        or _HEADING.match(text, at, end)
        or _RULE.match(text, at, end)
    )


def _opened(cursor: _Cursor, containers: list[int], *, in_paragraph: bool) -> bool:
    """Go over what opens containers in a line; gives whether a paragraph goes on."""
    while len(containers) < _MOST_CONTAINERS:
        indent = cursor.indent()
        if indent >= _INDENTED:
            break
        if _quote(cursor):
            containers.append(0)
            in_paragraph = False
            continue
        at = cursor.at + _blanks(cursor)
        marker = _MARKER.match(cursor.text, at, cursor.end)
        if not marker or _RULE.match(cursor.text, at, cursor.end):
            break
        if in_paragraph and not _interrupts(marker[0], cursor.text[marker.end() : cursor.end]):
            break
        cursor.skip(indent)
        cursor.take(len(marker[0]))
        after = cursor.indent()
        if after > _INDENTED or cursor.is_blank:
            after = 1  # an indented block of code, or nothing on this line
        containers.append(indent + len(marker[0]) + after)
        cursor.skip(after)
        in_paragraph = False
    return in_paragraph


def _interrupts(marker: str, rest: str) -> bool:
    """Whether a list can begin with an item in the middle of a paragraph."""
    number = marker[:-1]
    return bool(rest.strip()) and (not number or int(number) == 1)
