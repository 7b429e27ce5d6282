"""
Chooses branches of a template, so that each of them is in one of few views.

The first view takes the first branch wherever it can, the next one those that are left, and so on:
several choices that have nothing to do with each other do not multiply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from linter.reading import conditions
from linter.reading.blocks import Arm, Block
from linter.reading.conditions import Condition, Facts
from linter.syntax.mask import Unmaskable

MAX_VIEWS = 64
"""Limit of the stacks that one template is read as."""

Picks = Mapping[int, int]
"""The branch taken in each block, by number; the one after the last has no text."""

_Covered = set[tuple[int, int]]


def choices(root: Arm, most: int = MAX_VIEWS) -> list[Picks]:
    """The branches to take in each view. Raises Unmaskable if there are too many."""
    covered: _Covered = set()
    found: list[Picks] = []
    read = cache(conditions.read)  # each view asks again about each condition
    while picks := _further(root, covered, read):
        if len(found) == most:
            reason = f"the template has more than {most} branches beside each other"
            raise Unmaskable(reason, _first_left(root, covered))
        found.append(picks)
        covered.update(picks.items())
    return found or [{}]


def _further(
    root: Arm, covered: _Covered, read: Callable[[str], Condition]
) -> dict[int, int] | None:
    """Branches of which some are not covered yet; None if all are, as far as they can be."""
    for first in (True, False):
        picks: dict[int, int] = {}
        _pick(root, covered, Facts(read), picks, first=first)
        if not covered.issuperset(picks.items()):
            return picks
    return None


def _first_left(arm: Arm, covered: _Covered) -> int:
    """Where the first branch is that is not covered."""
    for block in arm.blocks:
        for way, inner in enumerate(block.arms):
            if not _is_covered(block, way, covered):
                covers_own = block.number is None or (block.number, way) in covered
                return _first_left(inner, covered) if covers_own else inner.tag.start
    return arm.tag.start


def _pick(arm: Arm, covered: _Covered, facts: Facts, picks: dict[int, int], *, first: bool) -> None:
    for block in arm.blocks:
        taken = 0
        if block.number is not None:
            ways = list(range(block.ways))
            left = [way for way in ways if not _is_covered(block, way, covered)]
            order = dict.fromkeys((*left, *(ways if first else reversed(ways))))
            taken = next((way for way in order if _can_be(block, way, facts)), 0)
            picks[block.number] = taken
            for number, each in enumerate(block.arms[: taken + 1]):
                if each.condition is not None:
                    facts.assume(each.condition, number == taken)
        if taken < len(block.arms):
            _pick(block.arms[taken], covered, facts, picks, first=first)


def _is_covered(block: Block, way: int, covered: _Covered) -> bool:
    """Whether a branch was taken, with all branches in it."""
    if block.number is not None and (block.number, way) not in covered:
        return False
    inner = block.arms[way].blocks if way < len(block.arms) else ()
    return all(_is_covered(each, inside, covered) for each in inner for inside in range(each.ways))


def _can_be(block: Block, way: int, facts: Facts) -> bool:
    """Whether a branch can be taken, as far as is known."""
    others = [each.condition for each in block.arms[: way + 1]]
    own = others.pop() if way < len(block.arms) else None
    if any(facts.holds(condition) for condition in others if condition is not None):
        return False
    return own is None or facts.holds(own) is not False
