"""The concise format: one line for each finding."""

from __future__ import annotations

from linter.model.report import Report
from linter.report import Style
from linter.report.lines import in_one_line


def write(report: Report, style: Style) -> str:
    """`path:line:column: severity[rule] message`, one line each, for other programs."""
    plain = style._replace(color=False)
    return "".join(f"{in_one_line(each, plain)}\n" for each in report.diagnostics)
