"""Decides which services can switch modes, and how their shares change."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.model.change import Change, NotDone
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX, rows
from linter.model.words import some
from linter.routing.routes import STICKY, Backend, Fleet, Mode, Route, backend_mode, percent
from linter.syntax.interpolation import Variable

if TYPE_CHECKING:
    from fractions import Fraction

_MODE = f"{PREFIX}backend_mode"
_MOST_NAMED = 3


class Shift(NamedTuple):
    """A route before and after; `most` is the largest change of a share, None if not known."""

    before: Route
    after: Route
    most: Fraction | None


class Plan(NamedTuple):
    """
    What a migration does: the changes for each stack, the services left unchanged, and the routes
    with a switched service.
    """

    changes: tuple[tuple[Change, ...], ...]
    not_done: tuple[NotDone, ...]
    shifts: tuple[Shift, ...]


class Terms(NamedTuple):
    """
    The options of a migration.

    `allowed` is how much the share of a service may change. `drop_sticky` allows removing labels
    for sticky sessions. `with_tasks` sets the numbers of tasks that options provide.
    """

    to: Mode
    allowed: Fraction
    drop_sticky: bool = False
    with_tasks: Callable[[Backend], Backend] = lambda backend: backend


def plan(stacks: Sequence[Stack], chosen: Container[int], terms: Terms) -> Plan:
    """
    Plan how to switch the routed services whose identities are in `chosen`.

    A service is left unchanged if it cannot be switched, or if a share on one of its routes would
    change by more than is allowed.
    """
    left: dict[int, NotDone] = {}
    switched: dict[int, Service] = {}
    for service in (service for stack in stacks for service in stack.services):
        if not service.intends() or id(service) not in chosen:
            continue
        reason = _obstacle(service, terms)
        if reason is None:
            switched[id(service)] = service
        else:
            left[id(service)] = reason
    fleet = Fleet()
    for stack in stacks:
        fleet.add(stack)
    routes = [route.changed(terms.with_tasks) for route in fleet.routes]
    shifts = _shifts(routes, switched, terms)
    while blocking := [each for each in shifts if each.most is None or each.most > terms.allowed]:
        for shift in blocking:
            for backend in shift.before.backends:
                if id(backend.service) in switched:
                    service = switched.pop(id(backend.service))
                    left[id(service)] = _shifted(service, backend, shift)
        shifts = _shifts(routes, switched, terms)
    services = (service for stack in stacks for service in stack.services)
    return Plan(
        changes=tuple(tuple(_changes(stack, switched, terms)) for stack in stacks),
        not_done=tuple(left[id(service)] for service in services if id(service) in left),
        shifts=tuple(shifts),
    )


def _changes(stack: Stack, switched: Container[int], terms: Terms) -> Iterator[Change]:
    for service in stack.services:
        if id(service) in switched:
            name = str(service.name)
            yield Change(name, _MODE, str(terms.to))
            if terms.to is Mode.VIP and terms.drop_sticky:
                dropped = (each for each in STICKY if each in service.routing)
                yield from (Change(name, PREFIX + each, None) for each in dropped)


# -- One service ---------------------------------------------------------------------------------


def _obstacle(service: Service, terms: Terms) -> NotDone | None:
    """Why a service cannot be switched, apart from its shares; None if it can."""
    if not service.is_routed:
        reason = "no requests are routed to it because it has no `hosts`"
        return NotDone(str(service.name), reason, service.name.span, blocked=False)
    label = service.routing.get("backend_mode")
    mode = backend_mode(service)
    if mode is terms.to:
        reason = f"already in {terms.to.display_name}"
        return NotDone(
            str(service.name), reason, label.span if label else service.name.span, blocked=False
        )
    if label is not None and any(isinstance(part, Variable) for part in label.value.parts):
        reason = f"its backend mode `{label.value}` depends on a variable"
        help_text = "change the variable, or set its value with --env-file"
        return NotDone(str(service.name), reason, label.value.span, help_text)
    if label is not None and "$" in label.value.written:
        written = label.value.written
        reason = f"its backend mode is set to `{written}`, which other environments use too"
        return NotDone(str(service.name), reason, label.value.span, "change the variable instead")
    return _obstacle_to_vip(service, terms) if terms.to is Mode.VIP else None


def _obstacle_to_vip(service: Service, terms: Terms) -> NotDone | None:
    target, row = service.context.target, rows()["backend_mode"]
    if target is not None and not (target.has_swarm and target.has(row.disputed_since)):
        help_text = f"VIP mode was added in {' and '.join(row.since)}"
        reason = f"{target} does not support VIP mode"
        return NotDone(str(service.name), reason, service.name.span, help_text)
    endpoint = service.deployment.endpoint_mode
    if endpoint is not None and endpoint.value == "dnsrr":
        reason = "it has no virtual IP because of `endpoint_mode: dnsrr`"
        return NotDone(str(service.name), reason, endpoint.span, "remove `endpoint_mode` first")
    if endpoint is not None and endpoint.value is None:
        reason = f"it may not have a virtual IP: `endpoint_mode` is `{endpoint}`"
        return NotDone(str(service.name), reason, endpoint.span, "set the variable with --env-file")
    sticky = [label for name in STICKY if (label := service.active(name))]
    if sticky and not terms.drop_sticky:
        names = " and ".join(f"`{label.name}`" for label in sticky)
        reason = f"VIP mode does not support the sticky sessions set by {names}"
        return NotDone(
            str(service.name), reason, sticky[0].span, "--drop-sticky removes these labels"
        )
    return None


# -- Routes --------------------------------------------------------------------------------------


def _shifts(routes: Iterable[Route], switched: Container[int], terms: Terms) -> list[Shift]:
    """The routes with switched services, before and after."""

    def switch(backend: Backend) -> Backend:
        return backend._replace(mode=terms.to) if id(backend.service) in switched else backend

    def settle(backend: Backend) -> Backend:
        """Set a mode that is none: what it did before is not known, so no known share changes."""
        return backend if backend.mode else switch(backend)

    found: list[Shift] = []
    for before in routes:
        if any(id(backend.service) in switched for backend in before.backends):
            after = before.changed(switch)
            found.append(Shift(before, after, _most(before.changed(settle), after)))
    return found


def _most(before: Route, after: Route) -> Fraction | None:
    """The largest change of a share; None if it is not known."""
    from fractions import Fraction

    if before.undivided or not before.serving:  # then modes make no difference
        return Fraction(0)
    one, other = before.requests(), after.requests()
    if not (one and other):
        return None
    return max(abs(b - a) for a, b in zip(one, other, strict=True))


def _unknown(shift: Shift) -> list[str]:
    """The services whose number of servers is not known, before or after."""
    backends = zip(shift.before.backends, shift.after.backends, strict=True)
    return [
        shift.before.name_of(one)
        for one, other in backends
        if one.servers is None or other.servers is None
    ]


def _shifted(service: Service, backend: Backend, shift: Shift) -> NotDone:
    """Why a service cannot be switched: a share would change too much, or is not known."""
    title = shift.before.title or "the default backend"
    if shift.most is None:
        backends = shift.before.backends
        modes = [shift.before.name_of(each) for each in backends if each.mode is None]
        names, cause = some(modes or _unknown(shift)), "mode" if modes else "number of tasks"
        reason = f"the shares of {title} are not known: they depend on the {cause} of {names}"
        help_text = (
            "set `backend_mode` of these services to `task` or `vip` first"
            if modes
            else "set the number of tasks with --tasks SERVICE=N or --nodes N"
        )
        return NotDone(str(service.name), reason, backend.span, help_text)
    pairs = zip(shift.before.backends, shift.before.requests(), shift.after.requests(), strict=True)
    most = sorted(pairs, key=lambda each: -abs(each[2] - each[1]))[:_MOST_NAMED]
    parts = ", ".join(
        f"{shift.before.name_of(each)} from {percent(one)} to {percent(other)}"
        for each, one, other in most
        if one != other
    )
    points = f"{-(-shift.most * 1000 // 1) / 10}".removesuffix(".0")  # rounded up
    return NotDone(
        str(service.name),
        f"the shares of {title} would change: {parts}",
        backend.span,
        f"--max-share-shift {points} allows it",
    )
