"""Notes on a route: what its numbers don't show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from linter.model.host import Host
from linter.model.vocabulary import rows
from linter.model.words import agree, count_tasks, percent, quoted, some
from linter.routing.routes import STICKY, Backend, Mode, Route, Share
from linter.syntax.interpolation import Expression, is_known


class Kind(StrEnum):
    """The kind of a remark."""

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
    """A note on a route: a sentence without a period."""

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
            f"{route.names_of(vips)} (VIP mode) {agree(vips, 'counts once', 'count once each')}, "
            f"{route.names_of(others)} (task mode) once per task",
        )
    yield from _undivided(route)
    yield from _without_tasks(route)
    if len(route.serving) > 1:
        for backend in route.in_mode(Mode.VIP):
            if backend.tasks is None:
                yield Remark(Kind.UNKNOWN, f"assuming at least one task: {_unknown(backend)}")
    for index, symbol in symbols.items():
        why = _unknown(route.backends[index], symbol)
        yield Remark(Kind.UNKNOWN, f"{symbol} is not known: {why}")
    yield from _host_remarks(route)
    sticky = [each for each in route.serving if _is_sticky(each) and each.mode is Mode.TASK]
    if sticky and len(route.serving) > 1 and not route.undivided:
        yield Remark(
            Kind.STICKY,
            f"{route.names_of(sticky)} {agree(sticky, 'uses', 'use')} sticky sessions: sessions "
            "are divided roughly as shown, and requests follow their session",
        )
    if any(each.service.cluster and each.service.cluster.template for each in route.backends):
        yield Remark(
            Kind.TEMPLATE,
            "this service cluster has its own proxy template, which may divide requests "
            "differently",
        )


def remarks_then(route: Route, then: Route, lead: str = "with --what-if, ") -> Iterator[Remark]:
    """
    Surprising shares with other modes, and reasons why these modes are not possible.

    `lead` names the modes at the beginning of a sentence.
    """
    switched = [
        after
        for before, after in zip(route.backends, then.backends, strict=True)
        if after.mode is not before.mode and after.tasks != 0
    ]
    if switched:
        yield from _surprise(then, lead)
    to_vip = [each for each in switched if each.mode is Mode.VIP]
    if sticky := [each for each in to_vip if _is_sticky(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode does not support sticky sessions: {then.names_of(sticky)} would lose them",
        )
    if without := [each for each in to_vip if _has_no_virtual_ip(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode needs a virtual IP, which {then.names_of(without)} "
            f"{agree(without, 'does', 'do')} not have because of `endpoint_mode: dnsrr`",
        )


def _assumed(route: Route, backend: Backend) -> str:
    """The option that sets a number of tasks, and what the files say."""
    tasks, known = backend.tasks or 0, backend.service.tasks
    files, several = ("the files", True) if len(backend.stack) > 1 else ("the file", False)
    if known is None:
        said = f"{'say' if several else 'says'} {_written(backend)}"
    elif backend.service.deployment.replicas is None:
        said = f"{'leave' if several else 'leaves'} the default of {known:,}"
    else:
        said = f"{'say' if several else 'says'} {known:,}"
    name, option = route.name_of(backend), backend.tasks_from
    return f"{option} sets {name} to {count_tasks(tasks)}; {files} {said}"


def _surprise(route: Route, lead: str = "") -> Iterator[Remark]:
    shares = route.surprising()
    if shares:
        gains = max(shares, key=attrgetter("gain"))
        yield Remark(Kind.SURPRISE, lead + _surprising(route, gains, shares))


def _surprising(route: Route, gains: Share, shares: Iterable[Share]) -> str:
    tasks, total = gains.backend.tasks or 0, sum(each.backend.tasks or 0 for each in shares)
    return (
        f"{route.name_of(gains.backend)} has {tasks:,} of {total:,} tasks ({percent(gains.tasks)}) "
        f"but gets {percent(gains.requests)} of the requests: VIP mode counts services, not tasks"
    )


def _undivided(route: Route) -> Iterator[Remark]:
    texts = {
        "first-service-only": "TLS passthrough: the vendor's proxy template sends all "
        "connections to the first service only, and which one is first is not documented",
        "conflicting-passthrough": "TLS passthrough is set for only some of these services: the "
        "proxy does one or the other, and which one is not documented",
        "several-default-backends": "more than one default backend: by the vendor's proxy "
        "template, NGINX rejects this configuration, and then no route is updated anymore",
    }
    if route.undivided:
        yield Remark(Kind.UNDIVIDED, texts[route.undivided])


def _without_tasks(route: Route) -> Iterator[Remark]:
    without = [each for each in route.backends if each.tasks == 0]
    if not without:
        return
    if route.serving:
        text = f"{route.names_of(without)} {agree(without, 'has', 'have')} no tasks, "
        yield Remark(Kind.NO_TASKS, f"{text}so {agree(without, 'it gets', 'they get')} no requests")
    else:
        yield Remark(Kind.NO_TASKS, "no service here has any tasks, so requests get no answer")


def _unknown(backend: Backend, symbol: str = "") -> str:
    """What a number depends on, and the option that sets it."""
    name = quoted(backend.name)
    if backend.mode is None:
        label = backend.service.given("backend_mode")
        if label is None:
            return f"{name} may have a backend mode that an expression of the template adds"
        value = label.value
        if value.value is None:
            counts = (
                "" if backend.tasks is None else f" ({symbol} is {backend.tasks:,} in task mode)"
            )
            mode = f"{name} has the backend mode {quoted(value)}{counts}"
            if any(isinstance(part, Expression) for part in value.parts):
                return mode
            return f"{mode}; --env-file or --env may provide the value"
        return f"{name} has the backend mode {quoted(value)}, which does not exist"
    option = quoted(f"--tasks {backend.service.whole_name}=N")
    if backend.is_global:
        why = f"{name} has one task on each node it may run on"
        return f"{why}; set the number with `--nodes N` or {option}"
    return f"{name} has {_written(backend)}; set the number with {option}"


def _written(backend: Backend) -> str:
    """What the files say if they do not determine the number of tasks."""
    deployment = backend.service.deployment
    if deployment.mode is not None and deployment.mode.value != "replicated":
        return quoted(f"mode: {deployment.mode}")
    if deployment.replicas is None:
        return "an expression that may add `replicas`"
    return quoted(f"replicas: {deployment.replicas}")


def _host_remarks(route: Route) -> Iterator[Remark]:
    syntax = rows()["hosts"].list_syntax
    depends = [each for each in route.hosts if not each.is_known]
    if depends or not is_known(route.cluster):
        names = (route.cluster, *(each.name for each in depends))
        is_template = any(isinstance(part, Expression) for name in names for part in name)
        yield Remark(
            Kind.UNKNOWN,
            f"{_hosts(depends) if depends else 'the service cluster'} "
            f"{agree(depends, 'depends', 'depend')} on "
            f"{'an expression of the template' if is_template else 'a variable'}, so other "
            "services may share these requests"
            f"{'' if is_template else '; --env-file or --env may provide the value'}",
        )
    broken = [
        each for each in route.hosts if each.is_known and syntax and not syntax.accepts(str(each))
    ]
    if broken:
        verb = agree(broken, "is not a host name", "are not host names")
        text = f"{_hosts(broken)} {verb}, so no request matches {agree(broken, 'it', 'them')}"
        yield Remark(Kind.NO_HOST, f"{text}; run `interlock-lint check` for details")


def _is_sticky(backend: Backend) -> bool:
    return any(backend.service.active(name) for name in STICKY)


def _has_no_virtual_ip(backend: Backend) -> bool:
    mode = backend.service.deployment.endpoint_mode
    return mode is not None and mode.value == "dnsrr"


def _hosts(hosts: Sequence[Host]) -> str:
    return some(list(map(quoted, hosts)))
