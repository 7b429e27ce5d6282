"""Brings durations, sizes and numbers to one form: `1m` and `60s` are deployed alike."""

from __future__ import annotations

import re
from fractions import Fraction

from linter.reading.trees import whole
from linter.syntax.interpolation import Parts

_SECONDS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "\u00b5s": Fraction(1, 10**6),
    "\u03bcs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}
_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}"
_TERM = re.compile(rf"({_NUMBER})({'|'.join(sorted(_SECONDS, key=len, reverse=True))})")
_SIZE = re.compile(rf"({_NUMBER})\s?([kmgtp]?)(?:i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_LONGEST = 100
"""Longer texts are no quantities, and are compared as written."""


def duration(parts: Parts) -> Parts:
    """A duration in seconds."""
    text = whole(parts)
    if not text or len(text) > _LONGEST:
        return parts
    end, seconds = 0, Fraction(0)
    for term in _TERM.finditer(text):
        if term.start() != end:
            return parts
        end, seconds = term.end(), seconds + Fraction(term[1]) * _SECONDS[term[2]]
    return (str(seconds),) if end == len(text) else number(parts)


def size(parts: Parts) -> Parts:
    """A size in bytes."""
    text = whole(parts)
    match = _SIZE.fullmatch(text) if text and len(text) <= _LONGEST else None
    if match is None:
        return parts
    return (str(int(Fraction(match[1]) * 1024 ** _POWERS[match[2].lower()])),)


def number(parts: Parts) -> Parts:
    """A decimal number; `0.50` is `1/2`."""
    text = whole(parts)
    if text and len(text) <= _LONGEST and re.fullmatch(_NUMBER, text):
        return (str(Fraction(text)),)
    return parts
