"""Decides which services can switch modes, and how that shifts their shares."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.model.change import Change, NotDone
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX, rows
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
    What a migration does: the changes of each stack, the services that are left as they are, and
    the routes on which a service is switched.
    """

    changes: tuple[tuple[Change, ...], ...]
    not_done: tuple[NotDone, ...]
    shifts: tuple[Shift, ...]


class Terms(NamedTuple):
    """
    What is asked for: the mode, what may be lost on the way, and what is known of tasks.

    `allowed` is the part of its requests that a service of a route may gain or lose; `settled`
    gives a service the number of tasks that it is taken to have.
    """

    to: Mode
    allowed: Fraction
    drop_sticky: bool = False
    settled: Callable[[Backend], Backend] = lambda backend: backend


def plan(stacks: Sequence[Stack], chosen: Container[int], terms: Terms) -> Plan:
    """
    Plan the switch of those routed services whose identities are in `chosen`.

    A service is left out when it cannot be switched by itself, or when a share on one of its routes
    would change by more than is allowed.
    """
    left: dict[int, NotDone] = {}
    switched: dict[int, Service] = {}
    for service in (service for stack in stacks for service in stack.services):
        if not service.intended or id(service) not in chosen:
            continue
        reason = _obstacle(service, terms)
        if reason is None:
            switched[id(service)] = service
        else:
            left[id(service)] = reason
    fleet = Fleet()
    for stack in stacks:
        fleet.add(stack)
    routes = [route.changed(terms.settled) for route in fleet.routes]
    shifts = _shifts(routes, switched, terms)
    while blocking := [each for each in shifts if each.most is None or each.most > terms.allowed]:
        for shift in blocking:
            for backend in shift.before.backends:
                if id(backend.service) in switched:
                    service = switched.pop(id(backend.service))
                    left[id(service)] = _shifted(service, backend, shift)
        shifts = _shifts(routes, switched, terms)
    everybody = (service for stack in stacks for service in stack.services)
    return Plan(
        changes=tuple(tuple(_changes(stack, switched, terms)) for stack in stacks),
        not_done=tuple(left[id(service)] for service in everybody if id(service) in left),
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
    """Why a service stays as it is, by itself."""
    if not service.is_routed:
        reason = "nothing is routed to it: it has no `hosts`"
        return NotDone(str(service.name), reason, service.name.span, blocked=False)
    label = service.routing.get("backend_mode")
    mode = backend_mode(service)
    if mode is terms.to:
        reason = f"it is in {terms.to.called} already"
        return NotDone(
            str(service.name), reason, label.span if label else service.name.span, blocked=False
        )
    if label is not None and mode is None:
        if any(isinstance(part, Variable) for part in label.value.parts):
            help_text = "change the variable, or give its value with --env-file"
            return NotDone(
                str(service.name), f"its mode is `{label.value}`", label.value.span, help_text
            )
        reason = f"its mode `{label.value}` is none that there is"
        return NotDone(
            str(service.name), reason, label.value.span, "`interlock-lint check` says more"
        )
    if label is not None and "$" in label.value.written:
        reason = f"its mode is written `{label.value.written}`, and other environments use it too"
        return NotDone(str(service.name), reason, label.value.span, "change the variable instead")
    return _obstacle_to_vip(service, terms) if terms.to is Mode.VIP else None


def _obstacle_to_vip(service: Service, terms: Terms) -> NotDone | None:
    target, since = service.context.target, rows()["backend_mode"].since
    if target is not None and not (target.has_swarm and target.has(since)):
        help_text = f"VIP mode came with {' and '.join(since)}"
        return NotDone(str(service.name), f"{target} has no VIP mode", service.name.span, help_text)
    endpoint = service.deployment.endpoint_mode
    if endpoint is not None and endpoint.value == "dnsrr":
        reason = "`endpoint_mode: dnsrr` gives it no virtual IP"
        return NotDone(str(service.name), reason, endpoint.span, "take `endpoint_mode` out first")
    if endpoint is not None and endpoint.value is None:
        reason = f"it may have no virtual IP: `endpoint_mode` is `{endpoint}`"
        return NotDone(
            str(service.name), reason, endpoint.span, "give the variable with --env-file"
        )
    sticky = [label for name in STICKY if (label := service.asks_for(name))]
    if sticky and not terms.drop_sticky:
        names = " and ".join(f"`{label.name}`" for label in sticky)
        reason = f"VIP mode has no sticky sessions, and it asks for them with {names}"
        return NotDone(
            str(service.name), reason, sticky[0].span, "--drop-sticky takes the labels out"
        )
    return None


# -- Routes --------------------------------------------------------------------------------------


def _shifts(routes: Iterable[Route], switched: Container[int], terms: Terms) -> list[Shift]:
    """The routes on which services are switched, before and after."""

    def switch(backend: Backend) -> Backend:
        return backend._replace(mode=terms.to) if id(backend.service) in switched else backend

    found: list[Shift] = []
    for before in routes:
        if any(id(backend.service) in switched for backend in before.backends):
            after = before.changed(switch)
            found.append(Shift(before, after, _most(before, after)))
    return found


def _most(before: Route, after: Route) -> Fraction | None:
    """The largest change of a share; None where it cannot be told."""
    from fractions import Fraction

    if before.undivided or not before.serving:  # then no mode divides anything
        return Fraction(0)
    one, other = before.requests(), after.requests()
    if not (one and other):
        return None
    return max(abs(b - a) for a, b in zip(one, other, strict=True))


def _shifted(service: Service, backend: Backend, shift: Shift) -> NotDone:
    title = shift.before.title or "the default backend"
    if shift.most is None:
        unknown = [each for each in shift.before.backends if each.servers is None]
        names = ", ".join(shift.before.called(each) for each in unknown[:_MOST_NAMED])
        reason = f"how the requests for {title} are divided is not known: {names}"
        help_text = "--tasks SERVICE=N or --nodes N say how many tasks there are"
        return NotDone(str(service.name), reason, backend.span, help_text)
    pairs = zip(shift.before.backends, shift.before.requests(), shift.after.requests(), strict=True)
    most = sorted(pairs, key=lambda each: -abs(each[2] - each[1]))[:_MOST_NAMED]
    parts = ", ".join(
        f"{shift.before.called(each)} from {percent(one)} to {percent(other)}"
        for each, one, other in most
        if one != other
    )
    points = f"{-(-shift.most * 1000 // 1) / 10}".removesuffix(".0")  # rounded up
    return NotDone(
        str(service.name),
        f"the shares of {title} would shift: {parts}",
        backend.span,
        f"--max-share-shift {points} allows it",
    )
