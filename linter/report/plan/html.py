"""The HTML format of a plan: what changes, what reconfigures the proxy and why, and the shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linter.checking.comparison import Comparison
from linter.model.diagnostic import Severity
from linter.report import Style
from linter.report.html.bars import Bar, ShownRoute, ShownRow, extent
from linter.report.html.finding import Shown, all_shown
from linter.report.html.page import page
from linter.report.html.unjudged import Missing, missing, not_known
from linter.report.lines import count
from linter.report.plan import words
from linter.routing.route_changes import RouteChange, RowChange, Standing
from linter.routing.service_changes import Action, ServiceChange

_ACTIONS = {Action.CREATE: "created", Action.DELETE: "deleted", Action.UPDATE: "updated"}


class ShownService(NamedTuple):
    """A service that changes, and what that does to its tasks and to the proxy."""

    number: int
    name: str
    action: str
    sign: str
    mode: str
    refusal: str
    changes: Sequence[str]
    tasks: str
    addresses: Sequence[str]
    reconfigures: str
    proxy: str
    because: str


class ShownStack(NamedTuple):
    """A stack that changes."""

    title: str
    services: Sequence[ShownService]
    objects: Sequence[tuple[bool, str]]


class Page(NamedTuple):
    """The data of the page."""

    title: str
    tone: str
    answer: str
    old: str
    new: str
    summary: str
    safe: Sequence[tuple[str, str]]
    stacks: Sequence[ShownStack]
    routes: Sequence[ShownRoute]
    found: Sequence[Shown]
    gone: Sequence[Shown]
    notes: Sequence[str]
    unjudged: Sequence[Missing]


def write(report: Comparison, style: Style) -> str:
    """The page."""
    return page("plan.html", _page(report, style), style)


def _page(report: Comparison, style: Style) -> Page:
    tone, answer = _answer(report)
    numbers = {id(each): number for number, each in enumerate(report.services, 1)}
    return Page(
        title=f"{answer} - interlock-lint plan",
        tone=tone,
        answer=answer,
        old=report.old,
        new=report.new,
        summary=words.summary(report),
        safe=list(_safe(report)),
        stacks=[
            ShownStack(
                stack.title,
                [_service(numbers[id(each)], each) for each in stack.services],
                [(each.is_refused, words.objects(each)) for each in stack.objects],
            )
            for stack in report.stacks
        ],
        routes=[_route(number, each) for number, each in enumerate(report.routes, 1)],
        found=all_shown(report.found, style),
        gone=all_shown(report.gone, style),
        notes=list(words.notes(report)),
        unjudged=missing(report.unjudged),
    )


def _answer(report: Comparison) -> tuple[str, str]:
    """The most important thing that the deployment does, as a tone and in words."""
    if report.is_refused:
        return "bad", "The engine refuses a change, which stops the deployment"
    if report.unjudged:
        return "unknown", not_known(report.unjudged)
    total = report.total()
    if total.reconfiguring:
        may = "may be" if total.times.least == 0 else "is"
        return "care", f"The proxy {may} reconfigured {words.times(total.times)}"
    if any(report.stacks):
        return "good", "The proxy is not reconfigured"
    return "good", "Nothing changes"


def _safe(report: Comparison) -> list[tuple[str, str]]:
    """What speaks for and against the deployment, each with a link."""
    lines: list[tuple[str, str]] = []
    refused = [each for each in report.services if each.refusal]
    if report.is_refused:
        names = count(len(refused), "service") if refused else "a config or secret"
        lines.append(("#services", f"The engine refuses a change of {names}."))
    if report.unjudged:
        lines.append(("#unjudged", f"{not_known(report.unjudged)}."))
    total = report.total()
    if total.reconfiguring:
        may = "may be" if total.times.least == 0 else "is"
        lines.append(("#services", f"The proxy {may} reconfigured {words.times(total.times)}."))
    serious = sum(each.severity is Severity.ERROR for each in report.found)
    if report.found:
        errors = f", {count(serious, 'error')} among them" if serious else ""
        lines.append(("#findings", f"{count(len(report.found), 'new finding')}{errors}."))
    elif not report.unjudged:
        lines.append(("", "No new findings."))
    if report.gone:
        lines.append(("#findings", f"{count(len(report.gone), 'finding')} gone."))
    lost = sum(each.is_lost for each in report.routes)
    if lost:
        verb = "has" if lost == 1 else "have"
        lines.append(("#routes", f"{count(lost, 'host')} {verb} no service any more."))
    if any(row.loses_sessions for each in report.routes for row in each.rows):
        lines.append(("#routes", "Sticky sessions are lost."))
    if report.restarts:
        lines.append(("#notes", "The proxies restart."))
    return lines


# -- Services ------------------------------------------------------------------------------------


def _service(number: int, change: ServiceChange) -> ShownService:
    reconfigured = change.now.reconfigured
    return ShownService(
        number=number,
        name=change.name,
        action=_ACTIONS[change.action],
        sign="!" if change.refusal else words.SIGNS[change.action],
        mode=words.mode(change) if change.is_routed else "",
        refusal=change.refusal,
        changes=[words.difference(each) for each in change.differences],
        tasks=words.tasks(change) if change.action is not Action.DELETE or change.is_routed else "",
        addresses=list(words.addresses(change)),
        reconfigures={True: "yes", False: "no", None: "may be"}[reconfigured],
        proxy=words.proxy(change),
        because=words.because(change),
    )


# -- Routes and findings -------------------------------------------------------------------------


def _route(number: int, route: RouteChange) -> ShownRoute:
    several = len({each.stack for each in route.rows}) > 1
    return ShownRoute(
        number,
        route.host or "Default backend",
        route.cluster,
        "new" if route.is_won else "gone" if route.is_lost else "",
        [_row(color % 8, each, several=several) for color, each in enumerate(route.rows)],
    )


def _row(color: int, each: RowChange, *, several: bool) -> ShownRow:
    name, _ = words.row(each, several=several)
    return ShownRow(name, color, _bar(each.old), _bar(each.new), each.loses_sessions)


def _bar(standing: Standing | None) -> Bar:
    return Bar(words.standing(standing), extent(standing.share if standing else None))
