"""The JSON format of findings, version 1, as `schemas/report.schema.json` describes it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from linter.model.baseline import Entry
from linter.model.report import Report
from linter.report import Style
from linter.report.json_parts import diagnostic, document, summary, unjudged

VERSION = 1


def _outdated(entry: Entry) -> dict[str, Any]:
    return {**entry.kind._asdict(), "number": entry.number}


def write(report: Report, style: Style) -> str:
    """The whole report as one JSON object."""
    del style
    return document(VERSION, content(report))


def content(report: Report) -> dict[str, Any]:
    """What is in the object, below its header."""
    seen: Counter[str] = Counter()
    return {
        "summary": summary(report),
        "diagnostics": [diagnostic(each, seen) for each in report.diagnostics],
        "unjudged": [unjudged(each) for each in report.unjudged],
        "outdated": [_outdated(each) for each in report.outdated],
    }
