"""What Terraform's external provider takes: a JSON object of strings."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.check import json, summary
from linter.report.entries import Entry, entries, sentence
from linter.report.json_parts import dumped, header

_MOST = 20
"""Findings in the message; Terraform shows it in full, wherever it fails."""


def write(report: Report, style: Style) -> str:
    """The verdict, counts, what Terraform may show of them, and the JSON report as a string."""
    data = {
        "verdict": _verdict(report),
        "errors": str(report.count(Severity.ERROR)),
        "warnings": str(report.count(Severity.WARNING)),
        "infos": str(report.count(Severity.INFO)),
        "unjudged": str(len(report.unjudged)),
        "message": "\n".join(_message(report, style)),
        "report": dumped(header(json.VERSION, json.content(report))),
    }
    return dumped(data) + "\n"


def _verdict(report: Report) -> str:
    """What the exit status says in other formats."""
    if report.unjudged:
        return "unjudged"
    return "failed" if report.failed else "passed"


def _message(report: Report, style: Style) -> Iterator[str]:
    """What to show: the most severe findings first, then a summary."""
    found = sorted(entries(report, style), key=lambda each: -each.severity.rank)
    for each in found[:_MOST]:
        yield from _lines(each)
    if len(found) > _MOST:
        yield f"{len(found) - _MOST:,} more"
    yield sentence(summary(report))


def _lines(each: Entry) -> Iterator[str]:
    """A finding; Terraform breaks no line that begins with a blank."""
    yield f"{each.place.shown}: {each.severity}[{each.rule}] {each.message}"
    if each.details:
        yield f"  {each.details}"
