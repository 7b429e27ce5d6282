"""The Mermaid format of routes: a flowchart from hosts to services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.report import Style
from linter.report.escape import escape
from linter.report.routes import (
    RoutesReport,
    cluster_of,
    mode_text,
    share_text,
    stack_of,
    tasks_text,
)
from linter.routing.forecast import Forecast, Row
from linter.routing.routes import Backend, Route

_HOSTS = 5
_PAIRS = re.compile(r"%%|\$\$|:(?=fa-)")
"""They begin a comment, a formula and the name of an icon."""
_SPECIAL = str.maketrans({character: f"#{ord(character)};" for character in '"#&;<>\\`'})


def write(report: RoutesReport, style: Style) -> str:
    """A left-to-right flowchart, with a box around the services of each stack."""
    del style
    lines = ["flowchart LR"]
    names: dict[int, str] = {}
    stacks: dict[str, list[Backend]] = {}
    for forecast in report.forecasts:
        for backend in forecast.route.backends:
            if id(backend.service) not in names:
                names[id(backend.service)] = f"service{len(names)}"
                stacks.setdefault(stack_of(backend), []).append(backend)
    for number, (stack, backends) in enumerate(stacks.items()):
        lines.append(f"  subgraph stack{number} [{_text(stack)}]")
        lines += [f"    {names[id(each.service)]}[{_service(each)}]" for each in backends]
        lines.append("  end")
    for number, forecast in enumerate(report.forecasts):
        lines += _route(f"route{number}", forecast, names)
    return "".join(line + "\n" for line in lines)


def _route(name: str, forecast: Forecast, names: dict[int, str]) -> Iterator[str]:
    yield f"  {name}([{_title(forecast.route)}])"
    for row in forecast.rows:
        arrow = "-.->" if row.now.share == 0 or row.backend.tasks == 0 else "-->"
        yield f"  {name} {arrow}|{_text(_label(row))}| {names[id(row.backend.service)]}"


def _title(route: Route) -> str:
    hosts = [str(host) for host in route.hosts[:_HOSTS]]
    if len(route.hosts) > _HOSTS:
        hosts.append(f"{len(route.hosts) - _HOSTS} more hosts")
    cluster = [f"service cluster {cluster_of(route)}"] if route.cluster else []
    return _text(*(hosts or ["default backend"]), *cluster)


def _service(backend: Backend) -> str:
    return _text(backend.name, f"{tasks_text(backend)}, {mode_text(backend.mode)}")


def _label(row: Row) -> str:
    now = share_text(row.now)
    return f"{now}, what if {row.then.mode or '?'}: {share_text(row.then)}" if row.then else now


def _text(*lines: str) -> str:
    """Lines in quotes, with everything escaped that is special in Mermaid."""
    shown = (_PAIRS.sub(_escaped, escape(line).translate(_SPECIAL)) for line in lines)
    return f'"{"<br/>".join(shown)}"'


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"#{ord(each)};" for each in match.group())
