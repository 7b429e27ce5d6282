"""
What is known about the conditions of a template, after some of its branches are taken.

Only what conditions say in plain words is understood: `not`, `and`, `or`, comparisons with a
constant, `is defined`. Anything else may hold or not, but is the same wherever it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_LONGEST = 1000
"""Longer conditions are not looked into."""

_SPACES = re.compile(r"\s+")
_NOT = re.compile(r"(?:not |! ?)(.+)", re.DOTALL)
_IS_NOT = re.compile(r"(.+?) is not (.+)")
_NOT_IN = re.compile(r"(.+?) not in (.+)")
_UNDEFINED = re.compile(r"(.+) is undefined")
_COMPARED = re.compile(
    r"([^=!<>]+?) ?([=!]=) ?('[^']*'|\"[^\"]*\"|-?[0-9.]+|true|false)", re.IGNORECASE
)
_AND = re.compile(r" and | && ")
_OR = re.compile(r" or | \|\| ")


class Condition(NamedTuple):
    """
    A condition as it is understood: `text` without its negation, and whether it has none.

    With `parts`, it is what holds or not as soon as one of them `decides` so; `text` is all of it
    then. `compared` is an expression and the constant that it is compared with.
    """

    text: str
    positive: bool = True
    parts: tuple[str, ...] = ()
    decides: bool = True
    compared: tuple[str, str] | None = None


def read(condition: str) -> Condition:
    text = _plain(condition)
    for pattern, decides in ((_OR, True), (_AND, False)):
        if len(parts := _split(pattern, text)) > 1:
            return Condition(text, parts=tuple(parts), decides=decides)
    text, positive = _positive(text)
    match = _COMPARED.fullmatch(text)
    compared = (match[1], _constant(match[3])) if match else None
    return Condition(text, positive, compared=compared)


class Facts:
    """Which conditions hold, and which constants expressions are equal to."""

    def __init__(self, read: Callable[[str], Condition] = read) -> None:
        self._read = read
        self._known: dict[str, bool] = {}
        self._equal: dict[str, str] = {}

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds; None if that is not known."""
        text, positive, parts, decides, compared = self._read(condition)
        if parts:
            answers = [self.holds(part) for part in parts]
            return decides if decides in answers else None if None in answers else not decides
        known = self._known.get(text)
        if known is None and compared:
            equal = self._equal.get(compared[0])
            known = None if equal is None else equal == compared[1]
        return known if known is None or positive else not known

    def assume(self, condition: str, holds: bool) -> None:
        """Remember that a condition holds, or does not."""
        text, positive, parts, decides, compared = self._read(condition)
        if parts:
            if holds is not decides:  # then all of its parts are known
                for part in parts:
                    self.assume(part, holds)
            self._known.setdefault(text, holds)
            return
        self._known[text] = holds is positive
        if compared and holds is positive:
            self._equal[compared[0]] = compared[1]


def fact(condition: str, *, holds: bool) -> tuple[str, bool]:
    """That a condition holds or not, the same however it is written."""
    text, positive = _positive(_plain(condition))
    return text, holds is positive


def _plain(condition: str) -> str:
    if len(condition) > _LONGEST:
        return condition
    text = _SPACES.sub(" ", condition).strip()
    while text.startswith("(") and _end_of_first(text) == len(text):
        text = text[1:-1].strip()
    return text


def _end_of_first(text: str) -> int:
    """Where the first parenthesis of a text is closed."""
    depth = 0
    for offset, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return offset + 1
    return 0


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    """The parts of a text between words, unless they may be inside of parentheses."""
    return [text] if "(" in text or ("'" in text and '"' in text) else pattern.split(text)


_NEGATIVE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_NOT, lambda match: match[1]),
    (_UNDEFINED, lambda match: f"{match[1]} is defined"),
    (_IS_NOT, lambda match: f"{match[1]} is {match[2]}"),
    (_NOT_IN, lambda match: f"{match[1]} in {match[2]}"),
)


def _positive(text: str) -> tuple[str, bool]:
    """A condition without its negation, and whether it has none."""
    positive = True
    if len(text) > _LONGEST:
        return text, positive
    for pattern, without in _NEGATIVE:
        if match := pattern.fullmatch(text):
            text, positive = _plain(without(match)), not positive
    if (match := _COMPARED.fullmatch(text)) and match[2] == "!=":
        return f"{match[1]} == {match[3]}", not positive
    return text, positive


def _constant(text: str) -> str:
    return text.strip("'\"").lower() if text.lower() in ("true", "false") else text.strip("'\"")
