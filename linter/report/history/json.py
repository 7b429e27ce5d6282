"""The JSON format of `plan --log`, version 1, as `schemas/plan-log.schema.json` describes it."""

from __future__ import annotations

from typing import Any

from linter.report import Style
from linter.report.history import HistoryReport
from linter.report.json_parts import document, unjudged
from linter.report.plan.json import times
from linter.routing.history import Tally


def write(report: HistoryReport, style: Style) -> str:
    """The whole history as one JSON object."""
    del style
    history = report.history
    return document(
        1,
        {
            "range": report.span,
            "summary": {
                "commits": history.deployments,
                "changing": history.changing,
                "cut": report.cut,
                **_tally(history.total),
            },
            "services": [
                {"stack": stack, "name": name, **_tally(tally)}
                for stack, name, tally in report.rows
            ],
            "unjudged": list(map(unjudged, report.unjudged)),
        },
    )


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "changes": tally.changes,
        "now": times(tally.now),
        "task": times(tally.task),
        "vip": times(tally.vip),
    }
