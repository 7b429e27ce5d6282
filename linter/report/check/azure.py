"""Logging commands of Azure Pipelines, which show findings on the page of a run."""

from __future__ import annotations

import re

from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import Entry, entries
from linter.report.escape import escape

# Azure knows no lower level.
_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}

# Only what Azure would decode is encoded, because old agents show `%AZP25` as it is.
_DECODED = re.compile(r"%(?=AZP25|3B|5D|0D|0A)", re.IGNORECASE)
_SEPARATORS = {";": "%3B", "]": "%5D"}


def write(report: Report, style: Style) -> str:
    """A command for each finding, and the summary."""
    lines = [_command(each) for each in entries(report, style)]
    return "".join(f"{line}\n" for line in [*lines, *([] if style.quiet else [summary(report)])])


def _command(entry: Entry) -> str:
    start = entry.place.start
    properties = {
        "type": _TYPES[entry.severity],
        "sourcepath": escape(entry.place.path),
        **({"linenumber": str(start.line), "columnnumber": str(start.column)} if start else {}),
        "code": entry.rule,
    }
    listed = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {listed}]{_data(entry.text)}"


def _property(text: str) -> str:
    return "".join(_SEPARATORS.get(each, each) for each in _data(text))


def _data(text: str) -> str:
    """A text, which has no line breaks, so that Azure decodes it to what it was."""
    return _DECODED.sub("%AZP25", text)
