"""Computes how many tasks give a service the share of requests that is wanted."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.routing.routes import Backend, Mode, Route

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
1% is wanted, half a point is half as much again.
"""


class Mix(NamedTuple):
    """
    A number of tasks for each service whose number can be chosen and matters, and what that gives.

    These are the services in task mode, but for global ones: their tasks are the nodes.
    """

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

    `unsettled` are the global services whose tasks matter and are not known; then nothing else is.
    """

    backend: Backend
    exact: Mix | None
    near: Mix | None = None
    kept: Mix | None = None
    unsettled: tuple[Backend, ...] = ()


def answer(route: Route, wanted: Backend, share: Fraction) -> Answer:
    """
    What gives a service of a route a share between nothing and all.

    The modes are those of the route, and have to be known: ask a changed one for another mode.
    """
    others = [each for each in route.serving if each is not wanted]
    if route.undivided or not others or has_no_nodes(wanted):
        return Answer(wanted, None)
    everybody = (each for each in route.backends if each is wanted or each.tasks != 0)
    unsettled = tuple(each for each in everybody if follows_nodes(each) and each.tasks is None)
    if unsettled:
        return Answer(wanted, None, unsettled=unsettled)
    return _Balance(wanted, others).answer(share)


def follows_nodes(backend: Backend) -> bool:
    """Whether the nodes say how often a service counts: nobody scales a global one."""
    return backend.mode is Mode.TASK and backend.is_global


def has_no_nodes(backend: Backend) -> bool:
    """Whether it has no task, and no number of replicas gives it one."""
    return backend.is_global and backend.tasks == 0


class _Balance:
    """
    A service against the others: tasks are free, but a service in VIP mode counts once, and the
    tasks of a global one are the nodes.

    `own` is how often the service itself counts, None where that is free; `fixed` is how often all
    those of the others do whose tasks are not free.
    """

    def __init__(self, wanted: Backend, others: Sequence[Backend]) -> None:
        self.wanted = wanted
        self.others = others
        self.own = None if _is_free(wanted) else wanted.servers or 1
        self.free = [each for each in others if _is_free(each)]
        self.fixed = sum(each.servers or 0 for each in others if not _is_free(each))
        self.least = self.fixed + len(self.free)

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
        if self.own is not None:
            times, left = divmod(self.own, servers)
        elif self.free:
            times, left = max(1, -(-self.least // rest)), 0
        else:
            times, left = divmod(self.fixed, rest)
        fits = rest * times >= self.least if self.free else rest * times == self.fixed
        return self._mix(servers * times, rest * times) if fits and not left else None

    def _nearest(self, share: Fraction) -> Mix:
        """The nearest combination where there is no exact one: one side cannot change."""
        if self.own is None:
            return self._best(share, [(count, self.fixed) for count in _around(self.fixed, share)])
        if not self.free:
            return self._mix(self.own, self.fixed)
        counts = _around(self.own, 1 - share)
        return self._best(share, [(self.own, max(count, self.least)) for count in counts])

    def _smaller(self, share: Fraction, exact: Mix) -> Mix | None:
        """
        The smallest combination that hardly differs, if it is far smaller than the exact one.

        Where one side cannot change the other is about as large in all that are near.
        """
        if self.own is not None or not self.free:
            return None
        wanted, whole = share.as_integer_ratio()
        allowed, parts = _tolerance(share).as_integer_ratio()
        for total in range(self.least + 1, exact.total + self.fixed):  # many: no fractions here
            rounded = (2 * wanted * total + whole) // (2 * whole)
            servers = max(1, min(rounded, total - self.least))
            if abs(servers * whole - wanted * total) * parts <= allowed * total * whole:
                mix = self._mix(servers, total - servers)
                return mix if mix.total * _LESS <= exact.total else None
        return None

    def _kept(self, share: Fraction) -> Mix | None:
        """What comes nearest while the others are as they are, where tasks of the service count."""
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
        counts = apportioned(rest - self.fixed, [each.tasks or 1 for each in self.free])
        others = zip(self.free, counts, strict=True)
        return Mix((*own, *others), Fraction(servers, servers + rest))


def _is_free(backend: Backend) -> bool:
    """Whether a service counts as often as somebody scales it to."""
    return backend.mode is Mode.TASK and not backend.is_global


def hardly_differs(one: Fraction, wanted: Fraction) -> bool:
    """Whether a share is near the one that is wanted, and in proportion, for either side."""
    return abs(one - wanted) <= _tolerance(wanted)


def _tolerance(share: Fraction) -> Fraction:
    from fractions import Fraction

    return min(Fraction(1, _POINTS), share / _PROPORTION, (1 - share) / _PROPORTION)


def _around(rest: int, share: Fraction) -> tuple[int, int]:
    """The numbers of servers next to the one that has a share beside the rest; one at least."""
    count = int(rest * share / (1 - share))
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
