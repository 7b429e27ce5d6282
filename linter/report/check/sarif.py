"""SARIF 2.1.0, as GitHub and other programs take it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any
from urllib.parse import quote

from linter.checking import manual, registry
from linter.checking.rule import Rule
from linter.model.diagnostic import Diagnostic, Fix, Ignored, Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.entries import Entry, Place, entries, entry, place_of, sentence
from linter.report.json_parts import TOOL, dumped
from linter.report.lines import count
from linter.syntax.source import Source, Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_Found = tuple[Entry, Diagnostic]

_MOST = 5_000
"""Results that GitHub shows of a run; it takes no run with more than 25,000."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {**_LEVELS, Severity.INFO: "recommendation"}

# These are more than text in a message. All braces could be doubled, but many programs would show
# two of them.
_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")
_LINK = re.compile(r"([\[\]\\])")


def write(report: Report, style: Style) -> str:
    """A log with one run."""
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, style)]}, 2) + "\n"


def _run(report: Report, style: Style) -> dict[str, Any]:
    seen: Counter[str] = Counter()
    found = list(entries(report, style, seen))
    unjudged = [each for each in found if each.diagnostic is None]
    findings = _most_severe([(each, each.diagnostic) for each in found if each.diagnostic])
    ignored = report.suppressed[: _MOST - len(findings)]
    left_out = len(report.diagnostics) + report.ignored - len(findings) - len(ignored)
    names = {each.rule for _, each in findings} | {each.diagnostic.rule for each in ignored}
    rules = {name: number for number, name in enumerate(sorted(names))}
    results = [_result(each, diagnostic, rules, style) for each, diagnostic in findings]
    for each in ignored:
        known = entry(each.diagnostic, style, seen)
        results.append(_result(known, each.diagnostic, rules, style) | _suppressed(each))
    notifications = [*map(_notification, unjudged), *([_left_out(left_out)] if left_out else [])]
    return {
        "tool": {"driver": _driver(list(rules))},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {"executionSuccessful": not unjudged, "toolExecutionNotifications": notifications}
        ],
        "results": results,
    }


def _most_severe(found: Sequence[_Found]) -> Sequence[_Found]:
    """As many as GitHub shows, in the same order."""
    if len(found) <= _MOST:
        return found
    order = sorted(range(len(found)), key=lambda number: -found[number][0].severity.rank)
    return [found[number] for number in sorted(order[:_MOST])]


# -- The program and its rules -------------------------------------------------------------------


def _driver(names: Sequence[str]) -> dict[str, Any]:
    urls = _urls()
    home = {"informationUri": urls["homepage"]} if "homepage" in urls else {}
    rules = registry.load()
    return {
        "name": TOOL["name"],
        "version": TOOL["version"],
        "semanticVersion": TOOL["version"],
        **home,
        "rules": [_rule(rules[name], urls) if name in rules else {"id": name} for name in names],
    }


def _rule(rule: Rule, urls: dict[str, str]) -> dict[str, Any]:
    page = manual.page(rule)
    base = urls.get("documentation", "").rstrip("/")
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        **({"helpUri": f"{base}/rules/{rule.name}.md"} if base else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.heading, rule.evidence],
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _urls() -> dict[str, str]:
    """The addresses of the project, by their names in `[project.urls]`, as far as there are any."""
    try:
        found = metadata.metadata(TOOL["name"]).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:  # it runs from a checkout
        return {}
    pairs = (str(each).partition(",") for each in found)
    return {name.strip().lower(): address.strip() for name, _, address in pairs}


# -- Results -------------------------------------------------------------------------------------


def _result(
    each: Entry, diagnostic: Diagnostic, rules: dict[str, int], style: Style
) -> dict[str, Any]:
    is_written = diagnostic.finding.span.source.is_written
    location = _location(each.place) if is_written else {}
    fix = diagnostic.finding.fix if is_written else None
    return {
        "ruleId": each.rule,
        "ruleIndex": rules[each.rule],
        "level": _LEVELS[each.severity],
        "message": _message(each.text),
        "locations": [location | _services(diagnostic)],
        "relatedLocations": list(_related(diagnostic, style)),
        # The first is the name by which GitHub asks for one.
        "partialFingerprints": {
            "primaryLocationLineHash": each.fingerprint,
            "interlockLint/v1": each.fingerprint,
        },
        **({"fixes": [_fix(fix, style)]} if fix else {}),
    }


def _related(diagnostic: Diagnostic, style: Style) -> Iterator[dict[str, Any]]:
    for number, note in enumerate(diagnostic.finding.notes, 1):
        location = _location(place_of(note.span, style))
        yield {"id": number, **location, "message": _message(sentence(note.message))}


def _services(diagnostic: Diagnostic) -> dict[str, Any]:
    if not diagnostic.services:
        return {}
    return {
        "logicalLocations": [
            {"name": name, "fullyQualifiedName": f"services.{name}", "kind": "object"}
            for name in diagnostic.services
        ]
    }


def _fix(fix: Fix, style: Style) -> dict[str, Any]:
    changes: dict[Source, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        region = _region(place_of(edit.span, style))
        replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.span.source, []).append(replacement)
    grade = "" if fix.safe else " (changes routing)"
    return {
        "description": _message(sentence(f"{fix.title}{grade}")),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(place_of(Span(source, 0, 0), style)),
                "replacements": replacements,
            }
            for source, replacements in changes.items()
        ],
    }


def _suppressed(ignored: Ignored) -> dict[str, Any]:
    reason = {"justification": ignored.reason} if ignored.reason else {}
    kind = "inSource" if ignored.in_source else "external"
    return {"suppressions": [{"kind": kind, "status": "accepted", **reason}]}


# -- Notifications -------------------------------------------------------------------------------


def _notification(each: Entry) -> dict[str, Any]:
    return {
        "descriptor": {"id": each.rule},
        "level": "error",
        "message": _message(each.text),
        "locations": [_location(each.place)],
    }


def _left_out(number: int) -> dict[str, Any]:
    text = f"{count(number, 'finding')} left out: GitHub shows {_MOST:,} of a run."
    return {"level": "warning", "message": {"text": text}}


# -- Places and texts ----------------------------------------------------------------------------


def _location(place: Place) -> dict[str, Any]:
    region = {"region": _region(place)} if place.start else {}
    return {"physicalLocation": {"artifactLocation": _artifact(place), **region}}


def _artifact(place: Place) -> dict[str, str]:
    """A file by its address, relative to the root of the repository if it is in there."""
    if os.path.isabs(place.path):
        return {"uri": f"file://{quote(place.path)}"}
    return {"uri": quote(place.path), "uriBaseId": _ROOT}


def _region(place: Place) -> dict[str, int]:
    if place.start is None or place.end is None:
        return {}
    return {
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    }


def _message(text: str) -> dict[str, str]:
    shown = _PLACEHOLDER.sub(r"{{\1}}", text)
    return {"text": _LINK.sub(r"\\\1", shown) if "](" in shown else shown}
