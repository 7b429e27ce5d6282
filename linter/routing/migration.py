"""Decides which services can switch modes, and how their shares change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from linter.model.census import in_alternatives
from linter.model.change import Change, NotDone
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX, rows
from linter.model.words import percent, quoted, some
from linter.routing.routes import STICKY, Backend, Fleet, Mode, Route, as_written, backend_mode
from linter.syntax.interpolation import Expression, is_known

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
    for sticky sessions. `with_tasks` is as for a fleet.
    """

    to: Mode
    allowed: Fraction
    drop_sticky: bool = False
    with_tasks: Callable[[Backend], Backend] = as_written


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
    same = in_alternatives(stacks)
    for number in [number for number, each in left.items() if each.blocked]:
        for other in same.get(number, ()):
            if switched.pop(other, None):
                left[other] = left[number]
    fleet = Fleet(terms.with_tasks)
    for stack in stacks:
        fleet.add(stack)
    moves = [_Move(route, switched, terms) for route in fleet.routes]
    left.update(_drop_blocked(moves, switched))
    shifts = {
        _seen(each): each for move in moves if move.switching for each in (move.shift(switched),)
    }
    services = (service for stack in stacks for service in stack.services)
    return Plan(
        changes=tuple(tuple(_changes(stack, switched, terms)) for stack in stacks),
        not_done=tuple(left[id(service)] for service in services if id(service) in left),
        shifts=tuple(shifts.values()),
    )


def _seen(shift: Shift) -> tuple[object, ...]:
    """What is seen of a shift: the same for several alternatives that differ in nothing of it."""
    routes = (shift.before, shift.after)
    hosts = tuple(each.name for each in shift.before.hosts)
    places = tuple(each.service.name.span.sort_key for each in shift.before.backends)
    return (shift.before.cluster, hosts, places, *(each.requests() for each in routes))


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
    if label is not None and not is_known(label.value.parts):
        reason = f"its backend mode {quoted(label.value)} depends on a variable"
        help_text = "change the variable, or set its value with --env-file"
        if any(isinstance(part, Expression) for part in label.value.parts):
            reason = f"its backend mode {quoted(label.value)} is an expression of the template"
            help_text = "change the value that the template gets"
        return NotDone(str(service.name), reason, label.value.span, help_text)
    if label is not None and "$" in label.value.written:
        written = quoted(label.value.written)
        reason = f"its backend mode is set to {written}, which other environments use too"
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
        reason = f"it may not have a virtual IP: `endpoint_mode` is {quoted(endpoint)}"
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


