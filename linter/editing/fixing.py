"""Applies the fixes of findings, round by round, until none are left."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.editing import proof
from linter.editing.edits import Overlap, differing_lines
from linter.editing.mending import Unproved
from linter.editing.revise import Loaded, Rewrite, identity, reread, rewritten
from linter.model.change import NotDone
from linter.model.diagnostic import Diagnostic
from linter.model.report import Report
from linter.syntax.composer import NotYaml

_MOST_ROUNDS = 10
"""A fix may allow others; real files need two rounds."""

Judge = Callable[[Sequence[Loaded]], Report]


class Fixed(NamedTuple):
    """
    The result of fixing stacks.

    `stacks` are the stacks with their fixes, followed by the neighbors. `fixed` are the findings
    that are fixed, `not_done` those that could not be fixed. `report` has the findings that remain.
    """

    stacks: tuple[Loaded, ...]
    fixed: tuple[Diagnostic, ...]
    not_done: tuple[NotDone, ...]
    rewrites: tuple[Rewrite, ...]
    report: Report


def apply_fixes(
    stacks: Sequence[Loaded],
    judge: Judge,
    report: Report,
    *,
    unsafe: bool,
    neighbors: Sequence[Loaded] = (),
) -> Fixed:
    """
    Fix what the rules find, using fixes that change routing only if `unsafe` allows it.

    The stacks in `neighbors` share some of the files, so the changes to them are proved too. Fixes
    that touch the same text wait for the next round. Each round is proved; if that fails, the fixes
    of a file are tried one by one.
    """
    before, total = (*stacks, *neighbors), len(stacks)
    now = list(before)
    users: dict[str, list[int]] = {}
    for number, each in enumerate(before):
        for source in each.job.sources:
            users.setdefault(source.path, []).append(number)
    fixed: list[Diagnostic] = []
    not_done: dict[tuple[str, ...], NotDone] = {}
    for _ in range(_MOST_ROUNDS):
        wanted: dict[str, list[Diagnostic]] = {}
        for found in report.diagnostics:
            fix = found.finding.fix
            if fix and (fix.safe or unsafe) and identity(found) not in not_done:
                wanted.setdefault(found.path, []).append(found)
        if not wanted:
            break
        for path, diagnostics in wanted.items():
            # What is fixed outside of labels belongs to no service, and is proved differently.
            outside = [each for each in diagnostics if not each.services]
            done, refused = _fix_file(now, users[path], _disjoint(outside or diagnostics))
            fixed += done
            not_done.update((identity(each), _not_done(each, reason)) for each, reason in refused)
        report = judge(now[:total])
    return Fixed(
        tuple(now), tuple(fixed), tuple(not_done.values()), tuple(_rewrites(before, now)), report
    )


def _not_done(diagnostic: Diagnostic, reason: str) -> NotDone:
    """A finding that cannot be fixed, and the reason."""
    names = ", ".join(diagnostic.services) or diagnostic.rule
    return NotDone(names, f"{diagnostic.rule}: {reason}", diagnostic.finding.span)


def _fix_file(
    now: list[Loaded], numbers: Sequence[int], diagnostics: Sequence[Diagnostic]
) -> tuple[Sequence[Diagnostic], list[tuple[Diagnostic, str]]]:
    """Fix findings in one file, in the stacks with these numbers; returns those fixed and not."""
    refused: list[tuple[Diagnostic, str]] = []
    good = list(diagnostics)
    try:
        changed = _applied(now, numbers, good)
    except _FAILURES:
        good, changed = [], []
        for each in diagnostics:
            try:
                changed = _applied(now, numbers, [*good, each])
                good.append(each)
            except _FAILURES as error:
                refused.append((each, str(error)))
    for number, loaded in zip(numbers, changed, strict=False):
        now[number] = loaded
    return good, refused


_FAILURES = (Unproved, NotYaml, Overlap)


def _applied(
    now: Sequence[Loaded], numbers: Sequence[int], diagnostics: Sequence[Diagnostic]
) -> list[Loaded]:
    """The stacks with these numbers, with fixes applied and proved. Raises one of _FAILURES."""
    fixes = [each.finding.fix for each in diagnostics if each.finding.fix]
    edits = [edit for fix in fixes for edit in fix.edits]
    rewrites = rewritten(edits)
    texts = {each.source.path: each.text for each in rewrites}
    services = {name for each in diagnostics for name in each.services}
    changed: list[Loaded] = []
    for number in numbers:
        old, new = now[number], reread(now[number], texts)
        if new is not old:
            proof.prove_fixes(old.stack, new.stack, services, edits)
        changed.append(new)
    return changed


def _disjoint(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings whose fixes touch no text that the fix of an earlier one touches."""
    chosen: list[Diagnostic] = []
    taken: list[tuple[int, int]] = []
    for each in diagnostics:
        edits = each.finding.fix.edits if each.finding.fix else ()
        spans = [(edit.span.start, edit.span.end) for edit in edits]
        if any(_touches(taken, span) for span in spans):
            continue
        for span in spans:
            insort(taken, span)
        chosen.append(each)
    return chosen


def _touches(taken: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether a span overlaps or adjoins one of the others, which are sorted and disjoint."""
    start, end = span
    after = bisect_left(taken, span)
    nearby = taken[max(after - 1, 0) : after + 1]
    return any(start <= stop and first <= end for first, stop in nearby)


def _rewrites(before: Sequence[Loaded], after: Sequence[Loaded]) -> Iterator[Rewrite]:
    """The files that changed, each once, sorted by path."""
    found: dict[str, Rewrite] = {}
    for old, new in zip(before, after, strict=True):
        for source, then in zip(old.job.sources, new.job.sources, strict=True):
            if source.text != then.text and source.path not in found:
                edits = tuple(differing_lines(source, then.text))
                found[source.path] = Rewrite(source, then.text, edits)
    yield from (found[path] for path in sorted(found))
