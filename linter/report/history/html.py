"""The HTML format of `plan --log`: one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linter.report import Style
from linter.report.history import HEADINGS, LEGEND, HistoryReport, cells, summary
from linter.report.html.page import page
from linter.report.html.unjudged import Missing, missing
from linter.report.plan.words import times


class Page(NamedTuple):
    """The data of the page; each row starts with the names of a service and its stack."""

    title: str
    tone: str
    answer: str
    summary: str
    span: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    legend: str
    unjudged: Sequence[Missing]


def write(report: HistoryReport, style: Style) -> str:
    """The page."""
    answer = times(report.history.total.now)
    data = Page(
        title=f"{report.span} - interlock-lint plan",
        tone="unknown" if report.unjudged else "",
        answer=f"{answer[0].upper()}{answer[1:]}",
        summary=summary(report),
        span=report.span,
        headings=HEADINGS,
        rows=[(name, stack, *cells(tally)) for stack, name, tally in report.rows],
        legend=LEGEND if report.rows else "",
        unjudged=missing(report.unjudged),
    )
    return page("history.html", data, style)
