"""Escapes text from files for Markdown, and writes rows of tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linter.report.escape import escape

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#$])")


def table_row(cells: Sequence[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def code(text: str) -> str:
    """Text as inline code, fenced by more backticks than it contains in a row."""
    shown = escape(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    is_padded = longest or not shown.strip() or (shown[0] == shown[-1] == " ")
    blank = " " if is_padded else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def cell(text: str) -> str:
    """
    Text as inline code in a table.

    Programs do not agree on a `|` after a backslash: for some, it ends the cell.
    """
    return code(text).replace("|", "\\x7c")


def prose(text: str) -> str:
    """
    A sentence with its names as code and everything else escaped.

    If it is not clear what is a name, all of it is code: GitHub would turn `@name` and `#1` into
    links elsewhere, even if they are escaped.
    """
    shown = escape(text)
    parts = shown.split("`")
    if len(parts) % 2 == 0 or "" in parts[1:-1]:
        return code(text)
    return "".join(
        code(part) if number % 2 else _SPECIAL.sub(r"\\\1", part)
        for number, part in enumerate(parts)
    )
