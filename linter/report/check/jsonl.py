"""JSON on one line each: a header with the summary, then findings, then what was not judged."""

from __future__ import annotations

from collections import Counter

from linter.model.report import Report
from linter.report import Style
from linter.report.json_parts import diagnostic, dumped, header, summary, unjudged


def write(report: Report, style: Style) -> str:
    """The parts of the JSON report as lines that can be read one by one."""
    del style
    seen: Counter[str] = Counter()
    lines = [
        header(1, {"summary": summary(report)}),
        *({"diagnostic": diagnostic(each, seen)} for each in report.diagnostics),
        *({"unjudged": unjudged(each)} for each in report.unjudged),
    ]
    return "".join(f"{dumped(each)}\n" for each in lines)
