"""The format of Checkstyle, which many programs read."""

from __future__ import annotations

from linter.model.report import Report
from linter.report import Style
from linter.report.entries import Entry, entries
from linter.report.escape import escape
from linter.report.xml import Element, SubElement, document

_VERSION = "4.3"
"""The version of Checkstyle whose format this is; some programs insist on one."""


def write(report: Report, style: Style) -> str:
    """The findings of each file."""
    root = Element("checkstyle", version=_VERSION)
    files: dict[str, Element] = {}
    for entry in sorted(entries(report, style), key=lambda each: each.place.path):
        path = entry.place.path
        if path not in files:
            files[path] = SubElement(root, "file", name=escape(path))
        SubElement(files[path], "error", _attributes(entry))
    return document(root)


def _attributes(entry: Entry) -> dict[str, str]:
    start = entry.place.start
    return {
        **({"line": str(start.line), "column": str(start.column)} if start else {}),
        "severity": entry.severity,
        "message": entry.text,
        "source": f"interlock-lint.{entry.rule}",
    }
