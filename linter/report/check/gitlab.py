"""The format of GitLab's Code Quality reports."""

from __future__ import annotations

from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.entries import NOT_JUDGED, Entry, entries
from linter.report.json_parts import dumped

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write(report: Report, style: Style) -> str:
    """A list of issues; empty if there are none."""
    return dumped([_issue(each) for each in entries(report, style)], indent=2) + "\n"


def _issue(entry: Entry) -> dict[str, object]:
    return {
        "type": "issue",
        "check_name": entry.rule,
        "description": entry.text,
        "categories": ["Bug Risk"],
        "severity": "blocker" if entry.rule == NOT_JUDGED else _SEVERITIES[entry.severity],
        "fingerprint": entry.fingerprint,
        "location": {"path": entry.place.path, "lines": _lines(entry)},
    }


def _lines(entry: Entry) -> dict[str, int]:
    end = entry.place.end
    return {"begin": entry.place.line, "end": end.line if end else entry.place.line}
