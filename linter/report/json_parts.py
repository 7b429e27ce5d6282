"""What all JSON formats share: the header, findings, places and labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from linter import __version__
from linter.model.diagnostic import Diagnostic, Fix, Unjudged
from linter.model.label import Label
from linter.syntax.source import Span


def document(version: int, data: Mapping[str, Any]) -> str:
    """A complete document, with the header."""
    tool = {"name": "interlock-lint", "version": __version__}
    return json.dumps({"version": version, "tool": tool, **data}, indent=2) + "\n"


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
        "fingerprint": _fingerprint(each, seen),
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


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """Identifies a finding; stays the same when lines move or messages change."""
    identity = "\0".join(
        (diagnostic.rule, diagnostic.path, *diagnostic.services, diagnostic.label or "")
    )
    seen[identity] += 1
    return sha256(f"{identity}\0{seen[identity]}".encode(errors="surrogateescape")).hexdigest()[:32]
