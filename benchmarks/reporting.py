"""Writes results as Markdown, into README.md."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

_README = Path(__file__).parent / "README.md"


def write(name: str, text: str) -> None:
    """Replace what is between the comments `<!-- name -->` and `<!-- /name -->`."""
    place = re.compile(rf"(?<=<!-- {name} -->\n).*(?=<!-- /{name} -->)", re.DOTALL)
    page = _README.read_text(encoding="utf-8")
    _README.write_text(place.sub(lambda _: f"\n{text}\n", page), encoding="utf-8")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; columns without text are aligned right."""
    filled = [headings, *rows]
    numeric = [
        not any(row[index][:1].isalpha() for row in filled[1:]) for index in range(len(headings))
    ]
    rule = ["---:" if right else "---" for right in numeric]
    return "\n".join("| " + " | ".join(row) + " |" for row in (headings, rule, *filled[1:]))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def us(seconds: float) -> str:
    return f"{seconds * 1_000_000:,.0f} µs"


def ratio(number: float) -> str:
    return f"{number:.3f}" if number < 0.1 else f"{number:.2f}"


def say(text: str) -> None:
    print(text, file=sys.stderr)
