"""Options that select services and hosts, or say how many tasks they have."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from linter.files.settings import UsageError
from linter.model.stack import Stack
from linter.model.words import did_you_mean, some
from linter.routing.routes import Backend

_NUMBER = re.compile(r"[0-9]{1,9}")


def add_glob_option(group: argparse._ArgumentGroup, name: str, meaning: str) -> None:
    """An option that takes names by a glob, and more of them where it is repeated."""
    group.add_argument(
        name, action="append", default=[], metavar="GLOB", help=f"{meaning}; may be repeated"
    )


def add_tasks_options(group: argparse._ArgumentGroup) -> None:
    """Options on how many tasks services have."""
    group.add_argument(
        "--tasks",
        action="append",
        default=[],
        metavar="SERVICE=N",
        help="take a service to have so many tasks; may be repeated",
    )
    group.add_argument(
        "--nodes", metavar="N", help="take a service in global mode to have so many tasks"
    )


class Tasks(NamedTuple):
    """How many tasks services are taken to have: by name, and on the nodes in global mode."""

    by_service: dict[str, int]
    nodes: int | None

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Tasks:
        """What the options say. Raises UsageError."""
        by_service: dict[str, int] = {}
        for text in arguments.tasks:
            name, _, number = text.rpartition("=")
            if not name:
                raise UsageError(f"--tasks {text}: write SERVICE=N")
            by_service[name] = _number(number, f"--tasks {text}")
        nodes = None if arguments.nodes is None else _number(arguments.nodes, "--nodes")
        return cls(by_service, nodes)

    def check(self, known: Collection[str], unrouted: Collection[str] = ()) -> None:
        """Raises UsageError for a service that is none of those known."""
        for name in self.by_service:
            check_service(name, known, "--tasks", unrouted)

    def settled(self, backend: Backend) -> Backend:
        """A service with the tasks that it is taken to have."""
        tasks, option = self.by_service.get(backend.name), "--tasks"
        if tasks is None and backend.is_global:
            tasks, option = self.nodes, "--nodes"
        if tasks is None or tasks == backend.tasks:
            return backend
        return backend._replace(tasks=tasks, tasks_from=option)


def _number(text: str, option: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"{option}: `{text}` is no number of tasks: 0, 1, 2 and so on")
    return int(text)


def check_service(
    name: str, known: Collection[str], option: str, unrouted: Collection[str] = ()
) -> None:
    """
    Raises UsageError for a service that is none of those known.

    `unrouted` are services that there are, and that no route has: where only those of routes are
    known, it would not be true that there are none of that name.
    """
    if name in known:
        return
    if name in unrouted:
        raise UsageError(f"{option}: no route has `{name}`{_on_routes(known)}")
    raise UsageError(f"{option}: there is no service `{name}`{hint(name, known)}")


def services(
    stacks: Iterable[Stack],
    globs: Sequence[str],
    host_globs: Sequence[str],
    option: str,
    *,
    complete: bool,
) -> set[int]:
    """
    The identities of the services with a fitting name and a fitting host, where these are asked.

    Raises UsageError for a glob that nothing fits, where the stacks are `complete`: none was left
    out that may have had it. `option` is what gives the names.
    """
    found = [service for stack in stacks for service in stack.services]
    if host_globs:
        names = {id(each): [str(host) for host in each.hosts] for each in found}
        known = dict.fromkeys(name for each in names.values() for name in each)
        fitting = matching(
            known, [glob.lower() for glob in host_globs], "--host", complete=complete
        )
        found = [each for each in found if not fitting.isdisjoint(names[id(each)])]
    if globs:
        known = dict.fromkeys(str(service.name) for service in found)
        fitting = matching(known, globs, option, complete=complete)
        found = [each for each in found if str(each.name) in fitting]
    return {id(service) for service in found}


def matching(
    known: Collection[str],
    globs: Sequence[str],
    option: str,
    unrouted: Collection[str] = (),
    *,
    complete: bool = True,
) -> frozenset[str]:
    """
    The known names that a glob fits. Raises UsageError for one that fits none of all names.

    `unrouted` are services that there are, and that no route has.
    """
    found: set[str] = set()
    for glob in globs:
        fitting = [name for name in known if fnmatchcase(name, glob)]
        if not fitting and any(fnmatchcase(name, glob) for name in unrouted):
            raise UsageError(f"{option}: no route has what `{glob}` fits{_on_routes(known)}")
        if not fitting and complete:
            raise UsageError(f"{option}: nothing fits `{glob}`{hint(glob, known)}")
        found.update(fitting)
    return frozenset(found)


def hint(name: str, known: Collection[str]) -> str:
    """What may have been meant, or what there is."""
    if meant := did_you_mean(name, known):
        return meant
    if not known:
        return "; there are none"
    return f"; there {'is' if len(known) == 1 else 'are'} {_named(known)}"


def _on_routes(known: Collection[str]) -> str:
    return f"; they have {_named(known)}" if known else "; there are no routes"


def _named(known: Collection[str]) -> str:
    return some((f"`{each}`" for each in known), len(known))
