"""Finds where the keys of a TOML text are; the standard library's reader does not keep that."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"[ \t]*(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*")
_VALUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|"
    r"#[^\n]*|[\[\]{}\n]|[^\[\]{}\n\"'#]+",
    re.DOTALL,
)


def places(text: str) -> dict[Path, tuple[int, int]]:
    """
    The start and end of each key and table header of a valid text, by path in lower case.

    Keys inside inline tables have no place of their own. Of several keys with one path, the first
    one counts.
    """
    found: dict[Path, tuple[int, int]] = {}
    for path, start, end in _keys(text):
        found.setdefault(path, (start, end))
    return found


def _keys(text: str) -> Iterator[tuple[Path, int, int]]:
    table: Path = ()
    at = _skip(text, 0)
    while at < len(text):
        if text[at] == "[":
            first = at + (2 if text.startswith("[[", at) else 1)
            table, end = _path(text, first)
            yield table, first, end
            at = _skip_line(text, end)
        else:
            path, end = _path(text, at)
            if not path:
                return  # not valid TOML
            yield table + path, at, end
            at = _skip_value(text, end + 1)
        at = _skip(text, at)


def _path(text: str, at: int) -> tuple[Path, int]:
    """A dotted key, and the end of its last part."""
    parts: list[str] = []
    end = at
    while match := _PART.match(text, at):
        parts.append((match[1] or match[2] or match[3] or "").lower())
        end = match.end() - len(match[0]) + len(match[0].rstrip(" \t"))
        at = match.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(parts), end


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _skip_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _skip_value(text: str, at: int) -> int:
    """The end of the line on which a value ends; brackets and some strings go over several."""
    depth = 0
    while match := _VALUE.match(text, at):
        piece = match[0]
        if piece == "\n" and not depth:
            return at
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        at = match.end()
    return len(text)
