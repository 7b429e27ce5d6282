"""
Hides what is not YAML in a text, at equal length, so that all offsets stay the same.

What is hidden is replaced by blanks. What stands for a value that is not known, such as an
expression of a template, becomes a *hole*: characters that YAML takes for part of a scalar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from linter.syntax.interpolation import Expression, Parts, Variable, join

# Characters for private use; the first of a hole differs so that adjacent ones stay apart.
_FIRST, _REST = "\ue000", "\ue001"

HOLE = _FIRST
"""The shortest hole, for a text that need not be as long as what is written."""

_HOLE = re.compile(f"{_FIRST}{_REST}*")

_NOT_BREAKS = re.compile(r"[^\r\n]+")


class Masked(NamedTuple):
    """The YAML in a text, as long as the text, and the offsets of its holes in order."""

    yaml: str
    holes: tuple[tuple[int, int], ...] = ()


class Unmaskable(ValueError):
    """What is not YAML cannot be told from what is, at an offset."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def mask(
    text: str, hidden: Iterable[tuple[int, int]], holes: Iterable[tuple[int, int]] = ()
) -> Masked:
    """Replace ranges of a text, which do not overlap; line breaks stay. Raises Unmaskable."""
    for character in (_FIRST, _REST):
        if character in text:
            reason = f"U+{ord(character):04X} is a private character, which cannot be read here"
            raise Unmaskable(reason, text.index(character))
    found = tuple(sorted(holes))
    ranges = [(start, end, False) for start, end in hidden]
    ranges += [(start, end, True) for start, end in found]
    pieces: list[str] = []
    last = 0
    for start, end, is_hole in sorted(ranges):
        pieces.append(text[last:start])
        if is_hole:
            pieces.append(_FIRST + _REST * (end - start - 1))
        else:
            pieces.append(_NOT_BREAKS.sub(_blanks, text[start:end]))
        last = end
    return Masked("".join((*pieces, text[last:])), found)


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def has_hole(value: str) -> bool:
    """Whether a part of a masked text contains holes."""
    return _FIRST in value


def filled(parts: Parts, written: Iterable[str]) -> Parts:
    """The parts of a value with unknown expressions for its holes; `written` are those in order."""
    texts = iter(written)
    found: list[str | Variable] = []
    for part in parts:
        if isinstance(part, Variable):
            found.append(part)
            continue
        end = 0
        for match in _HOLE.finditer(part):
            found += (part[end : match.start()], Expression(next(texts, "…")))
            end = match.end()
        found.append(part[end:])
    return join(found)
