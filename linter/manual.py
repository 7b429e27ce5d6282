"""Knows how a rule's docstring becomes a page."""

from __future__ import annotations

from linter.rule import Rule


def page(rule: Rule) -> str:
    """The manual of a rule as Markdown: its name and facts, then its docstring."""
    facts = f"{rule.severity} · {rule.evidence} · {rule.subject}"
    return f"# {rule.name}\n\n{facts}\n\n{rule.manual}\n"
