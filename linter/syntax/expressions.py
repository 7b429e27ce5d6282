"""Finds the expressions of Jinja in a text, such as `{{ name }}`."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(
    r"\{\{(?:[^'\"{}]|'[^']*+'|\"[^\"]*+\"|\}(?!\})|\{(?!\{))*+\}\}|\{#.*?#\}", re.DOTALL
)
# What has no such form, because of quotes that YAML escapes, ends with the first braces.
_ANY_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_OPEN, _CLOSE = re.compile(r"\{[{%#]"), re.compile(r"[}%#]\}")

_LONGEST = 4096
"""Further than this, no end of an expression with unpaired quotes is looked for."""


def expressions(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """
    The ranges of expressions and comments in a value of a YAML file, which is between two offsets.

    A value with statements, such as `{% if … %}`, is unknown from its first brace to its last.
    """
    if "{" not in text[start:end]:
        return []
    if text.find("{%", start, end) >= 0:
        opening = _OPEN.search(text, start, end)
        last = max((match.end() for match in _CLOSE.finditer(text, start, end)), default=0)
        return [(opening.start(), last)] if opening and opening.end() < last else []
    found: list[tuple[int, int]] = []
    offset = start
    while opening := _OPEN.search(text, offset, end):
        at, near = opening.start(), min(end, opening.start() + _LONGEST)
        match = _EXPRESSION.match(text, at, near) or _ANY_EXPRESSION.match(text, at, end)
        if match is None:
            break  # without an end, and so is whatever comes after it
        found.append(match.span())
        offset = match.end()
    return found
