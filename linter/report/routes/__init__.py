"""The output formats of `routes`, and the report they render."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from linter.model.diagnostic import Unjudged
from linter.model.stack import Service
from linter.model.words import MOST_NAMED, percent, quoted
from linter.report import Style, load_writer
from linter.report.lines import count
from linter.routing.forecast import Forecast, Standing, WhatIf, Wish
from linter.routing.routes import Backend, Mode, Route
from linter.syntax.interpolation import display


class RoutesReport(NamedTuple):
    """
    The result of a run; reporters get nothing else.

    `unrouted` contains the services that have labels but no route.
    """

    forecasts: tuple[Forecast, ...]
    what_if: WhatIf | None = None
    wish: Wish | None = None
    unrouted: tuple[Service, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    files: int = 0
    stacks: int = 0
    services: int = 0


Reporter = Callable[[RoutesReport, Style], str]

NAMES = ("text", "json", "mermaid", "markdown", "html")

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""


def stack_of(backend: Backend) -> str:
    """The stack of a service: its name, or its files if the name is not known."""
    return backend.service.context.stack_name or ", ".join(backend.stack)


def cluster_of(route: Route) -> str:
    """The service cluster of a route; empty for the default cluster."""
    return display(route.cluster)


def mode_of(mode: object) -> str:
    """A mode in a table; a question mark if it is not known."""
    return str(mode or "?")


def tasks_of(backend: Backend) -> str:
    """The number of tasks in a table, or `global` or a question mark if it is not known."""
    if backend.tasks is not None:
        return f"{backend.tasks:,}"
    return "global" if backend.is_global else "?"


def servers_of(standing: Standing) -> str:
    """The number of servers in a table, or how it is computed if it is not known."""
    return f"{standing.servers:,}" if isinstance(standing.servers, int) else str(standing.servers)


def tasks_text(backend: Backend) -> str:
    """The number of tasks in words."""
    if backend.tasks is not None:
        return count(backend.tasks, "task")
    return "one task per node" if backend.is_global else "tasks not known"


def mode_text(mode: Mode | None) -> str:
    """A mode in words."""
    return mode.display_name if mode else "mode not known"


def share_text(standing: Standing) -> str:
    """A share, or how it is computed if it is not known."""
    return standing.formula if standing.share is None else percent(standing.share)


def summary(report: RoutesReport) -> str:
    """What was checked, in one line."""
    runs = report.stacks and not report.files
    places = count(report.stacks, "stack") if runs else count(report.files, "file")
    where = f"{count(report.services, 'service')} in {places}"
    line = f"{count(len(report.forecasts), 'route')}; {where}"
    return f"{len(report.unjudged):,} not judged; {line}" if report.unjudged else line


LEGEND = (
    "A service's share is its servers divided by the servers of all services with the same host. "
    "In task mode, each task is one server; in VIP mode, each service is one server, no matter how "
    "many tasks it has."
)
"""Explains the table to new users."""


def unrouted_text(report: RoutesReport) -> str:
    """A sentence about the services that have labels but no route; empty if there are none."""
    if not report.unrouted:
        return ""
    names: dict[str, list[str]] = {}
    for service in report.unrouted[:MOST_NAMED]:
        names.setdefault(service.name.span.source.path, []).append(quoted(service.name))
    parts = [f"{', '.join(each)} in {quoted(path)}" for path, each in names.items()]
    more = (
        f" and {len(report.unrouted) - MOST_NAMED:,} more"
        if len(report.unrouted) > MOST_NAMED
        else ""
    )
    verb = "has" if len(report.unrouted) == 1 else "have"
    what = f"{', '.join(parts)}{more} {verb} labels but no route"
    return f"{what}; run `interlock-lint check` to see why."
