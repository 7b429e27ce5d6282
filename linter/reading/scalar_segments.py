"""The value of a scalar as pieces of the text in which it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.syntax.embedded import Segment
from linter.syntax.nodes import BLOCK_STYLES, ScalarNode

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_ESCAPE = re.compile(
    r"\\(?P<escaped>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "e": "\x1b", "_": "\xa0"}
_PLAIN = re.compile(r"(?P<mark>(?!))|[ \t]*+(?:\r\n|\r|\n)\s*+")
_QUOTED = re.compile(r"'(?P<mark>')|[ \t]*+(?:\r\n|\r|\n)\s*+")
_HEXADECIMAL = ("x", "u", "U")


def segments(text: str, scalar: ScalarNode) -> Iterator[Segment]:
    """The value of a scalar."""
    if scalar.style in BLOCK_STYLES:
        yield from _block(text, scalar)
    elif scalar.style == '"':
        yield from _escaped(text, scalar.start + 1, scalar.end - 1)
    else:
        margin = 1 if scalar.style else 0
        start = scalar.start + margin
        parts = _QUOTED if scalar.style else _PLAIN
        for part in parts.finditer(text, start, scalar.end - margin):
            yield Segment(start, part.start())
            yield Segment(*part.span(), part["mark"] or " ")
            start = part.end()
        yield Segment(start, scalar.end - margin)


def _block(text: str, scalar: ScalarNode) -> Iterator[Segment]:
    """The lines of a block scalar without their indentation; those of `>` are joined."""
    header = _LINE.match(text, scalar.start)
    start = header.end() if header else scalar.end
    indent: int | None = None
    while start < scalar.end:
        match = _LINE.match(text, start, scalar.end)
        end = max(match.end() if match else scalar.end, start + 1)
        bare = text[start:end].lstrip(" ")
        if indent is None and bare.strip():
            indent = end - start - len(bare)
        first = min(start + (indent or 0), end - len(bare) if bare.strip() else end - 1)
        if scalar.style == ">" and text[end - 1] == "\n" and bare.strip():
            yield Segment(first, end - 1)
            yield Segment(end - 1, end, " ")
        else:
            yield Segment(first, end)
        start = end


def _escaped(text: str, start: int, end: int) -> Iterator[Segment]:
    """The value of a scalar in double quotes."""
    while part := _ESCAPE.search(text, start, end):
        yield Segment(start, part.start())
        escaped = part["escaped"]
        if escaped[0] in _HEXADECIMAL and len(escaped) > 1:
            yield Segment(*part.span(), chr(min(int(escaped[1:], 16), 0x10FFFF)))
        elif escaped[0] not in "\r\n":
            yield Segment(*part.span(), _ESCAPES.get(escaped, escaped))
        start = part.end()
    yield Segment(start, end)
