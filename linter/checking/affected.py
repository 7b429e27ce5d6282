"""Finds the stacks whose findings a change of some of them can change."""

from __future__ import annotations

from collections.abc import Sequence

from linter.files.request import Job
from linter.files.shares import components
from linter.model.stack import Stack
from linter.routing.links import connected, links_of


def affected(jobs: Sequence[Job], before: Sequence[Stack], after: Sequence[Stack]) -> list[int]:
    """
    The numbers of stacks that change, and of those linked with them before or after.

    A configuration of Interlock is judged with all of its services, so those are always among them.
    """
    groups = list(components(jobs))
    versions = [
        [each for number in group for each in _different(before[number], after[number])]
        for group in groups
    ]
    found: list[int] = []
    for linked in connected([list(map(links_of, each)) for each in versions]):
        numbers = [number for group in linked for number in groups[group]]
        if any(before[number] is not after[number] for number in numbers):
            found += numbers
        else:
            found += (each for each in numbers if before[each].context.proxy is not None)
    return sorted(found)


def _different(before: Stack, after: Stack) -> Sequence[Stack]:
    return (before,) if before is after else (before, after)
