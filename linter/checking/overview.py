"""Sees all stacks together: their routes, their services, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linter.files.request import Job
from linter.model.census import Census
from linter.model.diagnostic import Unjudged
from linter.model.fault import fault
from linter.model.stack import Service, Stack
from linter.routing import selection
from linter.routing.routes import Fleet, Route


class Overview(NamedTuple):
    """What was read; `unjudged` is what could not be judged although it could be read."""

    routes: Sequence[Route]
    services: Sequence[Service]
    files: int
    stacks: int
    unjudged: Sequence[Unjudged]


def overview(stacks: Iterable[tuple[Job, Stack]]) -> Overview:
    """See stacks together."""
    fleet, census = Fleet(), Census()
    services, unjudged = list[Service](), list[Unjudged]()
    for _, stack in stacks:
        unjudged.extend(stack.unjudged)
        services += census.add(stack)
        try:
            fleet.add(stack)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            unjudged.append(fault(stack.path, error))
    routes = selection.once(fleet.routes)
    counts = census.total
    return Overview(routes, services, counts.files, counts.stacks, unjudged)
