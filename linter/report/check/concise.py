"""The concise format: one line for each finding."""

from __future__ import annotations

from linter.model.report import Report
from linter.report import Style
from linter.report.escape import escape


def write(report: Report, style: Style) -> str:
    """`path:line:column: severity[rule] message`, one line each."""
    del style
    lines: list[str] = []
    for each in report.diagnostics:
        path, (line, column) = escape(each.path), each.finding.span.position
        message = escape(each.finding.message)
        lines.append(f"{path}:{line}:{column}: {each.severity}[{each.rule}] {message}\n")
    return "".join(lines)
