"""Selects the routes to show, and puts them in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from linter.model.stack import Service
from linter.routing.routes import Route
from linter.syntax.interpolation import Parts, display


def service_names(routes: Iterable[Route]) -> dict[str, None]:
    """The whole names of all services on routes, in order."""
    return {backend.service.whole_name: None for route in routes for backend in route.backends}


def with_hosts(routes: Iterable[Route], names: Collection[Parts]) -> list[Route]:
    """The routes with only the hosts that have one of these names."""
    kept = (
        Route(each.cluster, tuple(h for h in each.hosts if h.name in names), each.backends)
        for each in routes
    )
    return [each for each in kept if each.hosts]


def with_service(routes: Iterable[Route], name: str) -> list[Route]:
    """The routes that the service with a whole name is on."""
    return [
        route for route in routes if any(each.service.whole_name == name for each in route.backends)
    ]


def once(routes: Iterable[Route]) -> list[Route]:
    """The routes without those on which an alternative of a template only repeats others."""
    seen: set[tuple[object, ...]] = set()
    found: list[Route] = []
    for route in routes:
        hosts: list[Parts] = [host.name for host in route.hosts] or [()]
        places = {
            (route.cluster, host, each.name, each.service.name.span.sort_key)
            for host in hosts
            for each in route.backends
        }
        if not (places <= seen and any(each.alternative.number for each in route.backends)):
            found.append(route)
        seen |= places
    return found


def in_order(routes: Iterable[Route]) -> list[Route]:
    """Routes by service cluster and host, with the default backend last."""
    return sorted(routes, key=_place)


def _place(route: Route) -> tuple[object, ...]:
    first = route.backends[0].service.name.span
    return (
        display(route.cluster),
        not route.hosts,
        [str(host) for host in route.hosts],
        first.sort_key,
    )


def is_unrouted(service: Service) -> bool:
    """Whether a service has routing labels but no route."""
    return not service.is_routed and service.intends()
