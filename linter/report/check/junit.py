"""The format of JUnit: a suite for each file, and in it, a test for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import NOT_JUDGED, Entry, entries
from linter.report.escape import escape
from linter.report.xml import Element, SubElement, document

_NAME = "interlock-lint"


def write(report: Report, style: Style) -> str:
    """
    Tests that fail for findings at or above the threshold, and are skipped for those below it.

    What was not judged is an error. Without findings, there is a test that passes, because many
    programs take a report without tests for a mistake.
    """
    root = Element("testsuites", name=_NAME)
    found = sorted(entries(report, style), key=lambda each: each.place.path)
    for path, group in groupby(found, key=lambda each: each.place.path):
        _suite(root, escape(path), list(group))
    if not found:
        suite = SubElement(root, "testsuite", {"name": _NAME, **_counts([]), "tests": "1"})
        SubElement(suite, "testcase", classname=_NAME, name=summary(report))
    root.attrib |= _counts(found) | ({} if found else {"tests": "1"})
    return document(root)


def _suite(root: Element, path: str, found: Sequence[Entry]) -> None:
    suite = SubElement(root, "testsuite", {"name": path, **_counts(found)})
    for entry in found:
        start = entry.place.start
        place = f" at {start.line}:{start.column}" if start else ""
        name = f"{entry.rule}{place}"
        case = SubElement(suite, "testcase", classname=path, name=name, file=path)
        if start:
            case.attrib["line"] = str(start.line)
        outcome = SubElement(case, _outcome(entry), message=entry.message)
        if entry.fails:
            outcome.attrib["type"] = entry.severity
            outcome.text = f"{entry.place.shown}: {entry.text}"


def _outcome(entry: Entry) -> str:
    if entry.rule == NOT_JUDGED:
        return "error"
    return "failure" if entry.fails else "skipped"


def _counts(found: Sequence[Entry]) -> dict[str, str]:
    outcomes = [_outcome(each) for each in found]
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {
        "tests": str(len(found)),
        **{name: str(outcomes.count(kind)) for name, kind in kinds.items()},
    }
