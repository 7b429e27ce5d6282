"""Splits a command into words as the Docker CLI does; a shell would do it differently."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*+")
_PIECE = re.compile(
    r"""\\(?P<escaped>.)|"(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>[^']*)'"""
    r"""|(?P<bare>[^ \t\r\n"'\\]+)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class OpenQuote(ValueError):
    """A quotation mark or a backslash without its end, which Docker rejects."""


def split(text: str) -> list[str]:
    """
    The words of a command.

    Within double quotes, a backslash stands for any character that follows. A `#` between words
    starts a comment, up to the end of the line. Raises OpenQuote.
    """
    words: list[str] = []
    end = _after_blanks(text, 0)
    while end < len(text):
        pieces: list[str] = []
        while piece := _PIECE.match(text, end):
            double = piece["double"]
            inside = piece[piece.lastgroup or 0] if double is None else _ESCAPED.sub(r"\1", double)
            pieces.append(inside)
            end = piece.end()
        words.append("".join(pieces))
        start, end = end, _after_blanks(text, end)
        if start == end < len(text):
            raise OpenQuote
    return words


def _after_blanks(text: str, start: int) -> int:
    match = _BETWEEN.match(text, start)
    return match.end() if match else start
