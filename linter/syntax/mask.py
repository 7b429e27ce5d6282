"""
Hides what is not YAML in a text, at equal length, so that all offsets stay the same.

What is hidden is replaced by blanks. What stands for a value that is not known, such as an
expression of a template, becomes a *hole*: characters that YAML takes for part of a scalar.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from linter.record import Record
from linter.syntax.interpolation import Expression, Parts, Variable, join

# Characters for private use, on a plane that no font of icons uses. The first of a hole differs so
# that adjacent ones stay apart; those after it are the number of its text, so that holes are equal
# only if they stand for the same.
_FIRST, _REST, _DIGITS = "\U00100000", "\U00100001", "\U00100002"
_BASE = 250

HOLE = _FIRST
"""A hole by itself, for a text that need not be as long as what is written."""


class _Blanks(dict[int, str]):
    """A blank for each character, for `str.translate`: it is fast, however much is hidden."""

    def __missing__(self, character: int) -> str:
        self[character] = " "
        return " "


_BLANKS = _Blanks({ord(each): each for each in "\r\n"})


class Hole(Record):
    """
    A range of a text whose value is not known.

    `before` and `after` are the YAML at its start and its end: with `:` after it, it stands for a
    key, and with `- ` before it for an item. The same text has the same value only in one `scope`,
    such as the body of a loop.
    """

    __slots__ = ("after", "before", "end", "scope", "start")

    def __init__(
        self,
        start: int,
        end: int,
        scope: int = 0,
        before: str = "",
        after: str = "",
    ) -> None:
        self.start = start
        self.end = end
        self.scope = scope
        self.before = before
        self.after = after

    @property
    def visible(self) -> tuple[int, int]:
        """What is a scalar in the YAML."""
        return self.start + len(self.before), self.end - len(self.after)

    @property
    def is_inserted(self) -> bool:
        """Whether it may stand for any number of keys or items."""
        return bool(self.after or self.before.strip())


class Branch(Record):
    """
    The tag of a template that decides what is there, and whether it holds.

    What depends on it begins with the tag and ends at `last`; it may be `within` another branch.
    `facts` are the conditions that hold in it, or do not.
    """

    __slots__ = ("end", "facts", "holds", "last", "start", "within")

    def __init__(
        self,
        start: int,
        end: int,
        last: int,
        holds: bool = True,
        facts: frozenset[tuple[str, bool]] = frozenset(),
        within: Branch | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.last = last
        self.holds = holds
        self.facts = facts
        self.within = within


class Masked(Record):
    """
    The YAML in a text, as long as the text, and its holes in order.

    `branches` are the branches of a template that were taken, `tags` where it says what there is
    under which conditions.
    """

    __slots__ = ("branches", "holes", "tags", "yaml")

    def __init__(
        self,
        yaml: str,
        holes: tuple[Hole, ...] = (),
        branches: tuple[Branch, ...] = (),
        tags: tuple[tuple[int, int], ...] = (),
    ) -> None:
        self.yaml = yaml
        self.holes = holes
        self.branches = branches
        self.tags = tags

    def around(self, offset: int) -> tuple[Branch, ...]:
        """The branches that an offset is in, innermost first."""
        number = bisect_left(self.branches, offset, key=lambda each: each.start)
        branch = self.branches[number - 1] if number else None
        found: list[Branch] = []
        while branch is not None:
            if offset < branch.last:
                found.append(branch)
            branch = branch.within
        return tuple(found)


class Unmaskable(ValueError):
    """What is not YAML cannot be told from what is, at an offset."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def mask(
    text: str,
    hidden: Iterable[tuple[int, int]],
    holes: Iterable[Hole] = (),
    branches: Iterable[Branch] = (),
    tags: Iterable[tuple[int, int]] = (),
) -> Masked:
    """Replace ranges of a text, which do not overlap; line breaks stay. Raises Unmaskable."""
    if not text.isascii() and (found := _private().search(text)):
        name = f"U+{ord(found[0]):04X}"
        reason = f"{name} is a character for private use, which cannot be read here"
        raise Unmaskable(reason, found.start())
    holes = tuple(sorted(holes, key=lambda each: (each.start, each.end)))
    numbers: dict[tuple[str, int], int] = {}
    ranges: list[tuple[int, int, Hole | None]] = [(start, end, None) for start, end in hidden]
    ranges += ((hole.start, hole.end, hole) for hole in holes)
    pieces: list[str] = []
    last = 0
    for start, end, hole in sorted(ranges, key=lambda each: each[:2]):
        pieces.append(text[last:start])
        if hole is None:
            pieces.append(text[start:end].translate(_BLANKS))
        else:
            number = numbers.setdefault((text[start:end], hole.scope), len(numbers))
            pieces += (hole.before, _filler(hole, number), hole.after)
        last = end
    return Masked("".join((*pieces, text[last:])), holes, tuple(branches), tuple(sorted(tags)))


def _filler(hole: Hole, number: int) -> str:
    start, end = hole.visible
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits += chr(ord(_DIGITS) + digit)
    return (_FIRST + digits + _REST * (end - start))[: end - start]


@cache  # such a large character set takes long to compile
def _private() -> re.Pattern[str]:
    return re.compile(f"[{_FIRST}-{chr(ord(_DIGITS) + _BASE)}]")


@cache
def _hole() -> re.Pattern[str]:
    return re.compile(f"{_FIRST}[{_REST}-{chr(ord(_DIGITS) + _BASE)}]*")


def has_hole(value: str) -> bool:
    """Whether a part of a masked text contains holes."""
    return _FIRST in value


def shown(value: str, written: Mapping[str, str]) -> str:
    """A part of a masked text with expressions for its holes, by what these are in the YAML."""
    return _hole().sub(lambda match: written.get(match[0], "…"), value)


def filled(parts: Parts, written: Iterable[str]) -> Parts:
    """The parts of a value with unknown expressions for its holes; `written` are those in order."""
    texts = iter(written)
    found: list[str | Variable] = []
    for part in parts:
        if isinstance(part, Variable):
            found.append(part)
            continue
        end = 0
        for match in _hole().finditer(part):
            found += (part[end : match.start()], Expression(next(texts, "…")))
            end = match.end()
        found.append(part[end:])
    return join(found)


def common(
    one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """What two series of ranges have in common; both are in order."""
    first = second = 0
    while first < len(one) and second < len(other):
        (start, end), (begin, last) = one[first], other[second]
        if max(start, begin) < min(end, last):
            yield max(start, begin), min(end, last)
        if last < end:
            second += 1
        else:
            first += 1
