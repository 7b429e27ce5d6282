"""Finds the services that share a host, and computes the share of requests each one gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from linter import TYPE_CHECKING
from linter.model.context import Alternative
from linter.model.host import Host
from linter.model.label import Label
from linter.model.proxy import Proxy
from linter.model.stack import Service, Stack
from linter.model.targets import Target
from linter.model.words import MOST_NAMED, quoted, some
from linter.record import Record
from linter.syntax.interpolation import Parts, is_known
from linter.syntax.source import Span

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Literal

    Undivided = Literal[
        "first-service-only",
        "conflicting-passthrough",
        "several-default-backends",
    ]


class Mode(StrEnum):
    """What the proxy sends requests to: each task, or the virtual IP of the service."""

    TASK = "task"
    VIP = "vip"

    @property
    def display_name(self) -> str:
        """The mode as text in a sentence."""
        return "VIP mode" if self is Mode.VIP else "task mode"


STICKY = ("sticky_session_cookie", "ip_hash")
"""Labels that turn on sticky sessions, which VIP mode does not support."""


_NO_ALTERNATIVE = Alternative()


class Backend(Record):
    """
    A service on a route.

    `place` is what puts it on the route: the host, or the `default_backend` label. `mode` is None
    if it depends on a variable or is not a backend mode, and `tasks` is None if the number is not
    known. `stack` contains the paths of its stack, and `alternative` says which one it is of those
    that these can become. `tasks_from` is the option that sets the number of tasks, if these files
    do not.
    """

    __slots__ = ("alternative", "mode", "place", "service", "stack", "tasks", "tasks_from")

    def __init__(
        self,
        service: Service,
        place: Host | Label,
        mode: Mode | None,
        tasks: int | None,
        stack: tuple[str, ...],
        tasks_from: str = "",
        alternative: Alternative = _NO_ALTERNATIVE,
    ) -> None:
        self.service = service
        self.place = place
        self.mode = mode
        self.tasks = tasks
        self.stack = stack
        self.tasks_from = tasks_from
        self.alternative = alternative

    @property
    def name(self) -> str:
        return str(self.service.name)

    @property
    def span(self) -> Span:
        return self.place.span

    @property
    def is_global(self) -> bool:
        """Whether it has one task on each node it may run on."""
        mode = self.service.deployment.mode
        return mode is not None and mode.value == "global"

    @property
    def servers(self) -> int | None:
        """
        Its servers in the proxy's upstream: one for each task, or one for the virtual IP.

        A service without tasks has none in either mode. If the number of tasks is not known, it is
        assumed to be more than zero.
        """
        if self.tasks == 0:
            return 0
        if self.mode is Mode.VIP:
            return 1
        return self.tasks if self.mode is Mode.TASK else None


class Share(Record):
    """The share of the requests a service gets, and the share of the tasks it has."""

    __slots__ = ("backend", "requests", "tasks")

    def __init__(self, backend: Backend, requests: Fraction, tasks: Fraction) -> None:
        self.backend = backend
        self.requests = requests
        self.tasks = tasks

    @property
    def gain(self) -> Fraction:
        """How much more it gets than its tasks suggest."""
        return self.requests - self.tasks


class Route:
    """
    The services with the same hosts in a service cluster.

    `hosts` is empty for the default backend, which gets the requests for all other hosts. Requests
    go to one list of servers with equal weights. `serving` contains the services with tasks, or
    with an unknown number of tasks.
    """

    def __init__(
        self, cluster: Parts, hosts: tuple[Host, ...], backends: tuple[Backend, ...]
    ) -> None:
        self.cluster = cluster
        self.hosts = hosts
        self.backends = backends
        self.serving = tuple(each for each in backends if each.tasks != 0)

    @property
    def title(self) -> str:
        """The hosts as text in a sentence; of many, only the first ones."""
        first = ", ".join(map(quoted, self.hosts[:MOST_NAMED]))
        more = len(self.hosts) - MOST_NAMED
        return f"{first} and {more:,} more" if more > 0 else first

    def name_of(self, backend: Backend) -> str:
        """The name of a service in a sentence, with its file if another one has the same name."""
        same = self._name_counts[backend.name]
        where = f" in {quoted(backend.span.source.path)}" if same > 1 else ""
        return quoted(backend.name) + where

    def names_of(self, backends: Sequence[Backend]) -> str:
        """The names of several services in a sentence."""
        return some([self.name_of(each) for each in backends])

    @cached_property
    def _name_counts(self) -> Counter[str]:
        return Counter(each.name for each in self.backends)

    @property
    def is_passed_through(self) -> bool:
        """Whether all services use TLS passthrough, so that only the first one gets connections."""
        return all(each.service.is_on("ssl_passthrough") for each in self.serving)

    @cached_property
    def undivided(self) -> Undivided | None:
        """Why its requests are not divided among its servers; None if they are."""
        if len(self.serving) < 2:
            return None
        if not self.hosts:
            return "several-default-backends"
        if self.is_passed_through:
            return "first-service-only"
        if any(each.service.is_on("ssl_passthrough") for each in self.serving):
            return "conflicting-passthrough"
        return None

    def changed(self, change: Callable[[Backend], Backend]) -> Route:
        """A copy with other modes or other numbers of tasks."""
        return Route(self.cluster, self.hosts, tuple(map(change, self.backends)))

    def in_mode(self, mode: Mode) -> tuple[Backend, ...]:
        """The services in a mode that have tasks and share the requests."""
        if self.undivided:
            return ()
        return tuple(each for each in self.serving if each.mode is mode)

    def requests(self) -> tuple[Fraction, ...]:
        """
        The exact share of the requests that each service gets, in the order of the services.

        Empty if the shares are not known. All shares are zero if no service has tasks.
        """
        return self._requests

    @cached_property
    def _requests(self) -> tuple[Fraction, ...]:
        if self.undivided:
            return ()
        if len(self.serving) == 1:  # it gets everything, in any mode
            return _parts([int(each is self.serving[0]) for each in self.backends])
        return _parts([each.servers for each in self.backends])

    def shares(self) -> tuple[Share, ...]:
        """The exact share of each service; empty if one of them is not known."""
        if not self.serving:
            return ()
        requests, tasks = self.requests(), _parts([each.tasks for each in self.backends])
        return tuple(map(Share, self.backends, requests, tasks)) if requests and tasks else ()

    def surprising(self) -> tuple[Share, ...]:
        """
        The shares of the services with tasks, if one differs from its share of the tasks.

        A difference of up to one percentage point does not count.
        """
        if not self.in_mode(Mode.VIP) or len(self.serving) < 2:
            return ()
        shares = tuple(each for each in self.shares() if each.backend.tasks)
        return shares if any(abs(each.gain) * 100 > 1 for each in shares) else ()


def _parts(counts: Sequence[int | None]) -> tuple[Fraction, ...]:
    """Each count divided by their sum; empty if one of them is not known."""
    known = [each for each in counts if each is not None]
    if len(known) < len(counts):
        return ()
    from fractions import Fraction  # slow to import, and few routes are shared

    total = sum(known) or 1
    return tuple(Fraction(each, total) for each in known)


_Key = tuple[tuple[Target | None, Proxy | None], Parts, Parts | None, tuple[str, ...] | None]
"""
What services must have in common to share a route: swarm, cluster, host and scope.

