"""What all JSON formats share: the header, findings, places and labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from linter import __version__
from linter.model.diagnostic import Diagnostic, Fix, Severity, Unjudged
from linter.model.fingerprint import fingerprint
from linter.model.label import Label
from linter.model.report import Report
from linter.report.escape import inert
from linter.syntax.source import Span

TOOL = {"name": "interlock-lint", "version": __version__}


def document(version: int, data: Mapping[str, Any]) -> str:
    """A complete document, with the header."""
    return dumped(header(version, data), indent=2) + "\n"


def header(version: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Data below the version of its format and the name of the program."""
    return {"version": version, "tool": TOOL, **data}


def dumped(data: Any, indent: int | None = None) -> str:
    """
    Data as JSON in ASCII, which no terminal and no build server obeys when it is in a log.

    There is no `#` in JSON except in strings.
    """
    return inert(json.dumps(data, indent=indent), r"\u0023")


def summary(report: Report) -> dict[str, int]:
    """What was checked, and how much was found."""
    return {
        "files": report.files,
        "stacks": report.stacks,
        "services": report.services,
        "error": report.count(Severity.ERROR),
        "warning": report.count(Severity.WARNING),
        "info": report.count(Severity.INFO),
        "ignored": report.ignored,
        "left_out": report.left_out,
        "known": report.known,
        "on_unchanged_lines": report.elsewhere,
        "unchanged_stacks": report.unchanged,
        "fixable": report.fixable(),
        "unknown_values": report.unknown,
    }


def unjudged(each: Unjudged) -> dict[str, Any]:
    """Something that could not be judged."""
    place = {"span": span(each.span)} if each.span and each.span.source.is_written else {}
    return {"path": each.path, "reason": each.reason} | place


def diagnostic(each: Diagnostic, seen: Counter[str]) -> dict[str, Any]:
    """A finding; `seen` numbers findings that are otherwise the same."""
    finding = each.finding
    return {
        "rule": each.rule,
        "severity": each.severity,
        "path": each.path,
        "service": each.services[0] if each.services else None,
        "services": list(each.services),
        "label": each.label,
        "message": finding.message,
        "effect": finding.effect,
        "help": finding.help,
        "span": span(finding.span),
        "notes": [
            {"message": note.message, "path": note.span.source.path, "span": span(note.span)}
            for note in finding.notes
        ],
        "manual": f"docs/rules/{each.rule}.md",
        "fix": _fix(finding.fix) if finding.fix and finding.span.source.is_written else None,
        "fingerprint": fingerprint(each, seen),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safe": fix.safe,
        "edits": [
            {
                "path": edit.span.source.path,
                "start": edit.span.start,
                "end": edit.span.end,
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }


def span(place: Span) -> dict[str, Any] | None:
    """A place in a file; null for a service that runs, which has no lines."""
    if not place.source.is_written:
        return None
    start, end = place.position, place.end_position
    return {
        "start": {"line": start.line, "column": start.column, "offset": place.start},
        "end": {"line": end.line, "column": end.column, "offset": place.end},
    }


def written(label: Label, *, shown: bool = True) -> dict[str, Any]:
    """The value of a label and where it is; a secret one is not shown."""
    return {
        "value": label.value.value if shown else None,
        "written": label.value.written if shown else "…",
        "path": label.span.source.path,
        "span": span(label.span),
    }
