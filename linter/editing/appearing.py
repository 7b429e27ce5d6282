"""Tells which findings a change brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from linter.checking.affected import affected
from linter.editing.loaded import Loaded
from linter.model.diagnostic import Diagnostic
from linter.model.report import Report

Judge = Callable[[Sequence[Loaded]], Report]


def compared(
    judge: Judge, before: Sequence[Loaded], after: Sequence[Loaded]
) -> tuple[Report, Report]:
    """What is found before and after a change, in the stacks that it matters to."""
    stacks = [[each.stack for each in loaded] for loaded in (before, after)]
    numbers = affected([each.job for each in before], *stacks)
    first, second = ([loaded[number] for number in numbers] for loaded in (before, after))
    return judge(first), judge(second)


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
