"""The statistics as tables."""

from __future__ import annotations

from collections.abc import Mapping

from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.escape import escape
from linter.report.lines import columns, count, wrapped
from linter.report.statistics import Counts, by_file, by_rule, by_service


def write(report: Report, style: Style) -> str:
    """A table for rules, services and files, then the line with counts."""
    services = {f"{path}  {name}": each for (path, name), each in by_service(report).items()}
    tables = (("rule", by_rule(report)), ("service", services), ("file", by_file(report)))
    blocks = [_table(f"findings by {noun}", counts, style) for noun, counts in tables if counts]
    if not style.quiet:
        blocks.append("".join(f"{line}\n" for line in wrapped(summary(report), style)))
    return "\n".join(blocks)


def _table(title: str, counts: Mapping[str, Counts], style: Style) -> str:
    size = len(f"{max(each.total for each in counts.values()):,}")
    rows = [
        (f"{each.total:>{size},}", escape(name), _details(each)) for name, each in counts.items()
    ]
    return "".join(f"{line}\n" for line in (title, *columns(rows, style, "  ")))


def _details(counts: Counts) -> str:
    """The severities, and what is fixable."""
    parts = [
        count(number, noun)
        for number, noun in ((counts.error, "error"), (counts.warning, "warning"))
        if number
    ]
    parts += [f"{counts.info:,} info"] if counts.info else []
    fixable = f"; {counts.fixable:,} fixable" if counts.fixable else ""
    return ", ".join(parts) + fixable