class _Move:
    """
    A route while it is decided which of its services are switched.

    `switching` are the identities of those that are, with their servers now and then. Dropping one
    of thousands does not compute all shares again: the share that changes most is always that of
    the largest or the smallest service, either of those to switch or of the others.
    """

    def __init__(self, before: Route, switched: Container[int], terms: Terms) -> None:
        self.before = before
        self.terms = terms
        self.switching: dict[int, tuple[int | None, int | None]] = {}
        self._largest = self._total = self._total_then = 0
        self._is_known = True
        for backend in before.backends:
            now = backend.servers
            if id(backend.service) in switched:
                then = backend._replace(mode=terms.to).servers
                # What an invalid mode does is not documented; setting a valid one keeps the shares.
                now = now if backend.mode else then
                self.switching[id(backend.service)] = (now, then)
                self._total_then += then or 0
            else:
                self._largest = max(self._largest, now or 0)
                self._total_then += now or 0
            self._total += now or 0
            self._is_known = self._is_known and now is not None
        self._unknown = {key for key, (_, then) in self.switching.items() if then is None}
        sizes = ((now or 0, then or 0, key) for key, (now, then) in self.switching.items())
        self._by_size = deque(key for now, _, key in sorted(sizes) if now)

    def drop(self, service: int) -> None:
        """Do not switch a service."""
        now, then = self.switching.pop(service)
        self._unknown.discard(service)
        self._largest = max(self._largest, now or 0)
        self._total_then += (now or 0) - (then or 0)

    @property
    def is_blocked(self) -> bool:
        """Whether it has services to switch, but its shares forbid that."""
        most = self.most if self.switching else self.terms.allowed
        return most is None or most > self.terms.allowed

    @property
    def most(self) -> Fraction | None:
        """The largest change of a share; None if it is not known."""
        from fractions import Fraction

        if self.before.undivided or len(self.before.serving) < 2:  # then modes make no difference
            return Fraction(0)
        if self._unknown or not self._is_known:
            return None
        pairs = [(self._largest, self._largest), *self._extremes()]
        # Over a common denominator, because fractions are slow.
        change = max(abs(then * self._total - now * self._total_then) for now, then in pairs)
        return Fraction(change, self._total * self._total_then)

    def _extremes(self) -> Iterator[tuple[int, int]]:
        """The servers of the smallest and of the largest service to switch, now and then."""
        order = self._by_size
        while order and order[0] not in self.switching:
            order.popleft()
        while order and order[-1] not in self.switching:
            order.pop()
        for service in (order[0], order[-1]) if order else ():
            now, then = self.switching[service]
            yield now or 0, then or 0

    def shift(self, switched: Container[int]) -> Shift:
        """The route before and after."""

        def switch(backend: Backend) -> Backend:
            chosen = id(backend.service) in switched
            return backend._replace(mode=self.terms.to) if chosen else backend

        return Shift(self.before, self.before.changed(switch), self.most)

    def why(self, switched: Container[int]) -> tuple[str, str]:
        """Why it blocks the migration, and what to do about it."""
        before, after, most = self.shift(switched)
        title = before.title or "the default backend"
        pairs = zip(before.backends, after.backends, strict=True)
        if most is None:
            modes = [before.name_of(each) for each in before.backends if each.mode is None]
            unknown = [
                before.name_of(one) for one, other in pairs if None in (one.servers, other.servers)
            ]
            names, cause = some(modes or unknown), "mode" if modes else "number of tasks"
            depends = f"they depend on the {cause} of {names}"
            help_text = (
                "set `backend_mode` of these services to `task` or `vip` first"
                if modes
                else "set the number of tasks with --tasks SERVICE=N or --nodes N"
            )
            return f"the shares of {title} are not known: {depends}", help_text
        shares = zip(before.backends, before.requests(), after.requests(), strict=True)
        parts = ", ".join(
            f"{before.name_of(each)} from {percent(one)} to {percent(other)}"
            for each, one, other in nsmallest(
                _MOST_NAMED, shares, key=lambda each: -abs(each[2] - each[1])
            )
            if one != other
        )
        points = f"{-(-most * 1000 // 1) / 10}".removesuffix(".0")  # rounded up
        return (
            f"the shares of {title} would change: {parts}",
            f"--max-share-shift {points} allows it",
        )


def _drop_blocked(moves: Sequence[_Move], switched: dict[int, Service]) -> dict[int, NotDone]:
    """Remove the services on blocked routes from those to switch; returns why, by identity."""
    numbers: dict[int, list[int]] = {}
    for number, move in enumerate(moves):
        for each in move.switching:
            numbers.setdefault(each, []).append(number)
    found: dict[int, NotDone] = {}
    affected: Iterable[int] = range(len(moves))
    while blocked := [moves[n] for n in affected if moves[n].is_blocked]:
        dropped: list[int] = []
        for move, (reason, help_text) in [(each, each.why(switched)) for each in blocked]:
            for backend in move.before.backends:
                each = id(backend.service)
                if switched.pop(each, None):
                    dropped.append(each)
                    found[each] = NotDone(backend.name, reason, backend.span, help_text)
        for each in dropped:
            for number in numbers[each]:
                moves[number].drop(each)
        affected = sorted({number for each in dropped for number in numbers[each]})
    return found
