"""Reads the stack files in the fenced code blocks of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from linter.syntax.mask import Masked, mask
from linter.syntax.source import Source, View

_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w-]*)[^\r\n]*\r?\n"
    r"(?P<body>(?:.*\n)*?)(?P=indent)(?P=fence)",
    re.MULTILINE,
)
_SERVICES = re.compile(r"^[ \t]*services:", re.MULTILINE)


def views(source: Source) -> Iterator[View]:
    """One for each block of YAML with services."""
    for number, _ in enumerate(_blocks(source.text)):
        yield View("markdown", mask=partial(_only, number=number))


def _blocks(text: str) -> list[tuple[int, int]]:
    return [
        match.span("body")
        for match in _FENCE.finditer(text)
        if match["language"].lower() in ("yaml", "yml", "") and _SERVICES.search(match["body"])
    ]


def _only(text: str, number: int) -> Masked:
    """The block with this number, counted from 0."""
    start, end = _blocks(text)[number]
    return mask(text, [(0, start), (end, len(text))])
