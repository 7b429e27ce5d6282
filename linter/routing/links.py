"""Which stacks may matter to each other: those that share hosts, and those whose redirects meet."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from linter.model.host import Host
from linter.model.stack import Stack
from linter.routing.routes import Fleet
from linter.syntax.interpolation import Parts

_Names = frozenset[Parts]


class Links(NamedTuple):
    """
    What may connect a stack with others.

    `serves` are its hosts, and None for the default backend. `leaves` and `reaches` are the hosts
    that its redirects lead from and to, `misses` those of the former that it does not serve itself.
    If it `may_serve` more, it has patterns, or services that cannot be seen. If it `asks_all`, it
    redirects a host that it does not serve and that is not known, so that any stack may serve it.
    """

    serves: frozenset[Parts | None] = frozenset()
    leaves: _Names = frozenset()
    reaches: _Names = frozenset()
    misses: _Names = frozenset()
    may_serve: bool = False
    asks_all: bool = False


def links_of(stack: Stack) -> Links:
    """What may connect a stack with others: anything, if that cannot be told."""
    try:
        return _links(stack.as_meant)
    except Exception:  # noqa: BLE001 - the checker fails on it too, and reports that
        return Links(asks_all=True)


def _links(stack: Stack) -> Links:
    """
    The links of a stack, with its labels as they were meant.

    A name with an unknown variable means something only within its stack, and connects nothing.
    """
    fleet = Fleet()
    fleet.add(stack)
    backends = (backend for route in fleet.routes for backend in route.backends)
    services = {id(each.service): each.service for each in backends}.values()
    if not services:
        return Links(may_serve=fleet.is_open)
    hosts = [host for service in services for host in service.hosts]
    own = {host.name for host in hosts}
    default = any(service.is_on("default_backend") for service in services)
    pairs = [each for service in services for each in service.redirects]
    left = [each.source.host for each in pairs]
    missing = [host for host in left if host.name not in own]
    return Links(
        serves=frozenset([*_known(hosts), *((None,) if default else ())]),
        leaves=frozenset(_known(left)),
        reaches=frozenset(_known(each.target.host for each in pairs)),
        misses=frozenset(host.name for host in missing),
        may_serve=fleet.is_open or any(host.is_pattern for host in hosts),
        asks_all=any(host.is_pattern or not host.is_known for host in missing),
    )


def _known(hosts: Iterable[Host]) -> list[Parts]:
    return [host.name for host in hosts if host.is_known]


def connected(groups: Sequence[Iterable[Links]]) -> list[list[int]]:
    """The numbers of groups of stacks, together if they are linked, directly or through others."""
    found = _Connected(len(groups))
    serving: dict[Hashable, int] = {}
    leaving: dict[Hashable, int] = {}
    links = [(number, each) for number, group in enumerate(groups) for each in group]
    for number, each in links:
        for name in each.serves:
            found.join(serving.setdefault(name, number), number)
        for name in each.leaves:
            leaving.setdefault(name, number)
    # A redirect leads on if another one leads away from its target.
    led_to = {name for _, each in links for name in each.reaches if name in leaving}
    for number, each in links:
        for name in (each.leaves | each.reaches) & led_to:
            found.join(leaving[name], number)
        for name in each.misses:
            found.join(serving.get(name, number), number)
    if any(each.asks_all for _, each in links):
        found.join_all(number for number, _ in links)
    if any(each.misses for _, each in links):
        found.join_all(number for number, each in links if each.misses or each.may_serve)
    return found.groups()


class _Connected:
    """Numbers that are joined to groups."""

    def __init__(self, count: int) -> None:
        self._first = list(range(count))

    def _of(self, number: int) -> int:
        first = self._first
        while first[number] != number:
            first[number] = number = first[first[number]]
        return number

    def join(self, one: int, other: int) -> None:
        """Join the groups that two numbers are in."""
        one, other = sorted((self._of(one), self._of(other)))
        self._first[other] = one

    def join_all(self, numbers: Iterable[int]) -> None:
        """Join the groups that these are in."""
        first, *others = numbers
        for each in others:
            self.join(first, each)

    def groups(self) -> list[list[int]]:
        """The groups, each in order, in the order of their first numbers."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._first)):
            found.setdefault(self._of(number), []).append(number)
        return list(found.values())
