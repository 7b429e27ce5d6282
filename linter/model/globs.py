"""
Globs for paths and for names.

Both the globs and what they are compared with may come from somebody who wants to stop the program,
so a glob is not turned into a regular expression, which may try exponentially many ways to match.
Instead, all ways are followed at once: each bit of a number is one of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from linter.record import Record

# What globs consist of; compiled on demand, because most runs have no globs.
_IN_PATHS = r"(?P<folders>(?:\*\*/)+)|(?P<stars>\*+)|(?P<one>\?)|(?P<text>[^*?]+)"
_IN_NAMES = (
    r"(?P<stars>\*+)|(?P<one>\?)"
    r"|\[(?:!(?P<without>\][^\]]*|[^\]]+)|(?P<within>\][^\]]*|[^\]!][^\]]*))\]"
    r"|(?P<text>[^*?\[]+|\[)"
)


class _Step(Record):
    """
    One character of a glob, or any number of them if it `repeats`.

    `ranges` are the characters that it accepts, or with `negated`, those that it does not. The one
    that is `optional` accepts none: it leads to the next step, or over the next two.
    """

    __slots__ = ("negated", "optional", "ranges", "repeats")

    def __init__(
        self,
        ranges: tuple[tuple[str, str], ...] = (),
        negated: bool = True,
        repeats: bool = False,
        optional: bool = False,
    ) -> None:
        self.ranges = ranges
        self.negated = negated
        self.repeats = repeats
        self.optional = optional

    def accepts(self, character: str) -> bool:
        inside = any(first <= character <= last for first, last in self.ranges)
        return inside is not self.negated


_SLASH = (("/", "/"),)
_ANY = _Step()
_ANYTHING = _Step(repeats=True)
_IN_NAME = _Step(_SLASH)
_REST_OF_NAME = _Step(_SLASH, repeats=True)
_FOLDERS = (_Step(negated=False, optional=True), _ANYTHING, _Step(_SLASH, negated=False))


class Glob:
    """A glob; the time to match a text grows with its length, whatever the glob is."""

    def __init__(self, text: str, steps: Iterable[_Step], literals: Iterable[str]) -> None:
        self.text = text
        self._steps = tuple(steps)
        # What matches contains all of these; that excludes most texts at once.
        self._literals = tuple(literals)
        self.is_plain = sum(map(len, self._literals)) == len(self._steps)
        """Whether it matches only its own text."""
        # The slash after folders is left out with them.
        needed = [not step.repeats for step in self._steps if not step.optional]
        self._least = sum(needed) - (len(self._steps) - len(needed))
        self._repeating = self._bits(step.repeats for step in self._steps)
        self._optional = self._bits(step.optional for step in self._steps)
        # At first, nothing is done, or what may be left out is: an optional step leads to the next
        # or over two, then one that repeats may be skipped. None that repeats follows another.
        self._start = 1 | (self._optional & 1) * 0b1010
        self._start |= (self._start & self._repeating) << 1
        # All characters between two of these are alike for the glob.
        ranges = {each for step in self._steps for each in step.ranges}
        self._bounds = sorted({each for low, high in ranges for each in (low, _next(high))})
        self._moves_by_bound: dict[int, tuple[int, int]] = {}
        self._moves: dict[str, tuple[int, int]] = {}

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        if len(text) < self._least or not all(literal in text for literal in self._literals):
            return False
        known, repeating, optional = self._moves, self._repeating, self._optional
        # Bit number n stands for a way to match in which the first n steps are done.
        ways = self._start
        for character in text:
            moves = known.get(character)
            if moves is None:
                moves = known[character] = self._moves_for(character)
            ways = (ways & moves[0]) << 1 | (ways & moves[1])
            if optional:
                left_out = ways & optional
                ways |= left_out << 1 | left_out << 3
            ways |= (ways & repeating) << 1
            if not ways:
                return False
        return bool(ways >> len(self._steps))

    def _moves_for(self, character: str) -> tuple[int, int]:
        """The steps that are done with a character, and those that go on after it."""
        number = bisect_right(self._bounds, character)
        moves = self._moves_by_bound.get(number)
        if moves is None:
            accepting = [step.accepts(character) for step in self._steps]
            pairs = list(zip(accepting, self._steps, strict=True))
            moves = self._moves_by_bound[number] = (
                self._bits(accepts and not step.repeats for accepts, step in pairs),
                self._bits(accepts and step.repeats for accepts, step in pairs),
            )
        return moves

    @staticmethod
    def _bits(flags: Iterable[bool]) -> int:
        return sum(1 << number for number, flag in enumerate(flags) if flag)


def _next(character: str) -> str:
    return chr(min(ord(character) + 1, 0x10FFFF))


def path_glob(text: str) -> Glob:
    """
    A glob for paths: `*` and `?` do not match slashes, `**` does.

    One that ends with a slash matches everything below a folder.
    """
    whole = text.removeprefix("./") + ("**" if text.endswith("/") else "")
    tokens = list(re.finditer(_IN_PATHS, whole))
    return Glob(text, _path_steps(tokens), (token["text"] for token in tokens if token["text"]))


def _path_steps(tokens: Iterable[re.Match[str]]) -> Iterator[_Step]:
    for token in tokens:
        if token["folders"]:
            yield from _FOLDERS
        elif token["stars"]:
            yield _REST_OF_NAME if token["stars"] == "*" else _ANYTHING
        elif token["one"]:
            yield _IN_NAME
        else:
            yield from map(_literal, token["text"])


def name_glob(text: str) -> Glob:
    """A glob for names: `*`, `?`, and `[ab]`, `[a-z]` or `[!a]` for one character."""
    tokens = list(re.finditer(_IN_NAMES, text))
    return Glob(text, _name_steps(tokens), (token["text"] for token in tokens if token["text"]))


def _name_steps(tokens: Iterable[re.Match[str]]) -> Iterator[_Step]:
    for token in tokens:
        if token["stars"]:
            yield _ANYTHING
        elif token["one"]:
            yield _ANY
        elif token["text"]:
            yield from map(_literal, token["text"])
        else:
            yield _set(token["within"] or token["without"], negated=bool(token["without"]))


def _literal(character: str) -> _Step:
    return _Step(((character, character),), negated=False)


def _set(characters: str, *, negated: bool) -> _Step:
    ranges: list[tuple[str, str]] = []
    while characters:
        is_range = characters[1:2] == "-" and len(characters) > 2
        ranges.append((characters[0], characters[2 if is_range else 0]))
        characters = characters[3 if is_range else 1 :]
    return _Step(tuple(ranges), negated=negated)
