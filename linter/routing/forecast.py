"""Describes a route: its shares now, and in another mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.routing.routes import Backend, Mode, Route

if TYPE_CHECKING:
    from fractions import Fraction
from linter.routing.remarks import (
    Remark,
    remarks,
    remarks_then,
)
from linter.routing.replies import (
    Reply,
    reply_to,
)

_MOST_SYMBOLS = 3
"""How many unknown numbers a formula spells out."""


class Standing(NamedTuple):
    """
    The numbers of a service on its route, in one mode.

    `servers` is a number, or a symbol if it is not known. `formula` shows how the share is
    computed; `share` is None if it is not known.
    """

    mode: Mode | None
    servers: int | str
    share: Fraction | None
    formula: str


class Row(NamedTuple):
    """A service on a route: its numbers now, and with --what-if if that is used."""

    backend: Backend
    now: Standing
    then: Standing | None = None


class WhatIf(NamedTuple):
    """Another mode for all services, or only for those with these whole names."""

    mode: Mode
    services: frozenset[str] | None = None

    def apply(self, backend: Backend) -> Backend:
        if self.services is not None and backend.service.whole_name not in self.services:
            return backend
        return backend._replace(mode=self.mode)


class Wish(NamedTuple):
    """The share that the service with a whole name should get: more than 0 and less than 1."""

    service: str
    share: Fraction


class Forecast(NamedTuple):
    """Everything that is reported about one route."""

    route: Route
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]
    replies: tuple[Reply, ...]


def forecast(route: Route, what_if: WhatIf | None = None, wish: Wish | None = None) -> Forecast:
    """Describe a route as it is, with other modes, and how to get a wanted share."""
    then = route.changed(what_if.apply) if what_if else None
    symbols = _symbols(route, then)
    now = _standings(route, symbols)
    later: Sequence[Standing | None] = (
        _standings(then, symbols) if then else [None] * len(route.backends)
    )
    replies: tuple[Reply, ...] = ()
    if wish:
        wanted = [
            index
            for index, each in enumerate(route.backends)
            if each.service.whole_name == wish.service
        ]
        replies = tuple(reply_to(route, then or route, index, wish.share) for index in wanted)
    return Forecast(
        route=route,
        rows=tuple(map(Row, route.backends, now, later)),
        remarks=(*remarks(route, symbols), *(remarks_then(route, then) if then else ())),
        replies=replies,
    )


def _symbols(route: Route, then: Route | None) -> dict[int, str]:
    """A symbol for each service with an unknown number of servers, by index."""
    unknown = [
        index
        for index, pair in enumerate(zip(route.backends, (then or route).backends, strict=True))
        if any(each.servers is None for each in pair)
    ]
    if len(unknown) == 1:
        return {unknown[0]: "n"}
    return {index: f"n{number}" for number, index in enumerate(unknown, 1)}


def _standings(route: Route, symbols: dict[int, str]) -> list[Standing]:
    shares: Sequence[Fraction | None] = route.requests() or [None] * len(route.backends)
    servers: list[int | str] = [
        symbols[index] if each.servers is None else each.servers
        for index, each in enumerate(route.backends)
    ]
    total = _sum(servers)
    return [
        Standing(each.mode, count, share, _formula(route, each, count, total))
        for each, count, share in zip(route.backends, servers, shares, strict=True)
    ]


def _sum(servers: Sequence[int | str]) -> str:
    known = sum(each for each in servers if isinstance(each, int))
    unknown = [each for each in servers if isinstance(each, str)]
    if len(unknown) > _MOST_SYMBOLS:
        return "all"
    terms = [*unknown, *([str(known)] if known or not unknown else [])]
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"


def _formula(route: Route, backend: Backend, servers: int | str, total: str) -> str:
    if backend.tasks == 0:
        return "0"
    if route.undivided:
        return "not known" if route.undivided == "several-default-backends" else "all or none"
    return f"{servers}/{total}"
