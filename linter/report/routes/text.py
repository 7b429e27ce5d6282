"""The text format of routes: one table with bars per route."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from linter.model.words import percent
from linter.report import Style
from linter.report.escape import escape, width
from linter.report.lines import WIDEST, paint, painted, wrapped
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
from linter.routing.forecast import Forecast, Row, Standing
from linter.routing.replies import Reply
from linter.routing.routes import Route

if TYPE_CHECKING:
    from fractions import Fraction

_BOLD, _YELLOW = "1", "33"
_INDENT = "  "
_GAP = 2
_PERCENT = len(">99.9%")
_BAR = range(6, 21)
_NARROWEST = 10
"""The least number of columns a name gets."""
_HOSTS = 3


def write(report: RoutesReport, style: Style) -> str:
    """The tables; then, unless quiet, an explanation and a summary."""
    blocks = [list(_route(each, report, style)) for each in report.forecasts]
    if not style.quiet:
        if report.forecasts:
            blocks.append(list(wrapped(LEGEND, style)))
        if text := unrouted_text(report):
            blocks.append(list(wrapped(escape(text), style)))
        blocks.append(list(wrapped(summary(report), style)))
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)


def _route(forecast: Forecast, report: RoutesReport, style: Style) -> Iterator[str]:
    route = forecast.route
    stacks = list(dict.fromkeys(map(stack_of, route.backends)))
    for line in wrapped(escape(_title(route)), style):
        yield paint(line, _BOLD, style)
    if len(stacks) == 1:
        yield from wrapped(f"stack {escape(stacks[0])}", style, _INDENT, _INDENT * 2)
    yield from _table(forecast, report, style, several_stacks=len(stacks) > 1)
    for remark in forecast.remarks:
        yield from _note("note", remark.text, style)
    for reply in forecast.replies:
        yield from _reply(forecast, reply, style)


def _title(route: Route) -> str:
    hosts = [str(host) for host in route.hosts[:_HOSTS]]
    if len(route.hosts) > _HOSTS:
        hosts.append(f"{len(route.hosts) - _HOSTS} more hosts")
    title = ", ".join(hosts) or "default backend, for all other hosts"
    cluster = f", service cluster {cluster_of(route)}" if route.cluster else ""
    return title + cluster


def _reply(forecast: Forecast, reply: Reply, style: Style) -> Iterator[str]:
    name = forecast.route.name_of(reply.backend)
    yield from _note("want", f"{reply.wanted} of the requests for {name}", style)
    for text in reply.texts:
        yield from wrapped(f"- {escape(text)}", style, _INDENT * 2, _INDENT * 3)


def _note(word: str, text: str, style: Style) -> Iterator[str]:
    lead = f"{word}: "
    lines = wrapped(escape(lead + text), style, _INDENT, _INDENT + " " * len(lead))
    return painted(lines, lead, _YELLOW, style)


# -- Tables --------------------------------------------------------------------------------------


class _Column:
    """A column of a table: its heading and cells, already escaped."""

    def __init__(self, heading: str, cells: Sequence[str], *, right: bool = False) -> None:
        self.texts = (heading, *cells)
        self.right = right
        self.width = max(map(width, self.texts))

    def padded(self) -> Iterator[str]:
        """The heading and the cells, padded to the same width."""
        for text in self.texts:
            blanks = " " * (self.width - width(text))
            yield blanks + text if self.right else text + blanks

    def cut(self, columns: int) -> _Column:
        """A copy with cells cut to this width."""
        heading, *cells = self.texts
        return _Column(heading, [_cut(cell, columns) for cell in cells])


def _table(
    forecast: Forecast, report: RoutesReport, style: Style, *, several_stacks: bool
) -> Iterator[str]:
    rows = forecast.rows
    numbers = [
        _Column("mode", [mode_of(each.now.mode) for each in rows]),
        _Column("tasks", [tasks_of(each.backend) for each in rows], right=True),
        _Column("servers", [servers_of(each.now) for each in rows], right=True),
    ]
    names = [_Column("service", [escape(each.backend.name) for each in rows])]
    if several_stacks:
        names.append(_Column("stack", [escape(stack_of(each.backend)) for each in rows]))
    shares = [("share", [each.now for each in rows])]
    if report.what_if:
        shares.append((f"what if {report.what_if.mode}", _then(rows)))
    room = min(style.width, WIDEST) - len(_INDENT) - _taken(numbers)
    bar, names = _fitted(names, room - len(shares) * (_PERCENT + 1 + _GAP), len(shares))
    bars = [
        _Column(heading, [_share(each, bar) for each in standings]) for heading, standings in shares
    ]
    columns = [*names, *numbers, *bars]
    for cells in zip(*map(_Column.padded, columns), strict=True):
        yield (_INDENT + (" " * _GAP).join(cells)).rstrip()


def _then(rows: Sequence[Row]) -> list[Standing]:
    return [each.then or each.now for each in rows]


def _taken(columns: Sequence[_Column]) -> int:
    return sum(each.width + _GAP for each in columns)


def _fitted(names: list[_Column], room: int, bars: int) -> tuple[int, list[_Column]]:
    """The length of a bar, 0 without room for any, and the names, cut if that makes room."""
    excess = _taken(names) + bars * _BAR[0] - room
    for index in reversed(range(len(names))):
        if excess > 0:
            before = names[index].width
            names[index] = names[index].cut(max(before - excess, _NARROWEST))
            excess -= before - names[index].width
    length = min((room - _taken(names)) // bars, _BAR[-1])
    return length if length in _BAR else 0, names


def _cut(text: str, columns: int) -> str:
    """A text cut to this width at its start, if necessary."""
    if width(text) <= columns:
        return text
    start, room = len(text), columns - len("...")
    while (room := room - width(text[start - 1])) >= 0:
        start -= 1
    return "..." + text[start:]


def _share(standing: Standing, bar: int) -> str:
    if standing.share is None:
        return standing.formula
    return f"{percent(standing.share):>{_PERCENT}} {_bar(standing.share, bar)}"


def _bar(share: Fraction, length: int) -> str:
    """A bar that is empty only for 0% and full only for 100%."""
    filled = round(share * length)
    if 0 < share < 1:
        filled = max(1, min(filled, length - 1))
    return "#" * filled + "." * (length - filled)
