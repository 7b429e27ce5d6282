"""The concise format: one line for each finding."""

from __future__ import annotations

from linter.model.diagnostic import Diagnostic
from linter.model.report import Report
from linter.report import Style
from linter.report.escape import escape


def write(report: Report, style: Style) -> str:
    """`path:line:column: severity[rule] message`, one line each, for other programs."""
    del style
    return "".join(f"{_line(each)}\n" for each in report.diagnostics)


def _line(each: Diagnostic) -> str:
    """One finding; that of a service that runs is in the first line, because there must be one."""
    span = each.finding.span
    line, column = span.position if span.source.is_written else (1, 1)
    lead = f"{span.source.path}:{line}:{column}: {each.severity}[{each.rule}]"
    return escape(f"{lead} {each.finding.message}")
