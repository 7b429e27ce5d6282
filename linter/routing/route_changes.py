"""Compares the routes before and after a deployment: hosts, shares and sticky sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from linter.routing.routes import STICKY, Backend, Mode, Route
from linter.syntax.interpolation import Parts, display

if TYPE_CHECKING:
    from fractions import Fraction

Title = Callable[[Backend], str]


class Standing(NamedTuple):
    """A service on a host, on one side; the share is None if it is not known."""

    share: Fraction | None
    mode: Mode | None
    tasks: int | None
    sticky: bool


class RowChange(NamedTuple):
    """A service on a host, before and after; None where it does not serve the host."""

    service: str
    stack: str
    old: Standing | None
    new: Standing | None

    @property
    def loses_sessions(self) -> bool:
        """Whether clients are no longer bound to a task of the service."""
        return bool(self.old and self.new and self.old.sticky and not self.new.sticky)


class RouteChange(NamedTuple):
    """A host of which the services or their shares change; empty for the default backend."""

    host: str
    cluster: str
    rows: tuple[RowChange, ...]

    @property
    def is_won(self) -> bool:
        """Whether no service had it before."""
        return all(each.old is None for each in self.rows)

    @property
    def is_lost(self) -> bool:
        """Whether no service has it any more."""
        return all(each.new is None for each in self.rows)


_Host = tuple[Parts, Parts]
_Standings = dict[tuple[str, str], Standing]


def route_changes(
    old: Iterable[Route], new: Iterable[Route], title: Title
) -> tuple[RouteChange, ...]:
    """The hosts that differ; `title` names the stack of a service, the same on both sides."""
    before, after = (_first(_hosts(routes, title)) for routes in (old, new))
    changes = (
        _change(host, before.get(host, {}), after.get(host, {})) for host in {**before, **after}
    )
    return tuple(sorted((each for each in changes if each), key=lambda each: each[:2]))


def _first(hosts: Iterable[tuple[_Host, _Standings]]) -> dict[_Host, _Standings]:
    """Each host once: if templates can become several stacks, as it is in the first of them."""
    found: dict[_Host, _Standings] = {}
    for host, standings in hosts:
        found.setdefault(host, standings)
    return found


def _hosts(routes: Iterable[Route], title: Title) -> Iterator[tuple[_Host, _Standings]]:
    for route in routes:
        shares = route.requests() or (None,) * len(route.backends)
        standings = {
            (each.name, title(each)): Standing(share, each.mode, each.tasks, _is_sticky(each))
            for each, share in zip(route.backends, shares, strict=True)
        }
        for name in [host.name for host in route.hosts] or [()]:
            yield (route.cluster, name), standings


def _is_sticky(backend: Backend) -> bool:
    return backend.mode is not Mode.VIP and any(map(backend.service.active, STICKY))


def _change(host: _Host, old: _Standings, new: _Standings) -> RouteChange | None:
    rows = tuple(
        RowChange(name, stack, old.get((name, stack)), new.get((name, stack)))
        for name, stack in {**old, **new}
    )
    if all(_same(each) for each in rows):
        return None
    cluster, name = map(display, host)
    return RouteChange(name, cluster, rows)


def _same(row: RowChange) -> bool:
    old, new = row.old, row.new
    if old is None or new is None or row.loses_sessions or old.share != new.share:
        return False
    return old.share is not None or old[:3] == new[:3]
