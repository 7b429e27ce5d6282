"""The formats of `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linter.checking.rule import Rule
from linter.report import Style
from linter.report.json_parts import document
from linter.report.lines import wrapped

NAMES = ("text", "json")


def as_text(rules: Sequence[Rule], style: Style) -> str:
    """A line for each rule: name, severity, kind of fix, summary; in a terminal, it may wrap."""
    longest = max((len(rule.name) for rule in rules), default=0)
    lines = [
        f"{rule.name:{longest}}  {rule.severity:7}  {rule.fix or '-':6}  {rule.summary}"
        for rule in rules
    ]
    if style.terminal and any(len(line) > style.width for line in lines):
        lines = [part for line in lines for part in wrapped(line, style, "", "    ")]
    return "".join(f"{line}\n" for line in lines)


def as_json(rules: Iterable[Rule]) -> str:
    """All that is known about each rule, as `schemas/rules.schema.json` describes it."""
    found = [
        {
            "name": rule.name,
            "severity": rule.severity,
            "fix": rule.fix or "-",
            "evidence": rule.evidence,
            "subject": rule.heading,
            "summary": rule.summary,
            "documentation": rule.manual,
            "manual": f"docs/rules/{rule.name}.md",
        }
        for rule in rules
    ]
    return document(1, {"rules": found})
