"""Remarks on a route: what its numbers don't show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from linter.model.stack import Host
from linter.model.vocabulary import rows
from linter.model.words import agree, count_tasks, some
from linter.routing.routes import STICKY, Backend, Mode, Route, Share, Undivided, percent
from linter.syntax.interpolation import Variable


class Kind(StrEnum):
    """What a remark is about."""

    ASSUMED = "assumed-tasks"
    SURPRISE = "share-is-not-tasks"
    MIXED = "mixed-modes"
    UNDIVIDED = "not-divided"
    NO_TASKS = "no-tasks"
    UNKNOWN = "unknown"
    NO_HOST = "not-a-host"
    STICKY = "sticky-sessions"
    TEMPLATE = "own-template"
    OBSTACLE = "mode-impossible"


class Remark(NamedTuple):
    """Something about a route that its numbers do not tell: a sentence without a period."""

    kind: Kind
    text: str


def remarks(route: Route, symbols: dict[int, str]) -> Iterator[Remark]:
    for backend in route.backends:
        if backend.tasks_from:
            yield Remark(Kind.ASSUMED, _assumed(route, backend))
    yield from _surprise(route)
    if (vips := route.in_mode(Mode.VIP)) and (others := route.in_mode(Mode.TASK)):
        yield Remark(
            Kind.MIXED,
            f"{route.naming(vips)} in VIP mode {agree(vips, 'counts once', 'count once each')}, "
            f"{route.naming(others)} in task mode once for each task",
        )
    yield from _undivided(route)
    yield from _without_tasks(route)
    if len(route.serving) > 1:
        for backend in route.in_mode(Mode.VIP):
            if backend.tasks is None:
                yield Remark(Kind.UNKNOWN, f"taken to have a task: {_unknown(backend)}")
    for index, symbol in symbols.items():
        yield Remark(Kind.UNKNOWN, f"{symbol} is not known: {_unknown(route.backends[index])}")
    yield from _host_remarks(route)
    sticky = [each for each in route.serving if _is_sticky(each) and each.mode is Mode.TASK]
    if sticky and len(route.serving) > 1 and not route.undivided:
        yield Remark(
            Kind.STICKY,
            f"sticky sessions ({route.naming(sticky)}): sessions are divided about like this, and "
            "requests follow their session",
        )
    if any(each.service.cluster and each.service.cluster.template for each in route.backends):
        yield Remark(
            Kind.TEMPLATE,
            "the proxies of this service cluster have a template of their own, which may divide "
            "requests otherwise",
        )


def remarks_then(route: Route, then: Route) -> Iterator[Remark]:
    """What would surprise in other modes, and what stands in the way of them."""
    switched = [
        after
        for before, after in zip(route.backends, then.backends, strict=True)
        if after.mode is not before.mode and after.tasks != 0
    ]
    if switched:
        yield from _surprise(then, "with --what-if ")
    to_vip = [each for each in switched if each.mode is Mode.VIP]
    if sticky := [each for each in to_vip if _is_sticky(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode has no sticky sessions: {then.naming(sticky)} would lose them",
        )
    if without := [each for each in to_vip if _has_no_virtual_ip(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode needs a virtual IP, and `endpoint_mode: dnsrr` gives "
            f"{then.naming(without)} none",
        )


def _assumed(route: Route, backend: Backend) -> str:
    """Where a number of tasks comes from, and what the files say of it."""
    tasks, known = backend.tasks or 0, backend.service.tasks
    files, several = ("the files", True) if len(backend.stack) > 1 else ("the file", False)
    if known is None:
        said = f"{'say' if several else 'says'} {_written(backend)}"
    elif backend.service.deployment.replicas is None:
        said = f"{'leave' if several else 'leaves'} it at {known}"
    else:
        said = f"{'say' if several else 'says'} {known}"
    verb = "is" if tasks == 1 else "are"
    name, origin = route.called(backend), backend.tasks_from
    return f"{count_tasks(tasks)} of {name} {verb} from {origin}; {files} {said}"


def _surprise(route: Route, lead: str = "") -> Iterator[Remark]:
    shares = route.surprising()
    if shares:
        gains = max(shares, key=attrgetter("gain"))
        yield Remark(Kind.SURPRISE, lead + _surprising(route, gains, shares))


def _surprising(route: Route, gains: Share, shares: Iterable[Share]) -> str:
    tasks, total = gains.backend.tasks or 0, sum(each.backend.tasks or 0 for each in shares)
    return (
        f"{route.called(gains.backend)} gets {percent(gains.requests)}, its {count_tasks(tasks)} "
        f"of {total} suggest{'s' if tasks == 1 else ''} {percent(gains.tasks)}: VIP mode counts "
        "services, not tasks"
    )


def _undivided(route: Route) -> Iterator[Remark]:
    texts = {
        Undivided.FIRST_SERVICE: "TLS is passed through: the vendor's proxy template sends all "
        "connections to the first service alone, and which one is first is not documented",
        Undivided.CONFLICT: "TLS is passed through for some of these services and not for others: "
        "the proxy does one or the other, and which is not documented",
        Undivided.DEFAULT_BACKENDS: "two default backends: by the vendor's proxy template NGINX "
        "refuses such a configuration, and then no route is updated any more",
    }
    if route.undivided:
        yield Remark(Kind.UNDIVIDED, texts[route.undivided])


def _without_tasks(route: Route) -> Iterator[Remark]:
    without = [each for each in route.backends if each.tasks == 0]
    if not without:
        return
    if route.serving:
        text = f"{route.naming(without)} {agree(without, 'has', 'have')} no tasks, "
        yield Remark(Kind.NO_TASKS, text + "so no requests")
    else:
        yield Remark(Kind.NO_TASKS, "no service here has a task: nobody answers")


def _unknown(backend: Backend) -> str:
    """What a number depends on, and what would settle it."""
    name = backend.name
    if backend.mode is None:
        label = backend.service.routing["backend_mode"].value
        if label.value is None:
            counts = "" if backend.tasks is None else f", in task mode it is {backend.tasks}"
            return f"`{name}` has the mode `{label}`{counts}; --env-file or --env may settle which"
        return f"`{name}` has the mode `{label}`, which is none"
    settle = f"--tasks {name}=N settles how many"
    if backend.is_global:
        return f"`{name}` has one task on each node that it may run on; --nodes N or {settle}"
    return f"`{name}` has {_written(backend)}; {settle}"


def _written(backend: Backend) -> str:
    """What the files say that leaves a number of tasks open."""
    deployment = backend.service.deployment
    if deployment.mode is not None and deployment.mode.value != "replicated":
        return f"`mode: {deployment.mode}`"
    return f"`replicas: {deployment.replicas}`"


def _host_remarks(route: Route) -> Iterator[Remark]:
    syntax = rows()["hosts"].list_syntax
    depends = [each for each in route.hosts if not _is_known(each)]
    if depends or any(isinstance(part, Variable) for part in route.cluster):
        yield Remark(
            Kind.UNKNOWN,
            f"{_hosts(depends) if depends else 'the service cluster'} "
            f"{agree(depends, 'depends', 'depend')} on a variable, so other services may share "
            "these requests; --env-file or --env may settle it",
        )
    broken = [
        each
        for each in route.hosts
        if _is_known(each) and syntax and not syntax.pattern.search(str(each))
    ]
    if broken:
        verb = agree(broken, "is no host name", "are no host names")
        text = f"{_hosts(broken)} {verb}, so no request asks for {agree(broken, 'it', 'them')}"
        yield Remark(Kind.NO_HOST, f"{text}; `interlock-lint check` says more")


def _is_known(host: Host) -> bool:
    return not any(isinstance(part, Variable) for part in host.name)


def _is_sticky(backend: Backend) -> bool:
    return any(backend.service.asks_for(name) for name in STICKY)


def _has_no_virtual_ip(backend: Backend) -> bool:
    mode = backend.service.deployment.endpoint_mode
    return mode is not None and mode.value == "dnsrr"


def _hosts(hosts: Sequence[Host]) -> str:
    return some([f"`{host}`" for host in hosts])
