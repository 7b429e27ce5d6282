"""The Markdown format of routes: one table per route."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linter.report import Style
from linter.report.escape import escape
from linter.report.routes import (
    LEGEND,
    RoutesReport,
    cluster_of,
    mode_of,
    stack_of,
    summary,
    tasks_of,
    unrouted_text,
)
from linter.routing.forecast import Forecast, Standing
from linter.routing.routes import Route, percent

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#$])")


def write(report: RoutesReport, style: Style) -> str:
    """A heading and a table for each route; then, unless quiet, an explanation and a summary."""
    blocks = [list(_route(each, report)) for each in report.forecasts]
    if not style.quiet:
        if report.forecasts:
            blocks.append([_prose(LEGEND)])
        if text := unrouted_text(report):
            blocks.append([_prose(text)])
        blocks.append([_prose(summary(report))])
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)


def _route(forecast: Forecast, report: RoutesReport) -> Iterator[str]:
    yield f"### {_title(forecast.route)}"
    yield ""
    headings = ["service", "stack", "mode", "tasks", "servers", "share"]
    if report.what_if:
        headings.append(f"what if {report.what_if.mode}")
    yield _line(headings)
    yield _line(["---", "---", "---", *["---:"] * (len(headings) - 3)])
    for row in forecast.rows:
        cells = [
            _cell(row.backend.name),
            _cell(stack_of(row.backend)),
            mode_of(row.now.mode),
            tasks_of(row.backend),
            str(row.now.servers),
            _share(row.now),
        ]
        if report.what_if:
            cells.append(_share(row.then or row.now))
        yield _line(cells)
    texts = [remark.text for remark in forecast.remarks]
    if texts or forecast.replies:
        yield ""
    for text in texts:
        yield f"- {_prose(text)}"
    for reply in forecast.replies:
        name = forecast.route.name_of(reply.backend)
        yield "- " + _prose(f"{reply.wanted} of the requests for {name}:")
        for text in reply.texts:
            yield f"  - {_prose(text)}"


def _title(route: Route) -> str:
    title = ", ".join(_code(str(host)) for host in route.hosts) or "default backend"
    return title + (f" in service cluster {_code(cluster_of(route))}" if route.cluster else "")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _share(standing: Standing) -> str:
    return standing.formula if standing.share is None else f"**{percent(standing.share)}**"


def _code(text: str) -> str:
    """Text as inline code, fenced by more backticks than it contains in a row."""
    shown = escape(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    is_padded = longest or not shown.strip() or (shown[0] == shown[-1] == " ")
    blank = " " if is_padded else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def _cell(text: str) -> str:
    """
    Text as inline code in a table.

    Programs do not agree on a `|` after a backslash: for some, it ends the cell.
    """
    return _code(text).replace("|", "\\x7c")


def _prose(text: str) -> str:
    """
    A sentence with its names as code and everything else escaped.

    If it is not clear what is a name, all of it is code: GitHub would turn `@name` and `#1` into
    links elsewhere, even if they are escaped.
    """
    shown = escape(text)
    parts = shown.split("`")
    if len(parts) % 2 == 0 or "" in parts[1:-1]:
        return _code(text)
    return "".join(
        _code(part) if number % 2 else _SPECIAL.sub(r"\\\1", part)
        for number, part in enumerate(parts)
    )
