"""Knows which word somebody may have meant, and how many names a sentence bears."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import islice

_MOST = 100
"""Known words beyond which nobody looks for a close one, because that takes long."""

MOST_NAMED = 5
"""Names in a sentence, so that it remains one."""


def some(names: Iterable[str], total: int) -> str:
    """The first few of so many names, and how many more there are."""
    more = total - MOST_NAMED
    return ", ".join(islice(names, MOST_NAMED)) + (f" and {more:,} more" if more > 0 else "")


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
