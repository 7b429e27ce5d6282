"""Globs for paths."""

from __future__ import annotations

import re
from typing import NamedTuple


class Glob(NamedTuple):
    """A glob for paths: `*` and `?` do not match slashes, `**` does."""

    text: str
    pattern: re.Pattern[str]

    def matches(self, path: str) -> bool:
        return self.pattern.fullmatch(path) is not None


def glob(text: str) -> Glob:
    """Compile a glob; one that ends with a slash matches everything below a folder."""
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
