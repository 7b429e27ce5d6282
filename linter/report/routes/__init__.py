"""The formats of routes, and the report they render."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from linter.model.diagnostic import Unjudged
from linter.model.stack import Service
from linter.model.words import MOST_NAMED
from linter.report import Style, load_writer
from linter.report.lines import count
from linter.routing.forecast import Forecast, WhatIf, Wish
from linter.routing.routes import Backend, Route
from linter.syntax.interpolation import display


class RoutesReport(NamedTuple):
    """
    What came of a run; reporters get this and nothing else.

    `astray` are services with labels that are on no route.
    """

    forecasts: tuple[Forecast, ...]
    what_if: WhatIf | None = None
    wish: Wish | None = None
    astray: tuple[Service, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    files: int = 0
    stacks: int = 0
    services: int = 0


Reporter = Callable[[RoutesReport, Style], str]

NAMES = ("text", "json", "mermaid", "markdown")


def reporter(name: str) -> Reporter:
    """The function that writes a format."""
    write: Reporter = load_writer(__name__, name)
    return write


def stack_of(backend: Backend) -> str:
    """The stack of a service: its name, or its files where the name is not known."""
    return backend.service.context.stack_name or ", ".join(backend.stack)


def cluster_of(route: Route) -> str:
    """The service cluster of a route; empty for the default one."""
    return display(route.cluster)


def mode_of(mode: object) -> str:
    """A mode in a table; a question mark where it is not known."""
    return str(mode or "?")


def tasks_of(backend: Backend) -> str:
    """The number of tasks in a table, or what is known instead."""
    if backend.tasks is not None:
        return str(backend.tasks)
    return "global" if backend.is_global else "?"


def summary(report: RoutesReport) -> str:
    """What was looked at, in one line."""
    where = f"{count(report.services, 'service')} in {count(report.files, 'file')}"
    line = f"{count(len(report.forecasts), 'route')}; {where}"
    return f"{len(report.unjudged)} not judged; {line}" if report.unjudged else line


LEGEND = (
    "A share is the servers of a service divided by those of all services with the host. In task "
    "mode each task is one server; in VIP mode each service is one, however many tasks it has."
)
"""What a table means, for whoever sees one for the first time."""


def astray(report: RoutesReport) -> str:
    """A sentence on the services that have labels and no route; empty where there are none."""
    if not report.astray:
        return ""
    names: dict[str, list[str]] = {}
    for service in report.astray[:MOST_NAMED]:
        names.setdefault(service.name.span.source.path, []).append(f"`{service.name}`")
    parts = [f"{', '.join(each)} of {path}" for path, each in names.items()]
    more = f" and {len(report.astray) - MOST_NAMED} more" if len(report.astray) > MOST_NAMED else ""
    verb = "has" if len(report.astray) == 1 else "have"
    return f"{', '.join(parts)}{more} {verb} labels and no route; `interlock-lint check` says why."
