"""Escapes text from files for a terminal and for the log of a build, and measures its width."""

from __future__ import annotations

import re

_NAMED = {"\t": "    ", "\n": "\\n", "\r": "\\r"}


# Build servers obey lines in the log of a build. GitHub wants `::` at the beginning of a line;
# Azure, TeamCity and older runners of GitHub find the others anywhere.
_HASH = r"(?<=#)#(?=(?:vso|teamcity)?\[)"
_COMMAND = rf"{_HASH}|(?<=^:):|(?<=\s:):"

# Neither tabs nor the end of a line, which are in any text; other invisible characters do nothing.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def escape(text: str) -> str:
    """Text with invisible characters and commands to a build server escaped, and tabs as spaces."""
    if not text.isprintable():
        text = "".join(map(_escape_character, text))
    if "##" in text or "::" in text:
        return re.sub(_COMMAND, lambda match: f"\\x{ord(match.group()):02x}", text)
    return text


def is_obeyed(line: str) -> bool:
    """Whether a build server may obey a line if it is printed as it is."""
    return ("##" in line or "::" in line) and bool(re.search(rf"^\s*::|{_HASH}", line))


def has_controls(line: str) -> bool:
    """Whether a terminal may obey a part of a line, or show it in another order or place."""
    return not line.isprintable() and bool(re.search(_CONTROL, line))


def escape_at(text: str, index: int) -> str:
    """A character of a longer text, as it is shown in the middle of a line."""
    character = text[index]
    if character == "#" and re.compile(_HASH).match(text, index):
        return "\\x23"
    return _escape_character(character)


def inert(document: str, number_sign: str) -> str:
    """A document in which no build server finds a command, if its format can write a `#` so."""
    return re.sub(_HASH, lambda _: number_sign, document) if "##" in document else document


def _escape_character(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():  # which of all blanks only the usual one is
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """The number of columns of escaped text in a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import category, combining, east_asian_width  # slow to import, rarely needed

    return sum(
        0
        if combining(character) or category(character) == "Me"
        else 2
        if east_asian_width(character) in "WF"
        else 1
        for character in text
    )
