"""The HTML format of routes: bars for now and for the other mode, with the arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from linter.model.words import percent, some
from linter.report import Style
from linter.report.html.bars import Piece, extent, stack
from linter.report.html.page import page
from linter.report.lines import count, place
from linter.report.routes import (
    LEGEND,
    RoutesReport,
    cluster_of,
    stack_of,
    summary,
    unrouted_text,
)
from linter.report.routes.picture import Line, Named, Picture, picture
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


class ShownService(NamedTuple):
    """A service, and the routes it is on."""

    name: str
    place: str
    color: int
    routes: Sequence[tuple[int, str]]


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
    unjudged: Sequence[tuple[str, str, str]]


def write(report: RoutesReport, style: Style) -> str:
    """The page."""
    del style
    return page("routes.html", _page(report))


def _page(report: RoutesReport) -> Page:
    known = _Services(report)
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
        stacks=known.shown(routes),
        picture=known.picture(routes),
        legend=LEGEND,
        unrouted=unrouted_text(report),
        unjudged=[
            (place(each.span) if each.span else each.path, each.reason, each.help)
            for each in report.unjudged
        ],
    )


def _answer(report: RoutesReport) -> str:
    """Who gets what, in a few words."""
    routes = report.forecasts
    if not routes:
        return "Nobody: no routes"
    if len(routes) == 1:
        rows = routes[0].rows
        if len(rows) == 1:
            return f"{rows[0].backend.name} gets everything"
        return some([f"{each.backend.name} {_share(each.now)}" for each in rows])
    shared = sum(len(each.rows) > 1 for each in routes)
    if not shared:
        return f"{count(len(routes), 'route')}, each with one service"
    verb = "is" if shared == 1 else "are"
    return f"{shared:,} of {count(len(routes), 'route')} {verb} shared by several services"


def _share(standing: Standing) -> str:
    return standing.formula if standing.share is None else percent(standing.share)


# -- Routes --------------------------------------------------------------------------------------


def _route(number: int, found: Forecast, asked: WhatIf | None, known: _Services) -> ShownRoute:
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
            _row(row.backend, color, each)
            for row, color, each in zip(found.rows, colors, zip(*cells, strict=True), strict=True)
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
        _tasks(backend),
        color,
        cells,
    )


def _tasks(backend: Backend) -> str:
    if backend.tasks is not None:
        return count(backend.tasks, "task")
    return "one task per node" if backend.is_global else "tasks not known"


def _cells(route: Route, standings: Sequence[Standing]) -> list[Cell]:
    return [
        Cell(
            each.mode.display_name if each.mode else "mode not known",
            count(each.servers, "server")
            if isinstance(each.servers, int)
            else f"{each.servers} servers",
            _share(each),
            extent(each.share),
            _arithmetic(route, each, standings),
        )
        for each in standings
    ]


def _arithmetic(route: Route, each: Standing, standings: Sequence[Standing]) -> str:
    """How a share is computed; empty if there is nothing to compute."""
    if each.share is None:
        return ""
    if len(route.serving) == 1:
        return "the only service" if len(standings) == 1 else "only one service has tasks"
    terms = [str(other.servers) for other in standings if other.servers]
    if len(terms) > _MOST_TERMS:
        return each.formula
    return f"{each.servers} / ({' + '.join(terms)})" if len(terms) > 1 else each.formula


def _division(
    title: str, rows: Sequence[Row], standings: Sequence[Standing], colors: Sequence[int]
) -> Division:
    shares = [each.share or Fraction() for each in standings]
    times = Counter(row.backend.name for row in rows)
    names = [
        row.backend.name + (f" in {stack_of(row.backend)}" if times[row.backend.name] > 1 else "")
        for row in rows
    ]
    return Division(
        title,
        list(zip(colors, names, map(_share, standings), strict=True)),
        list(stack(shares, colors)),
    )


# -- The map -------------------------------------------------------------------------------------


class _Services:
    """The services on all routes by stack, numbered in the order of the routes."""

    def __init__(self, report: RoutesReport) -> None:
        self._report = report
        self._found: dict[int, tuple[int, Backend]] = {}
        for each in report.forecasts:
            for backend in each.route.backends:
                self._found.setdefault(id(backend.service), (len(self._found), backend))

    def color(self, backend: Backend) -> int:
        return self._found[id(backend.service)][0] % 8

    def _by_stack(self) -> dict[str, list[tuple[int, Backend]]]:
        stacks: dict[str, list[tuple[int, Backend]]] = {}
        for number, backend in self._found.values():
            stacks.setdefault(stack_of(backend), []).append((number, backend))
        return stacks

    def shown(self, routes: Sequence[ShownRoute]) -> list[tuple[str, Sequence[ShownService]]]:
        on: dict[int, list[tuple[int, str]]] = {}
        for each, route in zip(self._report.forecasts, routes, strict=True):
            for backend in each.route.backends:
                on.setdefault(id(backend.service), []).append((route.number, route.title))
        return [
            (title, [_service(number, each, on[id(each.service)]) for number, each in members])
            for title, members in self._by_stack().items()
        ]

    def picture(self, routes: Sequence[ShownRoute]) -> Picture | None:
        lines = [
            Line(
                number,
                self._found[id(row.backend.service)][0],
                _share(row.now),
                None if row.now.share is None else float(row.now.share),
            )
            for number, each in enumerate(self._report.forecasts)
            for row in each.rows
        ]
        return picture(
            [
                Named(each.title, f"service cluster {each.cluster}" if each.cluster else "")
                for each in routes
            ],
            [
                Named(each.name, f"{_tasks(each)}, {_mode(each)}")
                for _, each in self._found.values()
            ],
            [
                (title, [number for number, _ in members])
                for title, members in self._by_stack().items()
            ],
            lines,
        )


def _mode(backend: Backend) -> str:
    return backend.mode.display_name if backend.mode else "mode not known"


def _service(number: int, backend: Backend, routes: Sequence[tuple[int, str]]) -> ShownService:
    return ShownService(backend.name, place(backend.service.name.span), number % 8, routes)
