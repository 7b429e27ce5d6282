"""Computes how many tasks give a service a wanted share of the requests (`--want`)."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.routing.routes import Backend, Mode, Route

if TYPE_CHECKING:
    from fractions import Fraction

_MANY = 20
"""If the exact combination has more tasks than this, a smaller one that is close is offered too."""

_LESS = 2
"""The smaller one must have this many times fewer tasks, to be worth not being exact."""

_POINTS = 200
"""A share is close if it differs by at most one divided by this: half a percentage point."""

_PROPORTION = 20
"""
A share is close if both it and the rest differ by at most one divided by this, relative to the
wanted share and its rest: for 1%, half a point would be half as much again.
"""


class Mix(NamedTuple):
    """
    A combination of numbers of tasks, and the share that results.

    Only services that can be scaled and whose tasks count are included: those in task mode, except
    global ones, which have one task per node.
    """

    tasks: tuple[tuple[Backend, int], ...]
    share: Fraction

    @property
    def total(self) -> int:
        return sum(count for _, count in self.tasks)


class Answer(NamedTuple):
    """
    How a service can get a share in the modes of its route.

    `exact` is the smallest combination that gives the share, with the other services as close to
    their present ratio as possible; None if the modes cannot give the share. `near` is a close one
    with far fewer tasks, or the closest one if none is exact. `kept` scales only the service itself
    and leaves the others unchanged, if their numbers are known.

    `depends_on` contains the global services whose number of tasks counts but is not known; if
    there are any, the other fields are None.
    """

    backend: Backend
    exact: Mix | None
    near: Mix | None = None
    kept: Mix | None = None
    depends_on: tuple[Backend, ...] = ()


def answer(route: Route, wanted: Backend, share: Fraction) -> Answer:
    """
    How to give a service of a route a share between 0 and 1.

    The modes of the route must be known; pass a changed route to try other modes.
    """
    others = [each for each in route.serving if each is not wanted]
    if route.undivided or not others or has_no_nodes(wanted):
        return Answer(wanted, None)
    relevant = (each for each in route.backends if each is wanted or each.tasks != 0)
    depends_on = tuple(each for each in relevant if follows_nodes(each) and each.tasks is None)
    if depends_on:
        return Answer(wanted, None, depends_on=depends_on)
    return _Balance(wanted, others).answer(share)


def follows_nodes(backend: Backend) -> bool:
    """Whether a service counts once per node: a global service cannot be scaled."""
    return backend.mode is Mode.TASK and backend.is_global


def has_no_nodes(backend: Backend) -> bool:
    """Whether it has no tasks and cannot be scaled to have any."""
    return backend.is_global and backend.tasks == 0


class _Balance:
    """
    Balances a service against the others by scaling those that can be scaled.

    A service in VIP mode counts once, a global one once per node; both are fixed. `own` is how
    often the wanted service counts, None if it can be scaled. `fixed` is how often those of the
    others count that are fixed, `least` is the minimum for all others together.
    """

    def __init__(self, wanted: Backend, others: Sequence[Backend]) -> None:
        self.wanted = wanted
        self.others = others
        self.own = None if _is_scalable(wanted) else wanted.servers or 1
        self.scalable = [each for each in others if _is_scalable(each)]
        self.fixed = sum(each.servers or 0 for each in others if not _is_scalable(each))
        self.least = self.fixed + len(self.scalable)

    def answer(self, share: Fraction) -> Answer:
        exact = self._exact(share)
        near = None
        if exact is None:
            near = self._nearest(share)
        elif exact.total > _MANY:
            near = self._smaller(share, exact)
        return Answer(self.wanted, exact, near, self._kept(share))

    def _exact(self, share: Fraction) -> Mix | None:
        """The smallest exact combination: `servers` of the wanted service, `rest` of the others."""
        servers, rest = share.numerator, share.denominator - share.numerator
        if self.own is not None:
            times, left = divmod(self.own, servers)
        elif self.scalable:
            times, left = max(1, -(-self.least // rest)), 0
        else:
            times, left = divmod(self.fixed, rest)
        fits = rest * times >= self.least if self.scalable else rest * times == self.fixed
        return self._mix(servers * times, rest * times) if fits and not left else None

    def _nearest(self, share: Fraction) -> Mix:
        """The closest combination if none is exact, because one side is fixed."""
        if self.own is None:
            return self._best(share, [(count, self.fixed) for count in _around(self.fixed, share)])
        if not self.scalable:
            return self._mix(self.own, self.fixed)
        counts = _around(self.own, 1 - share)
        return self._best(share, [(self.own, max(count, self.least)) for count in counts])

    def _smaller(self, share: Fraction, exact: Mix) -> Mix | None:
        """
        The smallest combination that is close, if it is far smaller than the exact one.

        If one side is fixed, all close combinations are about as large as the exact one.
        """
        if self.own is not None or not self.scalable:
            return None
        wanted, whole = share.as_integer_ratio()
        allowed, parts = _tolerance(share).as_integer_ratio()
        for total in range(self.least + 1, exact.total + self.fixed):  # long: no fractions here
            rounded = (2 * wanted * total + whole) // (2 * whole)
            servers = max(1, min(rounded, total - self.least))
            if abs(servers * whole - wanted * total) * parts <= allowed * total * whole:
                mix = self._mix(servers, total - servers)
                return mix if mix.total * _LESS <= exact.total else None
        return None

    def _kept(self, share: Fraction) -> Mix | None:
        """The closest combination that scales only the wanted service, if it can be scaled."""
        servers = [each.servers for each in self.others]
        if self.own is not None or None in servers:
            return None
        rest = sum(filter(None, servers))
        best = self._best(share, [(count, rest) for count in _around(rest, share)])
        return Mix(best.tasks[:1], best.share)

    def _best(self, share: Fraction, pairs: Sequence[tuple[int, int]]) -> Mix:
        mixes = [self._mix(servers, rest) for servers, rest in pairs]
        return min(mixes, key=lambda mix: (abs(mix.share - share), mix.total))

    def _mix(self, servers: int, rest: int) -> Mix:
        from fractions import Fraction

        own = [(self.wanted, servers)] if self.own is None else []
        counts = apportioned(rest - self.fixed, [each.tasks or 1 for each in self.scalable])
        others = zip(self.scalable, counts, strict=True)
        return Mix((*own, *others), Fraction(servers, servers + rest))


def _is_scalable(backend: Backend) -> bool:
    """Whether scaling a service changes how often it counts."""
    return backend.mode is Mode.TASK and not backend.is_global


def is_close(one: Fraction, wanted: Fraction) -> bool:
    """Whether a share is close to the wanted one, also relative to either side."""
    return abs(one - wanted) <= _tolerance(wanted)


def _tolerance(share: Fraction) -> Fraction:
    from fractions import Fraction

    return min(Fraction(1, _POINTS), share / _PROPORTION, (1 - share) / _PROPORTION)


def _around(rest: int, share: Fraction) -> tuple[int, int]:
    """The two numbers of servers, at least 1, whose share next to the rest is closest."""
    count = int(rest * share / (1 - share))
    return max(1, count), count + 1


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """
    Split a total into parts of at least one each, as close to the weights as possible.

    Uses the Sainte-Laguë method: if the exact ratio of the weights gives whole numbers, these are
    the parts.
    """
    counts = [1] * len(weights)
    claims = [(-weight / 3, index) for index, weight in enumerate(weights)]
    heapq.heapify(claims)
    for _ in range(total - len(weights)):
        _, index = claims[0]
        counts[index] += 1
        heapq.heapreplace(claims, (-weights[index] / (2 * counts[index] + 1), index))
    return counts