The scope is None, or the stack within which an unknown variable has the same value, or one that
never runs together with others.
"""


def as_written(backend: Backend) -> Backend:
    """A service with the number of tasks that its files set."""
    return backend


_Found = tuple[_Key, Host | None, Backend]


class Fleet:
    """
    Collects the services of several stacks by route; the order of the stacks does not matter.

    `with_tasks` sets the numbers of tasks that options provide.
    """

    def __init__(self, with_tasks: Callable[[Backend], Backend] = as_written) -> None:
        self._with_tasks = with_tasks
        self._found: list[tuple[tuple[str, ...], list[_Found]]] = []
        self._worlds = 1
        self.is_open = False
        """Whether services may have hosts that cannot be seen."""

    def add(self, stack: Stack) -> None:
        """Add the services of a stack to their routes, if enough of them is known."""
        swarm = (stack.target, stack.context.proxy)
        paths, number = tuple(source.path for source in stack.sources), stack.alternative
        alone = (*paths, str(len(self._found))) if stack.is_alone else None
        found: list[_Found] = []
        self._found.append((paths, found))
        self._worlds = max(self._worlds, number.of)
        self.is_open |= not stack.is_alone and (
            stack.is_open or any(each.is_open for each in stack.services)
        )
        for service in stack.services:
            if not service.is_routed or stack.is_partial(service):
                continue
            mode, tasks = backend_mode(service), _tasks(service)
            label = service.routing.get("service_cluster")
            cluster = label.value.parts if label else ()
            for host in service.hosts:
                scope = None if is_known(cluster) and host.is_known else paths
                key: _Key = (swarm, cluster, host.name, alone or scope)
                backend = Backend(service, host, mode, tasks, paths, alternative=number)
                found.append((key, host, backend))
            if service.is_on("default_backend"):
                scope = None if is_known(cluster) else paths
                key = (swarm, cluster, None, alone or scope)
                label = service.routing["default_backend"]
                backend = Backend(service, label, mode, tasks, paths, alternative=number)
                found.append((key, None, backend))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """
        All routes, once every stack is added; hosts with the same services are one route.

        Alternatives of one stack are on routes of their own.
        """
        hosts: dict[_Key, Host] = {}
        by_key: dict[_Key, list[Backend]] = {}
        for _, found in sorted(self._found, key=lambda each: each[0]):
            for key, host, backend in found:
                if host is not None:
                    hosts.setdefault(key, host)
                known = by_key.setdefault(key, [])
                if not known or known[-1].service is not backend.service:
                    known.append(self._with_tasks(backend))
        worlds = (_routes_in(world, by_key, hosts) for world in range(self._worlds))
        return tuple(route for routes in worlds for route in routes)


def _tasks(service: Service) -> int | None:
    """The number of tasks that run, or of those that a file asks for."""
    swarm = service.context.swarm
    return swarm.running.get(str(service.name), service.tasks) if swarm else service.tasks


def _routes_in(
    world: int, by_key: Mapping[_Key, list[Backend]], hosts: Mapping[_Key, Host]
) -> Iterator[Route]:
    """The routes in one world, without those that only repeat one in the first world."""
    groups: dict[Hashable, list[_Key]] = {}
    there: dict[_Key, list[Backend]] = {}
    for key, every in by_key.items():
        backends = [each for each in every if each.alternative.is_in(world)]
        if backends and (not world or any(each.alternative.number == world for each in backends)):
            there[key] = backends
            ids = (id(each.service) for each in backends)
            swarm, cluster, host, _ = key
            groups.setdefault((swarm, cluster, host is None, *ids), []).append(key)
    for keys in groups.values():
        shown = tuple(hosts[key] for key in keys if key in hosts)
        yield Route(keys[0][1], shown, tuple(there[keys[0]]))


def backend_mode(service: Service) -> Mode | None:
    """The mode of a service; None if it depends on a variable or is not a backend mode."""
    label = service.given("backend_mode")
    if label is None:
        return None if service.is_open else Mode.TASK
    value = label.value.value
    return Mode(value) if value in ("task", "vip") else None
