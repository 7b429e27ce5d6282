"""The Markdown format of routes: one table per route."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.words import percent
from linter.report import Style
from linter.report.markup import cell, code, prose, table_row
from linter.report.routes import (
    LEGEND,
    RoutesReport,
    cluster_of,
    mode_of,
    servers_of,
    stack_of,
    summary,
    tasks_of,
    unrouted_text,
)
from linter.routing.forecast import Forecast, Standing
from linter.routing.routes import Route


def write(report: RoutesReport, style: Style) -> str:
    """A heading and a table for each route; then, unless quiet, an explanation and a summary."""
    blocks = [list(_route(each, report)) for each in report.forecasts]
    if not style.quiet:
        if report.forecasts:
            blocks.append([prose(LEGEND)])
        if text := unrouted_text(report):
            blocks.append([prose(text)])
        blocks.append([prose(summary(report))])
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)


def _route(forecast: Forecast, report: RoutesReport) -> Iterator[str]:
    yield f"### {_title(forecast.route)}"
    yield ""
    headings = ["service", "stack", "mode", "tasks", "servers", "share"]
    if report.what_if:
        headings.append(f"what if {report.what_if.mode}")
    yield table_row(headings)
    yield table_row(["---", "---", "---", *["---:"] * (len(headings) - 3)])
    for row in forecast.rows:
        cells = [
            cell(row.backend.name),
            cell(stack_of(row.backend)),
            mode_of(row.now.mode),
            tasks_of(row.backend),
            servers_of(row.now),
            _share(row.now),
        ]
        if report.what_if:
            cells.append(_share(row.then or row.now))
        yield table_row(cells)
    texts = [remark.text for remark in forecast.remarks]
    if texts or forecast.replies:
        yield ""
    for text in texts:
        yield f"- {prose(text)}"
    for reply in forecast.replies:
        name = forecast.route.name_of(reply.backend)
        yield "- " + prose(f"{reply.wanted} of the requests for {name}:")
        for text in reply.texts:
            yield f"  - {prose(text)}"


def _title(route: Route) -> str:
    title = ", ".join(code(str(host)) for host in route.hosts) or "default backend"
    return title + (f" in service cluster {code(cluster_of(route))}" if route.cluster else "")


def _share(standing: Standing) -> str:
    return standing.formula if standing.share is None else f"**{percent(standing.share)}**"
