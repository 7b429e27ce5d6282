"""The Test Anything Protocol, version 13: a test for each finding."""

from __future__ import annotations

from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import Entry, entries


def write(report: Report, style: Style) -> str:
    """
    Tests that fail for findings at or above the threshold, and pass for those below it.

    Without findings, there is a test that passes.
    """
    tests = [_test(number, each) for number, each in enumerate(entries(report, style), 1)]
    if not tests:
        tests = [f"ok 1 - {_plain(summary(report))}"]
    return "".join(f"{line}\n" for line in ("TAP version 13", f"1..{len(tests)}", *tests))


def _test(number: int, entry: Entry) -> str:
    result = "not ok" if entry.fails else "ok"
    text = f"{entry.place.shown}: {entry.severity}[{entry.rule}] {entry.text}"
    return f"{result} {number} - {_plain(text)}"


def _plain(text: str) -> str:
    """A description without `#`, which begins a directive, for some programs even if escaped."""
    return text.replace("#", "\\x23")
