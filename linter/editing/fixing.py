"""Applies the fixes of findings, round by round, until none are left."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from linter.editing import proof
from linter.editing.appearing import identity
from linter.editing.edits import Overlap, joined
from linter.editing.loaded import Loaded, reread
from linter.editing.repairs import Unproved
from linter.editing.rewriting import Rewrite, rewritten
from linter.editing.witness import Witness
from linter.files.shares import components, size
from linter.files.siblings import Apart
from linter.files.siblings import fixed as fixed_form
from linter.model.change import NotDone
from linter.model.diagnostic import Diagnostic, Edit, Fix, Unjudged
from linter.model.fault import described, fault
from linter.model.progress import Progress, nobody
from linter.model.report import Report
from linter.model.spread import Here, Lost, Spread, one_by_one
from linter.model.stack import Stack
from linter.syntax.composer import NotYaml

_MOST_ROUNDS = 10
"""A fix may allow others; real files need two rounds."""

_MOST_ATTEMPTS = 30
"""Attempts to find the fixes that fail, of those in files that belong together."""

Judge = Callable[[Sequence[Loaded]], Report]

Prove = Callable[[Stack, Stack, Collection[str], Sequence[Edit]], None]
_Confirm = Callable[[Loaded, Loaded, Collection[str], Sequence[Edit]], None]


class Fixed(NamedTuple):
    """
    The result of fixing stacks.

    `stacks` are the stacks with their fixes, followed by the neighbors. `fixed` are the findings
    that are fixed, `not_done` those that could not be fixed. `report` has the findings that remain.
    `faults` are failures of this program itself.
    """

    stacks: tuple[Loaded, ...]
    fixed: tuple[Diagnostic, ...]
    not_done: tuple[NotDone, ...]
    rewrites: tuple[Rewrite, ...]
    report: Report
    faults: tuple[Unjudged, ...] = ()


def apply_fixes(
    stacks: Sequence[Loaded],
    judge: Judge,
    report: Report,
    *,
    unsafe: bool,
    neighbors: Sequence[Loaded] = (),
    prove: Prove = proof.prove_fixes,
    progress: Progress = nobody,
    witness: Witness | None = None,
    spread: Spread = one_by_one,
) -> Fixed:
    """
    Fix what the rules find, using fixes that change routing only if `unsafe` allows it.

    The stacks in `neighbors` share some of the files, so the changes to them are proved too. Fixes
    that touch the same text wait for the next round. Each round is proved, and confirmed by the
    `witness`; if that fails, fewer fixes are tried at once, until it is known which of them fail.
    """

    def confirm(old: Loaded, new: Loaded, services: Collection[str], edits: Sequence[Edit]) -> None:
        prove(old.stack, new.stack, services, edits)
        if witness:
            witness(old.stack, new.stack, old.job.environment)

    work = _Work((*stacks, *neighbors))
    for _ in range(_MOST_ROUNDS):
        parts = work.parts(report.diagnostics, unsafe=unsafe)
        if not parts:
            break
        results = _fix_all(work.now, parts, confirm, spread, progress)
        for (numbers, part), done in zip(parts, results, strict=True):
            work.take(numbers, part, done)
        report = judge(work.now[: len(stacks)])
    return work.result(report)


class _Work:
    """Stacks while they are fixed: as they are `now`, what is fixed, and what cannot be."""

    def __init__(self, stacks: Sequence[Loaded]) -> None:
        self.now = list(stacks)
        self._before = tuple(stacks)
        self._groups = list(components([each.job for each in stacks]))
        self._group_by_path = {
            source.path: number
            for number, group in enumerate(self._groups)
            for member in group
            for source in stacks[member].job.sources
        }
        self._apart = _apart(stacks)
        self._fixed: list[Diagnostic] = []
        self._rounds: dict[str, list[list[Edit]]] = {}
        self._not_done: dict[tuple[str, ...], NotDone] = {}
        self._faults: list[Unjudged] = []

    def parts(self, diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> _Parts:
        """What to fix in the next round."""
        wanted: dict[int, list[Diagnostic]] = {}
        for found in diagnostics:
            fix = found.finding.fix
            if not fix or not (fix.safe or unsafe) or identity(found) in self._not_done:
                continue
            if why := _why_not(fix, self._apart):
                self._give_up(found, why.reason, why.help or found.finding.help)
            else:
                wanted.setdefault(self._group_by_path[found.path], []).append(found)
        # What is fixed outside of labels belongs to no service, and is proved differently.
        return [
            (
                self._groups[number],
                _disjoint([each for each in found if not each.services] or found),
            )
            for number, found in wanted.items()
        ]

    def take(self, numbers: Sequence[int], part: Sequence[Diagnostic], done: _Done) -> None:
        """Take what is done of a part, which is about the stacks with these numbers."""
        good = [part[each] for each in done.good]
        self._fixed += good
        self._faults += done.faults
        for path, edits in _by_path(_edits(good)).items():
            self._rounds.setdefault(path, []).append(edits)
        for each, reason in done.refused:
            self._give_up(part[each], reason)
        done.put_into(self.now, numbers, good)

    def _give_up(self, diagnostic: Diagnostic, reason: str, help_text: str = "") -> None:
        names = ", ".join(diagnostic.services) or diagnostic.rule
        reason, span = f"{diagnostic.rule}: {reason}", diagnostic.finding.span
        self._not_done[identity(diagnostic)] = NotDone(names, reason, span, help_text)

    def result(self, report: Report) -> Fixed:
        """All that is done, with a report on what remains."""
        rewrites = tuple(_rewrites(self._before, self.now, self._rounds))
        not_done = tuple(self._not_done.values())
        return Fixed(
            tuple(self.now), tuple(self._fixed), not_done, rewrites, report, tuple(self._faults)
        )


def _apart(stacks: Iterable[Loaded]) -> dict[str, Apart]:
    """The files that must not be changed without others, with the reasons."""
    return {
        source.path: each.apart
        for each in stacks
        if each.apart
        for source in each.job.sources
        if not (source.view and source.view.fixed)
    }


def _why_not(fix: Fix, apart: Mapping[str, Apart]) -> Apart | None:
    """Why a fix cannot be applied whatever it is, if so."""
    sources = [edit.span.source for edit in fix.edits]
    return next((apart[each.path] for each in sources if each.path in apart), fixed_form(sources))


_Parts = Sequence[tuple[Sequence[int], Sequence[Diagnostic]]]
"""Stacks that share files, by their numbers, and the findings to fix in them."""


class _Done(NamedTuple):
    """
    Which of some findings are fixed, and which are not, by their numbers, with the reasons.

    `after` are the stacks with these fixes, if they were read here.
    """

    good: Sequence[int] = ()
    refused: Sequence[tuple[int, str]] = ()
    faults: Sequence[Unjudged] = ()
    after: Here = Here()

    def put_into(
        self, now: list[Loaded], numbers: Sequence[int], good: Sequence[Diagnostic]
    ) -> None:
        """Replace the stacks with these numbers by those with the fixes of what is `good`."""
        if good:
            after = self.after.value or _changed(now, numbers, list(_edits(good)))
            for number, loaded in zip(numbers, after, strict=True):
                now[number] = loaded


def _fix_all(
    now: Sequence[Loaded],
    parts: _Parts,
    confirm: _Confirm,
    spread: Spread,
    progress: Progress,
) -> Iterator[_Done]:
    """Fix the findings of each part."""
    sizes = [size([now[number].job for number in numbers]) for numbers, _ in parts]
    done = count(1)
    progress(0, len(parts))
    results = spread(
        lambda number: _fix(now, *parts[number], confirm),
        sizes,
        lambda: progress(next(done), len(parts)),
    )
    for (_, diagnostics), result in zip(parts, results, strict=True):
        yield _lost(diagnostics, result) if isinstance(result, Lost) else result


def _fix(
    now: Sequence[Loaded],
    numbers: Sequence[int],
    diagnostics: Sequence[Diagnostic],
    confirm: _Confirm,
) -> _Done:
    """
    Fix findings in stacks that share files, by their numbers.

    If they cannot be fixed all at once, each half is tried alone, and so on. After many attempts,
    whatever part fails is given up as a whole, because each attempt reads all of the files.
    """
    good: list[int] = []
    refused: list[tuple[int, str]] = []
    faults: list[Unjudged] = []
    result: list[Loaded] = []
    pending = [list(range(len(diagnostics)))]
    attempts = 0
    while pending:
        part = pending.pop()
        attempts += 1
        try:
            tried = [diagnostics[each] for each in (*good, *part)]
            changed = _applied(now, numbers, tried, confirm)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            if len(part) > 1 and attempts < _MOST_ATTEMPTS:
                middle = len(part) // 2
                pending += (part[middle:], part[:middle])
                continue
            reason = str(error)
            if not isinstance(error, _FAILURES):
                reason = f"interlock-lint failed: {described(error)}"
                paths = dict.fromkeys(diagnostics[each].path for each in part)
                faults += (fault(path, error) for path in paths)
            refused += ((each, reason) for each in part)
        else:
            good += part
            result = changed
    return _Done(good, refused, faults, Here(result))


def _lost(diagnostics: Sequence[Diagnostic], lost: Lost) -> _Done:
    """What is done of fixes that nothing came back from."""
    paths = dict.fromkeys(each.path for each in diagnostics)
    return _Done(
        refused=[(number, lost.reason) for number in range(len(diagnostics))],
        faults=[Unjudged(path, lost.reason, help=lost.remedy) for path in paths],
    )


_FAILURES = (Unproved, NotYaml, Overlap)


def _applied(
    now: Sequence[Loaded],
    numbers: Sequence[int],
    diagnostics: Sequence[Diagnostic],
    confirm: _Confirm,
) -> list[Loaded]:
    """The stacks with these numbers, with fixes applied and proved. Raises one of _FAILURES."""
    edits = list(_edits(diagnostics))
    services = {name for each in diagnostics for name in each.services}
    changed = _changed(now, numbers, edits)
    for number, new in zip(numbers, changed, strict=True):
        if new is not now[number]:
            confirm(now[number], new, services, edits)
    return changed


def _changed(now: Sequence[Loaded], numbers: Sequence[int], edits: Sequence[Edit]) -> list[Loaded]:
    """The stacks with these numbers, with edits applied. Raises one of _FAILURES."""
    texts = {each.source.path: each.text for each in rewritten(edits)}
    return [reread(now[number], texts) for number in numbers]


def _by_path(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    found: dict[str, dict[Edit, None]] = {}
    for edit in edits:
        found.setdefault(edit.span.source.path, {})[edit] = None
    return {path: list(each) for path, each in found.items()}


def _edits(diagnostics: Iterable[Diagnostic]) -> Iterator[Edit]:
    fixes = (each.finding.fix for each in diagnostics)
    return (edit for fix in fixes if fix for edit in fix.edits)


_Range = tuple[str, int, int]
"""The path of a file, and the offsets of a part of it."""


def _disjoint(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings whose fixes touch no text that the fix of an earlier one touches."""
    chosen: list[Diagnostic] = []
    taken: list[_Range] = []
    for each in diagnostics:
        edits = each.finding.fix.edits if each.finding.fix else ()
        ranges = [edit.span.sort_key for edit in edits]
        if any(_touches(taken, span) for span in ranges):
            continue
        for span in ranges:
            insort(taken, span)
        chosen.append(each)
    return chosen


def _touches(taken: Sequence[_Range], span: _Range) -> bool:
    """Whether a range overlaps or adjoins one of the others, which are sorted and disjoint."""
    path, start, end = span
    after = bisect_left(taken, span)
    nearby = taken[max(after - 1, 0) : after + 1]
    return any(file == path and start <= stop and first <= end for file, first, stop in nearby)


def _rewrites(
    before: Sequence[Loaded],
    after: Sequence[Loaded],
    rounds: Mapping[str, Sequence[Iterable[Edit]]],
) -> Iterator[Rewrite]:
    """The files that changed, each once, sorted by path."""
    found: dict[str, Rewrite] = {}
    for old, new in zip(before, after, strict=True):
        for source, then in zip(old.job.sources, new.job.sources, strict=True):
            if source.text != then.text and source.path not in found:
                edits = joined(source, rounds[source.path])
                found[source.path] = Rewrite(source, then.text, edits)
    yield from (found[path] for path in sorted(found))
