"""Sees all stacks together: their routes, their services, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from linter.files.loader import Loader
from linter.files.request import Job
from linter.model.census import Census
from linter.model.diagnostic import Unjudged, in_order
from linter.model.fault import fault
from linter.model.stack import Service, Stack
from linter.routing import selection
from linter.routing.routes import Fleet, Route

Found = Iterable[tuple[Job, Stack]]


class Overview(NamedTuple):
    """What was read, and what could not be read or judged."""

    routes: Sequence[Route]
    services: Sequence[Service]
    files: int
    stacks: int
    unjudged: Sequence[Unjudged]


def overview(loader: Loader, announced: Callable[[Found], Found] = iter) -> Overview:
    """See all stacks of a loader together; they pass through `announced`. Raises UsageError."""
    fleet, census = Fleet(), Census()
    services, unjudged = list[Service](), list[Unjudged]()
    for _, stack in announced(loader.stacks()):
        unjudged.extend(stack.unjudged)
        services += census.add(stack)
        try:
            fleet.add(stack)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            unjudged.append(fault(stack.path, error))
    routes, counts = selection.once(fleet.routes), census.total
    files = counts.files + loader.skipped
    return Overview(routes, services, files, counts.stacks, in_order([*loader.unjudged, *unjudged]))
