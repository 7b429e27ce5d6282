"""The text format of `plan --log`: one table."""

from __future__ import annotations

from linter.report import Style
from linter.report.escape import escape
from linter.report.history import HEADINGS, LEGEND, HistoryReport, cells, summary
from linter.report.lines import columns, wrapped


def write(report: HistoryReport, style: Style) -> str:
    """The table; then, unless quiet, an explanation and the sum."""
    rows = [[escape(name), escape(stack), *cells(tally)] for stack, name, tally in report.rows]
    blocks = [list(columns([HEADINGS, *rows], style))] if rows else []
    if not style.quiet:
        if rows:
            blocks.append(list(wrapped(LEGEND, style)))
        blocks.append(list(wrapped(summary(report), style)))
    return "\n".join("".join(line + "\n" for line in block) for block in blocks)
