"""Options that select services and hosts, or say what to assume or to want of them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter import terminal
from linter.commands.service_names import ServiceNames
from linter.files.settings import UsageError
from linter.model.globs import name_glob
from linter.model.host import Host, host_name
from linter.model.stack import Stack
from linter.model.words import did_you_mean, some
from linter.routing.routes import Backend
from linter.syntax.interpolation import Parts, display, lower

if TYPE_CHECKING:
    from fractions import Fraction

_NUMBER = r"[0-9]{1,9}"


def add_glob_option(group: argparse._ArgumentGroup, name: str, meaning: str) -> None:
    """Add an option that takes a glob and may be repeated."""
    group.add_argument(
        name, action="append", default=[], metavar="GLOB", help=f"{meaning}; may be repeated"
    )


def add_tasks_options(group: argparse._ArgumentGroup) -> None:
    """Add the options that set the number of tasks of services."""
    group.add_argument(
        "--tasks",
        action="append",
        default=[],
        metavar="SERVICE=N",
        help="assume this number of tasks; may be repeated",
    )
    group.add_argument(
        "--nodes", metavar="N", help="assume this number of tasks for global services"
    )


class Tasks(NamedTuple):
    """The number of tasks to assume for services: by whole name, and for those in global mode."""

    by_service: dict[str, int]
    nodes: int | None

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Tasks:
        """The numbers given with the options, by name as it is written. Raises UsageError."""
        by_service: dict[str, int] = {}
        for text in arguments.tasks:
            name, _, number = text.rpartition("=")
            if not name:
                raise UsageError(f"--tasks {text}: expected SERVICE=N")
            by_service[name] = _number(number, f"--tasks {text}")
        nodes = None if arguments.nodes is None else _number(arguments.nodes, "--nodes")
        return cls(by_service, nodes)

    def meant(self, names: ServiceNames) -> Tasks:
        """The same for the services that are meant. Raises UsageError for an unknown one."""
        found = {
            whole: number
            for name, number in self.by_service.items()
            for whole in names.named(name, "--tasks")
        }
        return self._replace(by_service=found)

    def apply(self, backend: Backend) -> Backend:
        """A service with its assumed number of tasks."""
        tasks, option = self.by_service.get(backend.service.whole_name), "--tasks"
        if tasks is None and backend.is_global:
            tasks, option = self.nodes, "--nodes"
        if tasks is None or tasks == backend.tasks:
            return backend
        return backend._replace(tasks=tasks, tasks_from=option)


def _number(text: str, option: str) -> int:
    if not re.fullmatch(_NUMBER, text):
        raise UsageError(f"{option}: `{text}` is not a number of tasks")
    return int(text)


def percentage(text: str, digits: int) -> Fraction | None:
    """The share that `10`, `10.5` or `10%` means; None with more digits after the point."""
    from fractions import Fraction

    match = re.fullmatch(rf"([0-9]{{1,3}}(?:\.[0-9]{{1,{digits}}})?) ?%?", text)
    return Fraction(match[1]) / 100 if match else None


def services(
    stacks: Iterable[Stack],
    globs: Sequence[str],
    host_globs: Sequence[str],
    option: str,
    *,
    complete: bool,
) -> set[int]:
    """
    The ids of the services whose name and host match the globs; no globs match everything.

    Raises UsageError for a glob without a match; `option` is where the globs for names come from.
    See `ServiceNames` for `complete`.
    """
    found = [service for stack in stacks for service in stack.services]
    if host_globs:
        all_hosts = (host for each in found for host in each.hosts)
        names = hosts(all_hosts, host_globs, complete=complete)
        found = [each for each in found if any(host.name in names for host in each.hosts)]
    if globs:
        chosen = ServiceNames(found, complete=complete).matching(globs, option)
        found = [each for each in found if each.whole_name in chosen]
    return {id(service) for service in found}


def hosts(
    known: Iterable[Host], globs: Sequence[str], *, complete: bool = True
) -> frozenset[Parts]:
    """
    The names of the hosts that match a glob, in any form of the name or as they are written.

    Raises UsageError for a glob without a match.
    """
    names = {form: host.name for host in known for form in (str(host), display(host.name))}
    forms = []
    for glob in globs:
        form = display(host_name((glob,)))
        pattern = name_glob(form)
        is_found = any(map(pattern.matches, names))
        forms.append(form if is_found else lower(glob))
    return frozenset(names[each] for each in _matching_hosts(names, forms, complete=complete))


def _matching_hosts(known: Collection[str], globs: Sequence[str], *, complete: bool) -> set[str]:
    """The known hosts that match a glob. Raises UsageError for a glob without a match."""
    found: set[str] = set()
    for glob in globs:
        matches = list(filter(name_glob(glob).matches, known))
        if not matches:
            reason, hint = f"--host: no host matches `{glob}`", _hint(glob, known)
            if complete:
                raise UsageError(reason + hint)
            if known:
                terminal.warn(f"warning: {reason} in the files that could be read{hint}")
        found.update(matches)
    return found


def _hint(name: str, known: Collection[str]) -> str:
    """A suggestion, or the hosts that exist."""
    if not known:
        return "; there are no hosts"
    named = some((f"`{each}`" for each in known), len(known))
    return did_you_mean(name, known) or f"; hosts: {named}"
