"""Renders the manual page of a rule, and the index of all rules."""

from __future__ import annotations

from collections.abc import Iterable

from linter.checking.rule import SUBJECTS, Rule

_HEAD = "| rule | severity | fix | evidence | what is wrong |\n| --- | --- | --- | --- | --- |\n"


def page(rule: Rule) -> str:
    """The manual of a rule as Markdown: its name, its properties and its docstring."""
    facts = " · ".join((rule.severity, f"{rule.fix or 'no'} fix", rule.evidence, rule.heading))
    return f"# {rule.name}\n\n{facts}\n\n{rule.manual}\n"


def index(rules: Iterable[Rule]) -> str:
    """All rules by subject, as tables with links to their pages."""
    rules = list(rules)
    text = f"# The {len(rules)} rules\n"
    for subject, heading in SUBJECTS.items():
        text += f"\n## {heading}\n\n{_HEAD}"
        for rule in rules:
            if rule.subject == subject:
                text += (
                    f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.fix or ''} "
                    f"| {rule.evidence} | {rule.summary} |\n"
                )
    return text
