"""Counts, colors, columns and findings in one line, for text reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from linter.model.diagnostic import Diagnostic, Severity
from linter.model.words import some
from linter.report import Style
from linter.report.escape import escape, width
from linter.syntax.source import Span

COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}

WIDEST = 100
"""The most columns of a line of text, however wide the terminal is."""

_MOST_ALIGNED = 60
"""The most columns to align; one long cell must not make every line as long."""


def count(number: int, noun: str) -> str:
    """`1 route`, `2 routes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def paint(text: str, code: str, style: Style) -> str:
    """Text in a terminal color, given by its code; unchanged if color is off."""
    return f"\x1b[{code}m{text}\x1b[0m" if style.color and text and code else text


def painted(lines: Iterable[str], word: str, code: str, style: Style) -> Iterator[str]:
    """Lines, with the first occurrence of a word in them in a color."""
    remaining = True
    for line in lines:
        found = remaining and word in line
        yield line.replace(word, paint(word, code, style), 1) if found else line
        remaining = remaining and not found


def place(span: Span) -> str:
    """`path:line:column`, or the service and the label if it runs."""
    return escape(span.place)


def head(each: Diagnostic) -> str:
    """`severity[rule]`"""
    return f"{each.severity}[{each.rule}]"


def effect(diagnostic: Diagnostic) -> str:
    """What happens because of a finding, and to which services."""
    names = some([f"`{name}`" for name in diagnostic.services])
    noun = "service" if len(diagnostic.services) == 1 else "services"
    return ": ".join(filter(None, (f"{noun} {names}" if names else "", diagnostic.finding.effect)))


def columns(rows: Sequence[Sequence[str]], style: Style, indent: str = "") -> Iterator[str]:
    """
    The lines of a table with aligned columns; the cells must be escaped.

    A row that does not fit into the terminal wraps, and the others stay as they are.
    """
    widths = [min(max(map(width, column)), _MOST_ALIGNED) for column in zip(*rows, strict=True)]
    excess = len(indent) + sum(widths) + 2 * len(widths) - 2 - min(style.width, WIDEST)
    if excess > 0:
        longest = widths.index(max(widths))
        widths[longest] = max(widths[longest] - excess, 0)
    for row in rows:
        cells = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        yield from wrapped("  ".join(cells).rstrip(), style, indent, indent + "    ")


def wrapped(text: str, style: Style, first: str = "", others: str = "") -> Iterator[str]:
    """Text wrapped at spaces to the width of the terminal, with an indent for each line."""
    room = max(min(style.width, WIDEST), 40)
    start, *words = text.split(" ")
    line = first + start
    used, indent = width(line), width(others)
    for word in words:
        size = width(word)
        if line == others:  # no blanks at the start of a line
            line += word
            used += size
        elif used + 1 + size > room:
            yield line.rstrip(" ")
            line = others + word
            used = indent + size
        else:
            line += f" {word}"
            used += 1 + size
    yield line
