"""Sees all stacks together: their routes, their services, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from linter.files.request import Job
from linter.model.census import Census
from linter.model.diagnostic import Unjudged
from linter.model.fault import fault
from linter.model.stack import Service, Stack
from linter.routing import selection
from linter.routing.routes import Backend, Fleet, Route


class Overview(NamedTuple):
    """What was read; `unjudged` is what could not be judged although it could be read."""

    routes: Sequence[Route]
    services: Sequence[Service]
    files: int
    stacks: int
    unjudged: Sequence[Unjudged]


def overview(
    stacks: Iterable[tuple[Job, Stack]], with_tasks: Callable[[Backend], Backend] | None = None
) -> Overview:
    """See stacks together; `with_tasks` sets the numbers of tasks that options provide."""
    fleet = Fleet(with_tasks) if with_tasks else Fleet()
    census, services, unjudged = Census(), list[Service](), list[Unjudged]()
    for _, stack in stacks:
        unjudged.extend(stack.unjudged)
        services += census.add(stack)
        try:
            fleet.add(stack)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            unjudged.append(fault(stack.path, error))
    routes = selection.once(fleet.routes)
    return Overview(routes, services, census.files, census.stacks, unjudged)
