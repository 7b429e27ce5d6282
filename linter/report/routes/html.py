"""The HTML format of routes: bars for now and for the other mode, with the arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from linter.model.words import some
from linter.report import Style
from linter.report.html.bars import Piece, extent, stack
from linter.report.html.page import page
from linter.report.html.unjudged import Missing, missing
from linter.report.lines import count, place
from linter.report.routes import (
    LEGEND,
    RoutesReport,
    cluster_of,
    mode_text,
    servers_of,
    share_text,
    stack_of,
    summary,
    tasks_text,
    unrouted_text,
)
from linter.report.routes.map import Services, ShownService
from linter.report.routes.picture import Picture
from linter.routing.forecast import Forecast, Row, Standing, WhatIf, forecast
from linter.routing.remarks import remarks_then
from linter.routing.routes import Backend, Mode, Route

_MOST_TERMS = 6
"""How many numbers of servers a sum spells out."""


class Cell(NamedTuple):
    """A service in one mode: its share, and how that is computed."""

    mode: str
    servers: str
    share: str
    width: float
    arithmetic: str


class ShownRow(NamedTuple):
    """A service on a route, in each mode."""

    service: str
    stack: str
    place: str
    tasks: str
    color: int
    cells: Sequence[Cell]


class Division(NamedTuple):
    """How a route is divided in one mode: in words and as a bar."""

    title: str
    words: Sequence[tuple[int, str, str]]
    pieces: Sequence[Piece]


class ShownRoute(NamedTuple):
    """A route: its hosts, its services, and what the numbers do not show."""

    number: int
    title: str
    hosts: Sequence[str]
    cluster: str
    divisions: Sequence[Division]
    rows: Sequence[ShownRow]
    remarks: Sequence[str]
    replies: Sequence[tuple[str, Sequence[str]]]

    @property
    def is_shared(self) -> bool:
        return len(self.rows) > 1


class Page(NamedTuple):
    """The data of the page."""

    title: str
    tone: str
    answer: str
    summary: str
    routes: Sequence[ShownRoute]
    stacks: Sequence[tuple[str, Sequence[ShownService]]]
    picture: Picture | None
    legend: str
    unrouted: str
    unjudged: Sequence[Missing]


def write(report: RoutesReport, style: Style) -> str:
    """The page."""
    return page("routes.html", _page(report), style)


def _page(report: RoutesReport) -> Page:
    known = Services(report.forecasts)
    routes = [
        _route(number, each, report.what_if, known)
        for number, each in enumerate(report.forecasts, 1)
    ]
    answer = _answer(report)
    return Page(
        title=f"{answer} - interlock-lint routes",
        tone="unknown" if report.unjudged else "",
        answer=answer,
        summary=summary(report),
        routes=routes,
        stacks=known.shown([each.title for each in routes]),
        picture=known.picture([(each.title, each.cluster) for each in routes]),
        legend=LEGEND,
        unrouted=unrouted_text(report),
        unjudged=missing(report.unjudged),
    )


def _answer(report: RoutesReport) -> str:
    """Who gets what, in a few words."""
    lead = "As far as known: " if report.unjudged else ""
    routes = report.forecasts
    if not routes:
        return f"{lead}nobody" if lead else "Nobody: no routes"
    if len(routes) == 1:
        rows = list(routes[0].rows)
        names = _names(rows)
        if len(rows) == 1:
            return f"{lead}{names[0]} gets {share_text(rows[0].now)}"
        shares = (share_text(each.now) for each in rows)
        return lead + some([f"{name} {share}" for name, share in zip(names, shares, strict=True)])
    shared = sum(len(each.rows) > 1 for each in routes)
    if not shared:
        return f"{lead}{count(len(routes), 'route')}, each with one service"
    verb = "is" if shared == 1 else "are"
    return f"{lead}{shared:,} of {count(len(routes), 'route')} {verb} shared by several services"


def _names(rows: Sequence[Row]) -> list[str]:
    """The names of the services on a route, with their stacks if they are the same."""
    times = Counter(row.backend.name for row in rows)
    return [
        row.backend.name + (f" in {stack_of(row.backend)}" if times[row.backend.name] > 1 else "")
        for row in rows
    ]


# -- Routes --------------------------------------------------------------------------------------


def _route(number: int, found: Forecast, asked: WhatIf | None, known: Services) -> ShownRoute:
    route = found.route
    columns = [("now", [each.now for each in found.rows])]
    remarks = [each.text for each in found.remarks]
    for what_if, other in _others(found, asked):
        title = f"in {what_if.mode.display_name}"
        if what_if.services is not None:
            title = f"with {some(sorted(what_if.services))} {title}"
        columns.append((title, [each.then or each.now for each in other.rows]))
        if what_if is not asked:
            then = route.changed(what_if.apply)
            remarks += [each.text for each in remarks_then(route, then, f"{title}, ")]
    cells = [_cells(route, standings) for _, standings in columns]
    colors = [known.color(each) for each in route.backends]
    return ShownRoute(
        number=number,
        title=_title(route),
        hosts=[str(host) for host in route.hosts],
        cluster=cluster_of(route) if route.cluster else "",
        divisions=[_division(title, found.rows, standings, colors) for title, standings in columns],
        rows=[
            _row(row.backend, color, [column[number] for column in cells])
            for number, (row, color) in enumerate(zip(found.rows, colors, strict=True))
        ],
        remarks=remarks,
        replies=[
            (f"{each.wanted} of the requests for {route.name_of(each.backend)}", each.texts)
            for each in found.replies
        ],
    )


def _others(found: Forecast, asked: WhatIf | None) -> Iterator[tuple[WhatIf, Forecast]]:
    """The route in the mode that was asked for, or in each that not all of its services have."""
    if asked:
        yield asked, found
        return
    for mode in (Mode.TASK, Mode.VIP):
        if any(each.mode is not mode for each in found.route.backends):
            yield WhatIf(mode), forecast(found.route, WhatIf(mode))


def _title(route: Route) -> str:
    if not route.hosts:
        return "Default backend, for all other hosts"
    more = len(route.hosts) - 1
    return str(route.hosts[0]) + (f" and {count(more, 'more host')}" if more else "")


def _row(backend: Backend, color: int, cells: Sequence[Cell]) -> ShownRow:
    return ShownRow(
        backend.name,
        stack_of(backend),
        place(backend.service.name.span),
        tasks_text(backend),
        color,
        cells,
    )


def _cells(route: Route, standings: Sequence[Standing]) -> list[Cell]:
    serving = len(route.serving)
    terms = [servers_of(each) for each in standings if each.servers]
    return [
        Cell(
            mode_text(each.mode),
            count(each.servers, "server")
            if isinstance(each.servers, int)
            else f"{each.servers} servers",
            share_text(each),
            extent(each.share),
            _arithmetic(each, serving, terms, is_alone=len(standings) == 1),
        )
        for each in standings
    ]


def _arithmetic(each: Standing, serving: int, terms: Sequence[str], *, is_alone: bool) -> str:
    """
    How a share is computed; empty if there is nothing to compute.

    `serving` is how many services of the route have tasks, `terms` are their servers.
    """
    if each.share is None:
        return ""
    if serving == 1:
        return ", the only service" if is_alone else ", as one service alone has tasks"
    if not serving:
        return ", as no service has tasks"
    if len(terms) > _MOST_TERMS:
        return f" = {each.formula}"
    return f" = {servers_of(each)} / ({' + '.join(terms)})" if len(terms) > 1 else ""


def _division(
    title: str, rows: Sequence[Row], standings: Sequence[Standing], colors: Sequence[int]
) -> Division:
    shares = [each.share or Fraction() for each in standings]
    return Division(
        title,
        list(zip(colors, _names(rows), map(share_text, standings), strict=True)),
        list(stack(shares, colors)),
    )
