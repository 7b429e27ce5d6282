"""Suggests corrections for misspelled words, and joins names into sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_MOST = 200
"""With more known words, no close one is searched for, because that would take too long."""

MOST_NAMED = 5
"""The maximum number of names to list in a sentence."""


_NOT_A_BACKQUOTE = "'"

LONGEST_QUOTED = 1_000
"""The most characters to show of a quoted name or value; real ones are much shorter."""


def bounded(text: str) -> str:
    """
    A sentence in which long quoted names and values are cut.

    A file may have thousands of findings about one value, so a report could be a thousand times as
    long as the file.
    """
    if len(text) <= LONGEST_QUOTED:
        return text
    long = rf"(?<=`)[^`]{{{LONGEST_QUOTED},}}(?=`)"
    shorter = re.sub(long, lambda match: match.group()[: LONGEST_QUOTED - 1] + "…", text)
    return shorter if len(shorter) <= 10 * LONGEST_QUOTED else shorter[: 10 * LONGEST_QUOTED] + "…"


def quoted(name: object) -> str:
    """A name or a value in backquotes, which end where it ends, whatever is in it."""
    return f"`{str(name).replace('`', _NOT_A_BACKQUOTE)}`"


def some(names: Iterable[str], total: int | None = None) -> str:
    """The first few names, and how many more there are; `total` is their number, if known."""
    known = list(names) if total is None else list(islice(names, MOST_NAMED))
    more = (len(known) if total is None else total) - MOST_NAMED
    return listed([*known[:MOST_NAMED], *([f"{more:,} more"] if more > 0 else [])])


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def agree(subjects: Sequence[object], singular: str, plural: str) -> str:
    """The form of a verb or a pronoun for one or more subjects."""
    return plural if len(subjects) > 1 else singular


def count_tasks(count: int) -> str:
    """`1 task`, `2 tasks`."""
    return f"{count:,} {'task' if count == 1 else 'tasks'}"


def closest(word: str, known: Collection[str]) -> str | None:
    """The known word that is closest to this one, if any is close."""
    return _closest(word, tuple(known)) if len(known) <= _MOST else None


@lru_cache(maxsize=1024)
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    matches = get_close_matches(word, known, n=1)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?` if a known word is close, else an empty string."""
    match = closest(word, known)
    return f"; did you mean `{match}`?" if match else ""


def percent(share: Fraction) -> str:
    """A share as text: `20%`, `33.3%`. Only nothing is shown as 0%, and only all as 100%."""
    number = f"{float(share * 100):.1f}".removesuffix(".0")
    if number == "0" and share > 0:
        number = "<0.1"
    if number == "100" and share < 1:
        number = ">99.9"
    return f"{number}%"
