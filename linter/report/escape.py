"""Escapes text from files for a terminal, and measures its width."""

from __future__ import annotations

_NAMED = {"\t": "    ", "\n": "\\n", "\r": "\\r"}


def escape(text: str) -> str:
    """Text with invisible characters written as escapes, and tabs as spaces."""
    if text.isprintable():
        return text
    return "".join(map(_escape_character, text))


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
