"""Renders the manual page of a rule, and the index of all rules."""

from __future__ import annotations

from collections.abc import Iterable

from linter.checking.rule import FixKind, Rule, Subject

_FIXES = {FixKind.NONE: "no fix", FixKind.SAFE: "safe fix", FixKind.UNSAFE: "unsafe fix"}

_HEAD = "| rule | severity | fix | evidence | what is wrong |\n| --- | --- | --- | --- | --- |\n"


def page(rule: Rule) -> str:
    """The manual of a rule as Markdown: its name, its properties and its docstring."""
    facts = " · ".join((rule.severity, _FIXES[rule.fix], rule.evidence, rule.subject))
    return f"# {rule.name}\n\n{facts}\n\n{rule.manual}\n"


def index(rules: Iterable[Rule]) -> str:
    """All rules by subject, as tables with links to their pages."""
    rules = list(rules)
    text = f"# The {len(rules)} rules\n"
    for subject in Subject:
        text += f"\n## {subject}\n\n{_HEAD}"
        for rule in rules:
            if rule.subject is subject:
                fix = "" if rule.fix is FixKind.NONE else rule.fix
                text += (
                    f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {fix} "
                    f"| {rule.evidence} | {rule.summary} |\n"
                )
    return text
