"""Shares as bars, and how wide these are, in percent of the room that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple


class Piece(NamedTuple):
    """A part of a bar."""

    start: float
    width: float
    color: int


class Bar(NamedTuple):
    """A share, as text and as a bar."""

    text: str
    width: float


class ShownRow(NamedTuple):
    """A service on a host, before and after."""

    service: str
    color: int
    before: Bar
    after: Bar
    loses_sessions: bool = False


class ShownRoute(NamedTuple):
    """A host of which the services or their shares change."""

    number: int
    host: str
    cluster: str
    change: str
    rows: Sequence[ShownRow]


def extent(share: Fraction | None) -> float:
    """The width of a bar: 0 only for no share, 100 only for all of it."""
    if not share:
        return 0
    return 100 if share == 1 else min(max(round(float(share * 100), 2), 0.5), 99.5)


def stack(shares: Sequence[Fraction], colors: Sequence[int]) -> Iterator[Piece]:
    """The parts of one bar with several shares, as wide as they are exactly."""
    start = Fraction()
    for share, color in zip(shares, colors, strict=True):
        if share:
            yield Piece(round(float(start * 100), 2), round(float(share * 100), 2), color)
        start += share
