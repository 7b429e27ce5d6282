"""The statistics as JSON, version 1, as `schemas/statistics.schema.json` describes it."""

from __future__ import annotations

from typing import Any

from linter.model.report import Report
from linter.report import Style
from linter.report.json_parts import document, summary, unjudged
from linter.report.statistics import Counts, by_file, by_rule, by_service


def write(report: Report, style: Style) -> str:
    """The counts of rules, services and files, those with the most findings first."""
    del style
    data = {
        "summary": summary(report),
        "rules": [{"rule": rule, **_counts(each)} for rule, each in by_rule(report).items()],
        "services": [
            {"path": path, "service": service, **_counts(each)}
            for (path, service), each in by_service(report).items()
        ],
        "files": [{"path": path, **_counts(each)} for path, each in by_file(report).items()],
        "unjudged": [unjudged(each) for each in report.unjudged],
    }
    return document(1, data)


def _counts(counts: Counts) -> dict[str, Any]:
    return {"findings": counts.total, **counts._asdict()}
