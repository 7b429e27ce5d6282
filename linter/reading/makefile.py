"""Finds the scripts in a Makefile: each line of a recipe is one, with the lines it goes on in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.source import Source, View

_RECIPE = re.compile(r"^\t[-+@ \t]*(?P<line>(?:[^\\\n]|\\[^\n]|\\\n)+)", re.MULTILINE)
_PIECE = re.compile(r"\$(?:(?P<dollar>\$)|[({]|[^\s({])|(?P<tab>\n\t)")
_BRACKET = re.compile(r"[(){}\n]")
_CLOSING = {"(": ")", "{": "}"}


def views(source: Source) -> Iterator[View]:
    """One for all services that the recipes create."""
    return views_of(source, "makefile", find)


def find(text: str) -> Found:
    """The recipes in which Docker is called."""
    recipes = (match.span("line") for match in _RECIPE.finditer(text))
    return Found(tuple(Embedded(text, _recipe(text, *recipe)) for recipe in recipes))


def _recipe(text: str, start: int, end: int) -> Iterator[Segment]:
    """What the shell gets: `$$` is a dollar sign, and what Make replaces is not known."""
    while piece := _PIECE.search(text, start, end):
        yield Segment(start, piece.start())
        start = piece.end()
        if piece["tab"]:  # does not belong to a line that goes on
            yield Segment(piece.start(), start - 1)
        elif piece["dollar"]:
            yield Segment(piece.start(), start, "$")
        else:
            start = _closed(text, start, end) if piece[0][1] in _CLOSING else start
            yield hole(piece.start(), start)
    yield Segment(start, end)


def _closed(text: str, start: int, end: int) -> int:
    """Where an expression ends that begins with a bracket before an offset."""
    opening = text[start - 1]
    depth = 1
    while depth and (bracket := _BRACKET.search(text, start, end)):
        start = bracket.end()
        if bracket[0] == opening:
            depth += 1
        elif bracket[0] == _CLOSING[opening]:
            depth -= 1
        elif bracket[0] == "\n" and text[start - 2] != "\\":
            break
    return start if not depth else end
