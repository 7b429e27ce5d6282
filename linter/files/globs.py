"""Globs over paths."""

from __future__ import annotations

import re
from typing import NamedTuple


class Glob(NamedTuple):
    """A glob over paths: `*` and `?` stay within a folder, `**` does not."""

    text: str
    pattern: re.Pattern[str]

    def matches(self, path: str) -> bool:
        return self.pattern.fullmatch(path) is not None


def glob(text: str) -> Glob:
    """Read a glob; one that ends in a slash stands for everything below a folder."""
    translated = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", text.removeprefix("./")):
        match token:
            case "**/":
                translated += "(?:.*/)?"
            case "**":
                translated += ".*"
            case "*":
                translated += "[^/]*"
            case "?":
                translated += "[^/]"
            case _:
                translated += re.escape(token)
    return Glob(text, re.compile(translated + ("(?:.*)" if text.endswith("/") else "")))
