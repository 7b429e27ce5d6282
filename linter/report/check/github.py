"""Workflow commands of GitHub Actions, which show findings at the lines they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import Entry, entries
from linter.report.escape import escape
from linter.report.lines import count

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_MOST = 10
"""Annotations of each level that GitHub shows of a step."""


def write(report: Report, style: Style) -> str:
    """The first annotations of each level, and how many there are that GitHub would not show."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for entry in entries(report, style):
        command = _COMMANDS[entry.severity]
        counts[command] += 1
        if counts[command] <= _MOST:
            yield _annotation(command, entry)
    more = sum(max(number - _MOST, 0) for number in counts.values())
    if more:
        yield f"{count(more, 'more finding')}; GitHub shows {_MOST} of each level for a step"
    if not style.quiet:
        yield summary(report)


def _annotation(command: str, entry: Entry) -> str:
    start, end = entry.place.start, entry.place.end
    properties = {"file": escape(entry.place.path), "title": entry.rule}
    if start and end:
        properties |= {"line": str(start.line), "endLine": str(end.line)}
        if start.line == end.line:  # else, GitHub does not accept columns
            properties |= {"col": str(start.column), "endColumn": str(end.column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {listed}::{_data(entry.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25")  # it has no line breaks


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
