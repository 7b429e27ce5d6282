"""Routes: which services share a host, and what share of its requests each one gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from linter.model.label import Label
from linter.model.proxy import Proxy
from linter.model.stack import Host, Service, Stack
from linter.model.targets import Target
from linter.model.words import some
from linter.syntax.interpolation import Parts, Variable
from linter.syntax.source import Span

if TYPE_CHECKING:
    from fractions import Fraction


class Mode(StrEnum):
    """To what the proxy sends: to each task, or to the virtual IP of the service."""

    TASK = "task"
    VIP = "vip"

    @property
    def called(self) -> str:
        """The mode in a sentence."""
        return "VIP mode" if self is Mode.VIP else "task mode"


STICKY = ("sticky_session_cookie", "ip_hash")
"""Labels that ask for sticky sessions, which VIP mode does not have."""


class Backend(NamedTuple):
    """
    A service on a route.

    `place` is what puts it there: the host, or the mark of the default backend. `mode` is None
    where it depends on a variable, or is none that there is; `tasks` where they are not known.
    `stack` are the paths of its stack. `tasks_from` is what says the number of tasks in place of
    these files.
    """

    service: Service
    place: Host | Label
    mode: Mode | None
    tasks: int | None
    stack: tuple[str, ...]
    tasks_from: str = ""

    @property
    def name(self) -> str:
        return str(self.service.name)

    @property
    def span(self) -> Span:
        return self.place.span

    @property
    def is_global(self) -> bool:
        """Whether it has one task on each node that it may run on."""
        mode = self.service.deployment.mode
        return mode is not None and mode.value == "global"

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

    @property
    def gain(self) -> Fraction:
        """By how much it gets more than its tasks suggest."""
        return self.requests - self.tasks


class Undivided(StrEnum):
    """
    Why the requests of a route are not divided among all of its servers.

    TLS that is passed through goes to the first service alone, and which one that is is not known;
    with passthrough for some services only it is not known either; and two default backends are a
    configuration that NGINX refuses.
    """

    FIRST_SERVICE = "first-service-only"
    CONFLICT = "conflicting-passthrough"
    DEFAULT_BACKENDS = "several-default-backends"


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
        alike = self._alike[backend.name]
        return f"`{backend.name}`" + (f" of {backend.span.source.path}" if alike > 1 else "")

    def naming(self, backends: Sequence[Backend]) -> str:
        """The names of some of its services, in a sentence."""
        return some([self.called(each) for each in backends])

    @cached_property
    def _alike(self) -> Counter[str]:
        return Counter(each.name for each in self.backends)

    @property
    def is_passed_through(self) -> bool:
        """Whether TLS connections go through unopened, and so to the first service only."""
        return all(each.service.is_on("ssl_passthrough") for each in self.serving)

    @cached_property
    def undivided(self) -> Undivided | None:
        """Why its requests are not divided among its servers; None where they are."""
        if len(self.serving) < 2:
            return None
        if not self.hosts:
            return Undivided.DEFAULT_BACKENDS
        if self.is_passed_through:
            return Undivided.FIRST_SERVICE
        if any(each.service.is_on("ssl_passthrough") for each in self.serving):
            return Undivided.CONFLICT
        return None

    def changed(self, change: Callable[[Backend], Backend]) -> Route:
        """What it would be with other modes or other numbers of tasks."""
        return Route(self.cluster, self.hosts, tuple(map(change, self.backends)))

    def in_mode(self, mode: Mode) -> tuple[Backend, ...]:
        """The services in a mode that serve and share its requests."""
        if self.undivided:
            return ()
        return tuple(each for each in self.serving if each.mode is mode)

    def requests(self) -> tuple[Fraction, ...]:
        """
        The exact part of the requests that each service gets, in their order.

        Nothing where that is not known. All parts are zero where no service has a task.
        """
        if self.undivided:
            return ()
        if len(self.serving) == 1:  # it gets all, whatever its mode and number of tasks
            return _parts([int(each is self.serving[0]) for each in self.backends])
        return _parts([each.servers for each in self.backends])

    def shares(self) -> tuple[Share, ...]:
        """The exact share of each service; nothing where one of them is not known."""
        if not self.serving:
            return ()
        requests, tasks = self.requests(), _parts([each.tasks for each in self.backends])
        return tuple(map(Share, self.backends, requests, tasks)) if requests and tasks else ()

    def surprising(self) -> tuple[Share, ...]:
        """
        The shares of services with tasks, if one is not what the tasks suggest; else nothing.

        A difference of up to one percentage point surprises nobody.
        """
        if not self.in_mode(Mode.VIP) or len(self.serving) < 2:
            return ()
        shares = tuple(each for each in self.shares() if each.backend.tasks)
        return shares if any(abs(each.gain) * 100 > 1 for each in shares) else ()


def _parts(counts: Sequence[int | None]) -> tuple[Fraction, ...]:
    """Each count by their sum; nothing where one of them is not known."""
    known = [each for each in counts if each is not None]
    if len(known) < len(counts):
        return ()
    from fractions import Fraction  # which imports a lot, and few routes are shared

    total = sum(known) or 1
    return tuple(Fraction(each, total) for each in known)


def percent(share: Fraction) -> str:
    """A share for people: `20%`, `33.3%`; what is not all and not nothing does not look so."""
    number = f"{float(share * 100):.1f}".removesuffix(".0")
    if number == "0" and share > 0:
        number = "<0.1"
    if number == "100" and share < 1:
        number = ">99.9"
    return f"{number}%"


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
        swarm = (stack.target, stack.context.proxy)
        paths = tuple(source.path for source in stack.sources)
        for service in stack.services:
            if not service.is_routed:
                continue
            mode, tasks = backend_mode(service), service.tasks
            label = service.routing.get("service_cluster")
            cluster = label.value.parts if label else ()
            for host in service.hosts:
                scope = paths if _is_unknown(cluster) or _is_unknown(host.name) else None
                key = _Key(swarm, cluster, host.name, scope)
                self._hosts.setdefault(key, host)
                self._put(key, Backend(service, host, mode, tasks, paths))
            if service.is_on("default_backend"):
                key = _Key(swarm, cluster, None, paths if _is_unknown(cluster) else None)
                label = service.routing["default_backend"]
                self._put(key, Backend(service, label, mode, tasks, paths))

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


def _is_unknown(parts: Parts) -> bool:
    return any(isinstance(part, Variable) for part in parts)


def backend_mode(service: Service) -> Mode | None:
    """The mode of a service; None where it depends on a variable, or is none that there is."""
    label = service.given("backend_mode")
    if label is None:
        return Mode.TASK
    value = label.value.value
    return Mode(value) if value in ("task", "vip") else None
