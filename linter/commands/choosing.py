"""Options that select services and hosts, or set their number of tasks."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from linter import terminal
from linter.files.settings import UsageError
from linter.model.globs import name_glob
from linter.model.host import Host, host_name
from linter.model.stack import Service, Stack
from linter.model.swarm import name_of
from linter.model.text import Parts, display, lower
from linter.model.words import did_you_mean, quoted, some
from linter.routing.routes import Backend

_NUMBER = re.compile(r"[0-9]{1,9}")


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
    """The number of tasks to assume for services: by name, and for those in global mode."""

    by_service: dict[str, int]
    nodes: int | None

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Tasks:
        """The numbers given with the options. Raises UsageError."""
        by_service: dict[str, int] = {}
        for text in arguments.tasks:
            name, _, number = text.rpartition("=")
            if not name:
                raise UsageError(f"--tasks {text}: expected SERVICE=N")
            by_service[name] = _number(number, f"--tasks {text}")
        nodes = None if arguments.nodes is None else _number(arguments.nodes, "--nodes")
        return cls(by_service, nodes)

    def check(
        self, known: Collection[str], unrouted: Collection[str] = (), *, complete: bool = True
    ) -> None:
        """Raises UsageError for an unknown service; see `matching` for `complete`."""
        for name in self.by_service:
            check_service(name, known, "--tasks", unrouted, complete=complete)

    def apply(self, backend: Backend) -> Backend:
        """A service with its assumed number of tasks."""
        tasks, option = self.by_service.get(backend.name), "--tasks"
        if tasks is None and backend.is_global:
            tasks, option = self.nodes, "--nodes"
        if tasks is None or tasks == backend.tasks:
            return backend
        return backend._replace(tasks=tasks, tasks_from=option)


def _number(text: str, option: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"{option}: `{text}` is not a number of tasks")
    return int(text)


def check_service(
    name: str,
    known: Collection[str],
    option: str,
    unrouted: Collection[str] = (),
    *,
    complete: bool = True,
) -> None:
    """
    Raises UsageError for a service that is not known; see `matching` for `complete`.

    `unrouted` are services that exist but are not on a route; the message says so.
    """
    if name in known:
        return
    if name in unrouted:
        raise UsageError(f"{option}: service `{name}` is not on a route{_on_routes(known)}")
    reason, hint = f"{option}: no service `{name}`", _hint(name, known, "service")
    if complete:
        raise UsageError(reason + hint)
    _warn_of_missing(reason, hint, known)


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

    Raises UsageError for a glob without a match; see `matching` for `complete`. `option` is where
    the globs for names come from.
    """
    found = [service for stack in stacks for service in stack.services]
    if host_globs:
        all_hosts = (host for each in found for host in each.hosts)
        names = hosts(all_hosts, host_globs, complete=complete)
        found = [each for each in found if any(host.name in names for host in each.hosts)]
    if globs:
        known = dict.fromkeys(name for service in found for name in _names(service))
        matches = matching(known, globs, option, complete=complete)
        _check_ambiguous(found, globs, option)
        found = [each for each in found if not matches.isdisjoint(_names(each))]
    return {id(service) for service in found}


def _names(service: Service) -> tuple[str, ...]:
    """What a service may be called: one that runs, also by its whole name."""
    source, short = service.name.source, str(service.name)
    return (short,) if source.is_written else (short, name_of(source))


def _check_ambiguous(services: Iterable[Service], names: Iterable[str], option: str) -> None:
    """Raises UsageError for a short name that services of several running stacks have."""
    wanted = {name for name in names if name_glob(name).is_plain}
    whole: dict[str, list[str]] = {}
    for each in services:
        if not each.name.source.is_written and str(each.name) in wanted:
            whole.setdefault(str(each.name), []).append(name_of(each.name.source))
    for short, found in whole.items():
        if len(found) > 1 and short not in found:
            raise UsageError(
                f"{option}: `{short}` may be {some(map(quoted, found))}; name one of them"
            )


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
    return frozenset(names[each] for each in matching(names, forms, "--host", complete=complete))


def matching(
    known: Collection[str],
    globs: Sequence[str],
    option: str,
    unrouted: Collection[str] = (),
    *,
    complete: bool = True,
) -> frozenset[str]:
    """
    The known names that match a glob. Raises UsageError for a glob without a match.

    What is known is not `complete` if some files could not be read. They may have a match, so a
    glob without one is only a warning then. `unrouted` are services that exist but are not on a
    route; the message says so.
    """
    found: set[str] = set()
    noun = "host" if option == "--host" else "service"
    for glob in globs:
        fits = name_glob(glob).matches
        matches = [name for name in known if fits(name)]
        if not matches and any(map(fits, unrouted)):
            raise UsageError(
                f"{option}: no service matching `{glob}` is on a route{_on_routes(known)}"
            )
        if not matches:
            reason, hint = f"{option}: no {noun} matches `{glob}`", _hint(glob, known, noun)
            if complete:
                raise UsageError(reason + hint)
            _warn_of_missing(reason, hint, known)
        found.update(matches)
    return frozenset(found)


def _warn_of_missing(reason: str, hint: str, known: Collection[str]) -> None:
    """Say that something is in none of the files that could be read, if there are any."""
    if known:
        terminal.warn(f"warning: {reason} in the files that could be read{hint}")


def _hint(name: str, known: Collection[str], noun: str) -> str:
    """A suggestion, or the names that exist."""
    if not known:
        return f"; there are no {noun}s"
    return did_you_mean(name, known) or f"; {noun}s: {_named(known)}"


def _on_routes(known: Collection[str]) -> str:
    return f"; services on routes: {_named(known)}" if known else "; there are no routes"


def _named(known: Collection[str]) -> str:
    return some((f"`{each}`" for each in known), len(known))
