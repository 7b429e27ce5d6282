"""Draws what commands print in color as a picture of a terminal, in SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

COLUMNS = 64
"""Few enough to be read where the picture is 400 points wide."""

WRAPPED = 58
"""What programs take for the width; the tables in the picture are a little wider."""

_SIZE, _ADVANCE, _LINE, _PADDING = 14, 8.4, 19, 14
_SGR = re.compile(r"\x1b\[([0-9;]*)m")

# The picture has a ground of its own, so the colors are the same on a light and on a dark page.
_GROUND, _BORDER, _TEXT = "#161b22", "#59636e", "#e6edf3"
_COLORS = {"31": "#ff9492", "32": "#7ee787", "33": "#f0b72f", "34": "#8cc2ff", "36": "#6cd9d9"}


def picture(title: str, sessions: Iterable[tuple[str, str]]) -> str:
    """The picture of commands, each with what it printed."""
    lines: list[list[tuple[str, str]]] = []
    for command, output in sessions:
        lines += [*([[]] if lines else []), *_lines(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m\n")]
        lines += _lines(output)
    width, height = COLUMNS * _ADVANCE + 2 * _PADDING, len(lines) * _LINE + 2 * _PADDING
    colors = "".join(f".c{code}{{fill:{color}}}" for code, color in _COLORS.items())
    body = "".join(_text(number, line) for number, line in enumerate(lines) if line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" '
        f'width="{width:g}" height="{height}" role="img" aria-labelledby="title">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f"<style>text{{font:{_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"
        f'"DejaVu Sans Mono",monospace;fill:{_TEXT};white-space:pre}}.c1{{font-weight:700}}'
        f"{colors}</style>\n"
        f'<rect x=".5" y=".5" width="{width - 1:g}" height="{height - 1}" rx="8" '
        f'fill="{_GROUND}" stroke="{_BORDER}"/>\n{body}</svg>\n'
    )


def _text(number: int, line: list[tuple[str, str]]) -> str:
    """A line; each part has its place and its width, so that columns stay columns in any font."""
    y = _PADDING + number * _LINE + _SIZE
    parts, column = [], 0
    for look, cells in groupby(line, key=lambda cell: cell[1]):
        text = "".join(character for character, _ in cells)
        if text.strip():
            x, room = _PADDING + column * _ADVANCE, len(text) * _ADVANCE
            named = f' class="{look}"' if look else ""
            parts.append(
                f'<text x="{x:g}" y="{y}" textLength="{room:g}"{named}>{escape(text)}</text>\n'
            )
        column += len(text)
    return "".join(parts)


def _lines(output: str) -> Iterator[list[tuple[str, str]]]:
    """The characters of each line with their looks; long lines go on in the next one."""
    codes: list[str] = []
    for line in output.splitlines():
        cells: list[tuple[str, str]] = []
        pieces = _SGR.split(line)
        for index, piece in enumerate(pieces):
            if index % 2:
                codes = [] if piece in ("", "0") else piece.split(";")
            else:
                look = " ".join(f"c{code}" for code in codes)
                cells += ((character, look) for character in piece)
        while len(cells) > COLUMNS:
            blanks = (n for n in range(COLUMNS, COLUMNS // 2, -1) if cells[n][0] == " ")
            end = next(blanks, COLUMNS)
            yield cells[:end]
            cells = cells[end + 1 :] if cells[end][0] == " " else cells[end:]
        yield cells
