"""Suggests corrections for misspelt words, and joins names into sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice

_MOST = 100
"""Known words beyond which nobody looks for a close one, because that takes long."""

MOST_NAMED = 5
"""Names in a sentence, so that it remains one."""


def some(names: Iterable[str], total: int | None = None) -> str:
    """The first few of some names, and how many more there are; `total` where that is known."""
    known = list(names) if total is None else list(islice(names, MOST_NAMED))
    more = (len(known) if total is None else total) - MOST_NAMED
    return listed([*known[:MOST_NAMED], *([f"{more:,} more"] if more > 0 else [])])


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def agree(subjects: Sequence[object], singular: str, plural: str) -> str:
    """The form of a verb or a pronoun for one or several subjects."""
    return plural if len(subjects) > 1 else singular


def count_tasks(count: int) -> str:
    """`1 task`, `2 tasks`."""
    return f"{count} {'task' if count == 1 else 'tasks'}"


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
