"""Knows how many tasks give a service the share of a route that somebody wants it to have."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.routes import Backend, Mode, Route

if TYPE_CHECKING:
    from fractions import Fraction

_MANY = 20
"""Tasks beyond which a smaller combination is welcome that is nearly as good."""

_LESS = 2
"""How many times fewer tasks it has to have: a few fewer are not worth being inexact."""

_POINTS = 200
"""One divided by this is a difference that hardly matters: half a percentage point."""

_PROPORTION = 20
"""
One divided by this is the part by which a share may differ, and what is left for the others: where
1 % is wanted, half a point is half as much again.
"""


class Mix(NamedTuple):
    """A number of tasks for each service in task mode that serves the route, and what it gives."""

    tasks: tuple[tuple[Backend, int], ...]
    share: Fraction

    @property
    def total(self) -> int:
        return sum(count for _, count in self.tasks)


class Answer(NamedTuple):
    """
    How the modes of a route can give one of its services a share.

    `exact` is the smallest combination that does, with the others as near to their present ratio as
    that allows, and None where the modes cannot give that share; `near` is one with far fewer tasks
    that hardly differs, or the nearest where there is no exact one. `kept` leaves the others as
    they are, where that is known, and only the service itself gets other tasks.
    """

    backend: Backend
    exact: Mix | None
    near: Mix | None = None
    kept: Mix | None = None


def answer(route: Route, wanted: Backend, share: Fraction) -> Answer:
    """
    What gives a service of a route a share between nothing and all.

    The modes are those of the route, and have to be known: ask a changed one for another mode.
    """
    others = [each for each in route.serving if each is not wanted]
    if route.undivided or not others:
        return Answer(wanted, None)
    return _Balance(wanted, others).answer(share)


class _Balance:
    """A service against the others: a service in VIP mode counts once, and tasks are free."""

    def __init__(self, wanted: Backend, others: Sequence[Backend]) -> None:
        self.wanted = wanted
        self.others = others
        self.free = [each for each in others if each.mode is Mode.TASK]
        self.fixed = len(others) - len(self.free)

    @property
    def is_free(self) -> bool:
        """Whether tasks of the wanted service count."""
        return self.wanted.mode is Mode.TASK

    def answer(self, share: Fraction) -> Answer:
        exact = self._exact(share)
        near = None
        if exact is None:
            near = self._nearest(share)
        elif exact.total > _MANY:
            near = self._smaller(share, exact)
        return Answer(self.wanted, exact, near, self._kept(share))

    def _exact(self, share: Fraction) -> Mix | None:
        """The smallest combination: `servers` of the wanted service, `rest` of the others."""
        servers, rest = share.numerator, share.denominator - share.numerator
        if self.free:
            times = max(1, -(-len(self.others) // rest))
        else:
            times, left = divmod(self.fixed, rest)
            if left:
                return None
        if not self.is_free and servers * times != 1:
            return None
        return self._mix(servers * times, rest * times)

    def _nearest(self, share: Fraction) -> Mix:
        """The nearest combination where there is no exact one: one side cannot change."""
        least = len(self.others)
        if self.is_free:
            return self._best(share, [(count, least) for count in _around(least, 1 / share - 1)])
        if not self.free:
            return self._mix(1, least)
        rest = (1 - share) / share
        return self._best(share, [(1, max(count, least)) for count in (int(rest), int(rest) + 1)])

    def _smaller(self, share: Fraction, exact: Mix) -> Mix | None:
        """The smallest combination that hardly differs, if it is far smaller than the exact one."""
        least, tolerance = len(self.others), _tolerance(share)
        wanted, whole = share.as_integer_ratio()
        allowed, parts = tolerance.as_integer_ratio()
        for total in range(least + 1, exact.total + self.fixed):  # many, so without fractions
            # Others that are all in VIP mode are `least` servers: below the exact total the bound
            # holds the rest to that.
            rounded = (2 * wanted * total + whole) // (2 * whole)
            servers = max(1, min(rounded, total - least)) if self.is_free else 1
            if abs(servers * whole - wanted * total) * parts <= allowed * total * whole:
                mix = self._mix(servers, total - servers)
                return mix if mix.total * _LESS <= exact.total else None
        return None

    def _kept(self, share: Fraction) -> Mix | None:
        """What comes nearest while the others are as they are, where tasks of the service count."""
        servers = [each.servers for each in self.others]
        if not self.is_free or None in servers:
            return None
        rest = sum(filter(None, servers))
        best = self._best(share, [(count, rest) for count in _around(rest, 1 / share - 1)])
        return Mix(best.tasks[:1], best.share)

    def _best(self, share: Fraction, pairs: Sequence[tuple[int, int]]) -> Mix:
        mixes = [self._mix(servers, rest) for servers, rest in pairs]
        return min(mixes, key=lambda mix: (abs(mix.share - share), mix.total))

    def _mix(self, servers: int, rest: int) -> Mix:
        from fractions import Fraction

        own = [(self.wanted, servers)] if self.is_free else []
        counts = apportioned(rest - self.fixed, [each.tasks or 1 for each in self.free])
        others = zip(self.free, counts, strict=True)
        return Mix((*own, *others), Fraction(servers, servers + rest))


def hardly_differs(one: Fraction, wanted: Fraction) -> bool:
    """Whether a share is near the one that is wanted, and in proportion, for either side."""
    return abs(one - wanted) <= _tolerance(wanted)


def _tolerance(share: Fraction) -> Fraction:
    from fractions import Fraction

    return min(Fraction(1, _POINTS), share / _PROPORTION, (1 - share) / _PROPORTION)


def _around(rest: int, ratio: Fraction) -> tuple[int, int]:
    """The numbers of servers next to the one that stands in a ratio to the rest; one at least."""
    count = int(rest / ratio)
    return max(1, count), count + 1


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """
    A total in parts of at least one each, as near to the weights as can be.

    By the divisors of Sainte-Laguë: where parts in exactly the ratio of the weights are whole,
    these are they.
    """
    counts = [1] * len(weights)
    claims = [(-weight / 3, index) for index, weight in enumerate(weights)]
    heapq.heapify(claims)
    for _ in range(total - len(weights)):
        _, index = claims[0]
        counts[index] += 1
        heapq.heapreplace(claims, (-weights[index] / (2 * counts[index] + 1), index))
    return counts
