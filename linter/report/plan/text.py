"""The text format of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from linter.checking.comparison import Comparison
from linter.model.diagnostic import Diagnostic
from linter.report import Style
from linter.report.escape import escape
from linter.report.lines import columns, paint, painted, wrapped
from linter.report.plan import words
from linter.routing.route_changes import RouteChange
from linter.routing.service_changes import Action, ServiceChange
from linter.routing.stack_changes import StackChange

_BOLD, _RED, _GREEN, _YELLOW = "1", "31", "32", "33"
_COLORS = {"+": _GREEN, "-": _RED, "~": _YELLOW, "!": _RED}


def write(report: Comparison, style: Style) -> str:
    """The stacks with their services, then routes and findings, notes, and the summary."""
    blocks = [list(_stack(each, style)) for each in report.stacks]
    if report.routes:
        blocks.append(list(_routes(report, style)))
    if report.found or report.gone:
        blocks.append(list(_findings(report, style)))
    if not style.quiet:
        if found := list(words.notes(report)):
            blocks.append([line for each in found for line in _wrapped(each, style, "", "  ")])
        blocks.append(list(_wrapped(words.summary(report), style)))
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)


def _stack(stack: StackChange, style: Style) -> Iterator[str]:
    for line in _wrapped(stack.title, style, "", "    "):
        yield paint(line, _BOLD, style)
    for change in stack.services:
        yield from _service(change, style)
    for each in stack.objects:
        yield from _signed("!" if each.is_refused else "~", words.objects(each), style)


def _service(change: ServiceChange, style: Style) -> Iterator[str]:
    sign = "!" if change.refusal else words.SIGNS[change.action]
    where = f", {words.mode(change)}" if change.is_routed else ""
    yield from _signed(sign, f"{change.name}{where}", style)
    if change.refusal:
        yield from _wrapped(f"refused: {change.refusal}", style, _DEEP, _DEEP + "  ")
    for each in change.differences:
        yield from _wrapped(words.difference(each), style, _DEEP, _DEEP + "  ")
    if change.action is not Action.DELETE or change.is_routed:
        yield from _wrapped(f"tasks: {words.tasks(change)}", style, _DEEP, _DEEP + "  ")
    for address in words.addresses(change):
        yield from _wrapped(f"virtual IP: {address}", style, _DEEP, _DEEP + "  ")
    yield from _wrapped(f"proxy: {words.proxy(change)}", style, _DEEP, _DEEP + "  ")


_DEEP = " " * 6


def _signed(sign: str, text: str, style: Style, indent: str = "  ") -> Iterator[str]:
    lines = _wrapped(text, style, f"{indent}{sign} ", f"{indent}    ")
    return painted(lines, sign, _COLORS[sign], style)


def _routes(report: Comparison, style: Style) -> Iterator[str]:
    yield paint("routes", _BOLD, style)
    for route in report.routes:
        yield from _route(route, style)


def _route(route: RouteChange, style: Style) -> Iterator[str]:
    sign = "+" if route.is_won else "-" if route.is_lost else "~"
    cluster = f", service cluster {route.cluster}" if route.cluster else ""
    yield from _signed(sign, (route.host or "default backend") + cluster, style)
    several = len({each.stack for each in route.rows}) > 1
    rows = [words.row(each, several=several) for each in route.rows]
    yield from columns([tuple(map(escape, row)) for row in rows], style, _DEEP)


def _findings(report: Comparison, style: Style) -> Iterator[str]:
    yield paint("findings", _BOLD, style)
    for sign, found in (("+", report.found), ("-", report.gone)):
        for each in found:
            yield from _signed(sign, _finding(each), style)


def _finding(each: Diagnostic) -> str:
    place = each.finding.span.place
    return f"{each.severity}[{each.rule}] {each.finding.message} ({place})"


def _wrapped(text: str, style: Style, first: str = "", others: str = "") -> Iterator[str]:
    return wrapped(escape(text), style, first, others)
