"""Tells which findings a change brings."""

from __future__ import annotations

from collections import Counter

from linter.model.diagnostic import Diagnostic
from linter.model.report import Report


def appearing(before: Report, after: Report) -> list[Diagnostic]:
    """The findings that are only in the second report, regardless of their lines."""
    known = Counter(map(identity, before.diagnostics))
    found: list[Diagnostic] = []
    for each in after.diagnostics:
        name = identity(each)
        if known[name]:
            known[name] -= 1
        else:
            found.append(each)
    return found


def identity(diagnostic: Diagnostic) -> tuple[str, ...]:
    """What identifies a finding, regardless of its lines."""
    label = diagnostic.label or ""
    return (diagnostic.rule, diagnostic.path, label, *sorted(diagnostic.services))
