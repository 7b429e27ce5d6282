"""The format of reviewdog, with suggestions; see its `proto/rdf/reviewdog.proto`."""

from __future__ import annotations

from typing import Any

from linter.model.report import Report
from linter.report import Style
from linter.report.entries import Entry, entries
from linter.report.json_parts import TOOL, dumped
from linter.syntax.source import Source, Span


def write(report: Report, style: Style) -> str:
    """A result with all diagnostics."""
    found = [_diagnostic(each) for each in entries(report, style)]
    return dumped({"source": {"name": TOOL["name"]}, "diagnostics": found}, indent=2) + "\n"


def _diagnostic(entry: Entry) -> dict[str, Any]:
    location: dict[str, Any] = {"path": entry.place.path}
    found: dict[str, Any] = {
        "message": entry.text,
        "location": location,
        "severity": entry.severity.upper(),
        "code": {"value": entry.rule},
    }
    if entry.diagnostic:
        finding = entry.diagnostic.finding
        location["range"] = _range(finding.span)
        # Each suggestion can be accepted alone, and half of a fix is none.
        if finding.fix and len(finding.fix.edits) == 1 and finding.span.source.is_written:
            (edit,) = finding.fix.edits
            if edit.span.source is finding.span.source:
                found["suggestions"] = [{"range": _range(edit.span), "text": edit.text}]
    elif entry.place.start:
        location["range"] = {"start": {"line": entry.place.line}}
    return found


def _range(span: Span) -> dict[str, dict[str, int]]:
    return {
        "start": _position(span.source, span.start),
        "end": _position(span.source, span.end),
    }


def _position(source: Source, offset: int) -> dict[str, int]:
    """A position with its column in bytes of UTF-8, from 1."""
    before = source.text[source.line_start(offset) : offset]
    line = source.position(offset).line
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
