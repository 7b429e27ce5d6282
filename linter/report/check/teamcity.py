"""Service messages of TeamCity: inspections, and a build problem for what was not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.model.report import Report
from linter.report import Style
from linter.report.entries import NOT_JUDGED, entries

_NAMED = {"|": "||", "'": "|'", "[": "|[", "]": "|]"}
_SPECIAL = re.compile(r"[|'\[\]]|[^ -~]")

_LONGEST = 3_900
"""Characters of a message, of the 4,000 that TeamCity keeps."""


def write(report: Report, style: Style) -> str:
    """A message for each finding, and before the first of each rule, one about the rule."""
    return "".join(f"##teamcity[{each}]\n" for each in _messages(report, style))


def _messages(report: Report, style: Style) -> Iterator[str]:
    rules: set[str] = set()
    for entry in entries(report, style):
        if entry.rule == NOT_JUDGED:
            yield _message(
                "buildProblem",
                description=f"{entry.place.shown}: {entry.text}",
                identity=f"interlock-lint-{entry.fingerprint[:16]}",
            )
            continue
        if entry.rule not in rules:
            rules.add(entry.rule)
            yield _message(
                "inspectionType",
                id=entry.rule,
                name=entry.rule,
                category="interlock-lint",
                description=f"interlock-lint explain {entry.rule}",
            )
        yield _message(
            "inspection",
            typeId=entry.rule,
            message=entry.text,
            file=entry.place.path,
            line=str(entry.place.line),
            SEVERITY=entry.severity.upper(),
        )


def _message(kind: str, **attributes: str) -> str:
    return " ".join((kind, *(f"{key}='{_value(text)}'" for key, text in attributes.items())))


def _value(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return _SPECIAL.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"|0x{units[place : place + 4]}" for place in range(0, len(units), 4))
