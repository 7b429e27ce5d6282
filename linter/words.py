"""Knows which word somebody may have meant."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

_MOST = 100
"""Known words beyond which nobody looks for a close one, because that takes long."""


def closest(word: str, known: Collection[str]) -> str | None:
    """The known word that is close to this one, if any is."""
    return _closest(word, tuple(known)) if len(known) <= _MOST else None


@lru_cache(maxsize=1024)
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    matches = get_close_matches(word, known, n=1)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?` where a known word is close, else nothing."""
    match = closest(word, known)
    return f"; did you mean `{match}`?" if match else ""
