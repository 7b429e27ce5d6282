"""Knows routes: which services share a host, and which part of its requests each of them gets."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from linter.interpolation import Parts, Variable, split
from linter.proxy import Proxy
from linter.source import Span
from linter.stack import Service, Stack
from linter.targets import Target

if TYPE_CHECKING:
    from fractions import Fraction


class Mode(StrEnum):
    """To what the proxy sends: to each task, or to the virtual IP of the service."""

    TASK = "task"
    VIP = "vip"


class Host(NamedTuple):
    """One of the hosts of a service, in lower case, and where it stands."""

    name: Parts
    span: Span

    def __str__(self) -> str:
        return "".join(map(str, self.name))


class Backend(NamedTuple):
    """
    A service on a route.

    `span` is what puts it there: the host, or the mark of the default backend. `mode` is None where
    it depends on a variable, or is none that there is; `tasks` where they are not known. `stack`
    are the paths of its stack.
    """

    service: Service
    span: Span
    mode: Mode | None
    tasks: int | None
    stack: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.service.name)

    @property
    def servers(self) -> int | None:
        """
        Lines of the proxy's upstream: its tasks, or one for its virtual IP.

        A service without tasks has none in either mode; one whose tasks are not known is taken to
        have some.
        """
        if self.tasks == 0:
            return 0
        if self.mode is Mode.VIP:
            return 1
        return self.tasks if self.mode is Mode.TASK else None


class Share(NamedTuple):
    """The part of the requests that a service gets, and the part of the tasks that it has."""

    backend: Backend
    requests: Fraction
    tasks: Fraction


class Route:
    """
    The services that answer for the same hosts in a service cluster.

    `hosts` is empty for the route of the default backend, which takes what no other does. The
    requests go to one list of servers, in which each has the same weight. `serving` are the
    services that have tasks, as far as that is known.
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
        """The hosts for people."""
        return ", ".join(f"`{host}`" for host in self.hosts)

    def called(self, backend: Backend) -> str:
        """The name of one of its services for people, with the file where another is called so."""
        alike = sum(each.name == backend.name for each in self.backends)
        return f"`{backend.name}`" + (f" of {backend.span.source.path}" if alike > 1 else "")

    @property
    def is_passed_through(self) -> bool:
        """Whether TLS connections go through unopened, and so to the first service only."""
        return all(each.service.is_on("ssl_passthrough") for each in self.serving)

    def shares(self) -> tuple[Share, ...]:
        """The exact share of each service; nothing where one of them is not known."""
        servers = [each.servers for each in self.backends]
        tasks = [each.tasks for each in self.backends]
        if None in servers or None in tasks:
            return ()
        all_servers, all_tasks = sum(filter(None, servers)), sum(filter(None, tasks))
        if not all_servers or not all_tasks:
            return ()
        from fractions import Fraction  # which imports a lot, and few routes are shared

        return tuple(
            Share(backend, Fraction(part or 0, all_servers), Fraction(count or 0, all_tasks))
            for backend, part, count in zip(self.backends, servers, tasks, strict=True)
        )


def percent(share: Fraction) -> str:
    """A share for people: `20 %`, `33.3 %`."""
    number = f"{float(share * 100):.1f}".removesuffix(".0")
    return f"{number} %"


class _Key(NamedTuple):
    """
    What two services must have in common to share a route.

    `scope` is None, or the stack alone within which an unknown variable means the same.
    """

    swarm: tuple[Target | None, Proxy | None]
    cluster: Parts
    host: Parts | None
    scope: tuple[str, ...] | None = None


class Fleet:
    """The services of all stacks that are looked at together, by route."""

    def __init__(self) -> None:
        self._backends: dict[_Key, list[Backend]] = {}
        self._hosts: dict[_Key, Host] = {}

    def add(self, stack: Stack) -> None:
        """Put the services of a stack on their routes."""
        swarm = (stack.target, stack.surroundings.proxy)
        paths = tuple(source.path for source in stack.sources)
        for service in stack.services:
            if not service.is_routed:
                continue
            mode, tasks = _mode(service), service.tasks
            label = service.routing.get("service_cluster")
            cluster = label.value.parts if label else ()

            def key(host: Parts | None, cluster: Parts = cluster) -> _Key:
                unknown = any(isinstance(part, Variable) for part in (*cluster, *(host or ())))
                return _Key(swarm, cluster, host, paths if unknown else None)

            for host in hosts(service):
                self._hosts.setdefault(key(host.name), host)
                self._put(key(host.name), Backend(service, host.span, mode, tasks, paths))
            if service.is_on("default_backend"):
                span = service.routing["default_backend"].span
                self._put(key(None), Backend(service, span, mode, tasks, paths))

    def _put(self, key: _Key, backend: Backend) -> None:
        backends = self._backends.setdefault(key, [])
        if not backends or backends[-1].service is not backend.service:
            backends.append(backend)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """All routes, once all stacks are there; hosts that the same services serve are one."""
        groups: dict[Hashable, list[_Key]] = {}
        for key, backends in self._backends.items():
            same = (key.swarm, key.cluster, key.host is None, *(id(b.service) for b in backends))
            groups.setdefault(same, []).append(key)
        return tuple(
            Route(
                keys[0].cluster,
                tuple(self._hosts[key] for key in keys if key in self._hosts),
                tuple(self._backends[keys[0]]),
            )
            for keys in groups.values()
        )


def _mode(service: Service) -> Mode | None:
    label = service.given("backend_mode")
    if label is None:
        return Mode.TASK
    value = label.value.value
    return Mode(value) if value in ("task", "vip") else None


@lru_cache(maxsize=1)  # several rules ask of a service, one after the other
def hosts(service: Service) -> tuple[Host, ...]:
    """The hosts of a service, each with its place."""
    label = service.routing.get("hosts")
    if label is None:
        return ()
    items = [item for item in split(label.value.parts, ",") if item.parts]
    spans = label.value.parts_at((item.start, item.end) for item in items)
    return tuple(
        Host(tuple(part.lower() if isinstance(part, str) else part for part in item.parts), span)
        for item, span in zip(items, spans, strict=True)
    )
