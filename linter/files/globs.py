"""Globs over paths."""

from __future__ import annotations

import re


def glob(pattern: str) -> re.Pattern[str]:
    """A glob over paths: `*` and `?` stay within a folder, `**` does not."""
    translated = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern.removeprefix("./")):
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
    return re.compile(translated + ("(?:.*)" if pattern.endswith("/") else ""))
