"""Escapes text from files for a terminal, and measures its width."""

from __future__ import annotations

import unicodedata

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
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
