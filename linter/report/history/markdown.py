"""The Markdown format of `plan --log`: one table."""

from __future__ import annotations

from linter.report import Style
from linter.report.history import HEADINGS, LEGEND, HistoryReport, cells, summary
from linter.report.markup import cell, prose, table_row


def write(report: HistoryReport, style: Style) -> str:
    """A heading and the table; then, unless quiet, an explanation and the sum."""
    lines = [f"### Reconfigurations: {prose(f'`{report.span}`')}", ""]
    if rows := report.rows:
        lines += [table_row(HEADINGS), table_row(["---", "---", *["---:"] * 4])]
        lines += [table_row([cell(name), cell(stack), *cells(each)]) for stack, name, each in rows]
        lines.append("")
    if not style.quiet:
        if rows:
            lines += [prose(LEGEND), ""]
        lines.append(prose(summary(report)))
    return "".join(f"{each}\n" for each in lines)
