"""The output formats of `plan --log`, and the report they render."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from linter.model.diagnostic import Unjudged
from linter.report import Style, load_writer
from linter.report.lines import count
from linter.report.plan.words import times
from linter.routing.history import History, Tally


class HistoryReport(NamedTuple):
    """
    The result of a run; reporters get nothing else.

    `span` is the range of commits as it was named. It is `cut` if older commits are left out, or
    missing in a shallow clone.
    """

    span: str
    history: History
    cut: bool = False
    unjudged: tuple[Unjudged, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str, Tally]]:
        """The stack, name and tally of each service, the most frequent first."""
        found = [(*key, each) for key, each in self.history.services.items()]
        return sorted(found, key=lambda row: (-(row[2].now.most or 0), -row[2].changes, row[:2]))


Reporter = Callable[[HistoryReport, Style], str]

NAMES = ("text", "json", "markdown", "html")

HEADINGS = ("service", "stack", "changes", "as it is", "in task mode", "in VIP mode")

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""


def cells(tally: Tally) -> list[str]:
    """The numbers of a service in a table."""
    return [f"{tally.changes:,}", *map(_range, (tally.now, tally.task, tally.vip))]


def _range(number: tuple[int, int | None]) -> str:
    least, most = number
    if most is None:
        return f"{least:,}+"
    return f"{most:,}" if least == most else f"{least:,}-{most:,}"


def summary(report: HistoryReport) -> str:
    """The sum, with which a team decides about the mode."""
    history, total = report.history, report.history.total
    unjudged = f"{len(report.unjudged):,} not judged; " if report.unjudged else ""
    oldest = ", without the older ones" if report.cut else ""
    line = f"{unjudged}{count(history.deployments, 'commit')}{oldest}"
    if not total.changes:
        return f"{line}; no changes"
    now = f"reconfigured {times(total.now)}" if total.now.most != 0 else "not reconfigured"
    verb = "changes" if history.changing == 1 else "change"
    changing = f"{history.changing:,} of them {verb} services"
    others = f"all in task mode {times(total.task)}, all in VIP mode {times(total.vip)}"
    return f"{line}; {changing}; the proxy is {now}; {others}"


LEGEND = (
    "How often the proxy is reconfigured if each commit is deployed: at least, as seen every 3 "
    "seconds, and at most, with each task that stops or starts."
)
"""Explains the table."""
