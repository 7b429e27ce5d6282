"""Turns label changes into new texts for the files of stacks, and proves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from linter.editing import proof
from linter.editing.edits import Overlap, apply
from linter.editing.loaded import Loaded, reread
from linter.editing.place import Placement, by_hand, place
from linter.editing.placer import Placed
from linter.editing.repairs import Unproved
from linter.editing.rewriting import Rewrite, rewritten
from linter.editing.witness import Witness
from linter.files.request import Job
from linter.files.shares import components, size
from linter.model.change import Change, NotDone
from linter.model.diagnostic import Edit, Unjudged
from linter.model.fault import described, fault
from linter.model.progress import Progress, nobody
from linter.model.spread import Here, Lost, Spread, one_by_one
from linter.model.stack import Service, Stack
from linter.syntax.composer import NotYaml
from linter.syntax.source import Span


class Revised(NamedTuple):
    """A stack before and after, the changes that are made, and those that are refused."""

    job: Job
    before: Stack
    after: Stack
    made: tuple[Change, ...] = ()
    refused: tuple[NotDone, ...] = ()


class Tools(NamedTuple):
    """
    The functions that place changes in the files of a stack, and apply edits to a text.

    A `witness` confirms each change in addition to the proof.
    """

    place: Callable[[Stack, Iterable[Change]], Placement] = place
    apply: Callable[[str, Iterable[Edit]], str] = apply
    witness: Witness | None = None


TOOLS = Tools()


class Revision(NamedTuple):
    """The result for all stacks, the files that change, and what failed unexpectedly."""

    stacks: tuple[Revised, ...]
    rewrites: tuple[Rewrite, ...]
    faults: tuple[Unjudged, ...] = ()

    @property
    def after(self) -> tuple[Loaded, ...]:
        """The stacks after the changes."""
        return tuple(Loaded(each.job, each.after) for each in self.stacks)


def revise(
    stacks: Sequence[Loaded],
    wanted: Sequence[Iterable[Change]],
    progress: Progress = nobody,
    tools: Tools = TOOLS,
    spread: Spread = one_by_one,
) -> Revision:
    """
    Change the files of stacks; `wanted` has the changes for each stack, in the same order.

    Stacks that share a file are changed together. A change that cannot be made exactly, or cannot
    be proved, is refused. `progress` is called with the number of finished groups of such stacks,
    and of all.
    """
    groups = list(components([each.job for each in stacks]))
    changes = [tuple(each) for each in wanted]

    def work(number: int) -> _Proved:
        numbers = groups[number]
        group = [stacks[each] for each in numbers]
        try:
            return _revise(group, [changes[each] for each in numbers], tools)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            faults = [fault(each.stack.path, error) for each in group]
            return given_up(number, f"interlock-lint failed: {described(error)}", faults)

    def given_up(number: int, reason: str, faults: Sequence[Unjudged]) -> _Proved:
        group = [stacks[each] for each in groups[number]]
        refused = [changes[each] for each in groups[number]]
        return _unchanged(group, refused, [()] * len(group), reason)._replace(faults=faults)

    def lost(number: int, why: Lost) -> _Proved:
        paths = (stacks[each].stack.path for each in groups[number])
        faults = [Unjudged(path, why.reason, help=why.remedy) for path in paths]
        return given_up(number, why.reason, faults)

    done = count(1)
    sizes = [
        size([stacks[each].job for each in group]) if any(changes[each] for each in group) else 0
        for group in groups
    ]
    progress(0, len(groups))
    results = [
        lost(number, each) if isinstance(each, Lost) else each
        for number, each in enumerate(
            spread(work, sizes, lambda: progress(next(done), len(groups)))
        )
    ]
    revised: dict[int, Revised] = {}
    for numbers, result in zip(groups, results, strict=True):
        found = result.of([stacks[each] for each in numbers])
        revised.update(zip(numbers, found, strict=True))
    rewrites = (each for result in results for each in result.rewrites)
    return Revision(
        tuple(revised[number] for number in range(len(stacks))),
        tuple(sorted(rewrites, key=lambda each: each.source.path)),
        tuple(each for result in results for each in result.faults),
    )


class _Proved(NamedTuple):
    """
    What is made and refused of the changes of each stack in a group, and the files that change.

    `after` are the stacks with these changes, if they were read here.
    """

    made: Sequence[tuple[Change, ...]]
    refused: Sequence[tuple[NotDone, ...]]
    rewrites: Sequence[Rewrite]
    after: Here
    faults: Sequence[Unjudged] = ()

    def of(self, group: Sequence[Loaded]) -> Iterator[Revised]:
        """The stacks of the group before and after."""
        after = self.after.value
        if after is None:
            texts = {each.source.path: each.text for each in self.rewrites}
            after = [reread(each, texts) for each in group]
        for old, new, made, refused in zip(group, after, self.made, self.refused, strict=True):
            yield Revised(new.job, old.stack, new.stack, made, refused)


def _revise(group: Sequence[Loaded], wanted: Sequence[tuple[Change, ...]], tools: Tools) -> _Proved:
    placements = [
        _placed(each, changes, tools) for each, changes in zip(group, wanted, strict=True)
    ]
    refused = [placement.refused for placement in placements]
    made = [
        tuple(change for each in placement.placed for change in each.changes)
        for placement in placements
    ]
    failure: Exception | None = None
    for edits in _attempts(group, placements):
        try:
            rewrites = rewritten(edits, tools.apply)
            texts = {each.source.path: each.text for each in rewrites}
            after = [reread(each, texts) for each in group]
            for old, new, changes in zip(group, after, made, strict=True):
                if new is not old:
                    _prove(old, new, changes, tools)  # also that one without changes stays the same
            break
        except (Unproved, Overlap, NotYaml) as error:
            failure = failure or error
    else:
        several = any(each.stack.alternative.of > 1 for each in group)
        where = " in all branches of the template" if several else ""
        reason = f"the change cannot be proved{where}: {failure}"
        return _unchanged(group, made, refused, reason)
    return _Proved(made, refused, rewrites, Here(after))


def _attempts(group: Sequence[Loaded], placements: Sequence[Placement]) -> Iterator[list[Edit]]:
    """
    The edits to try: all of them, or, of the stacks that a template can become, for each service
    those with the fewest conditions.

    A place outside of a branch, found in one of these stacks, is the right one for the others too.
    """
    everything = [each for placement in placements for each in placement.placed]
    if all(each.stack.alternative.of == 1 for each in group):
        yield [edit for each in everything for edit in each.edits]
        return
    best: dict[tuple[str, str], tuple[int, list[Placed]]] = {}
    for each in everything:
        place, depth = (each.source.path, each.changes[0].service), _depth(each)
        least, some = best.get(place, (depth, []))
        if depth <= least:
            best[place] = depth, [*(some if depth == least else ()), each]
    yield [edit for _, some in best.values() for each in some for edit in each.edits]
    yield [edit for each in everything for edit in each.edits]


def _depth(placed: Placed) -> int:
    """The number of branches of a template that a change is in."""
    spans = (each.span for each in placed.edits)
    return max((len(each.source.masked.around(each.start)) for each in spans), default=0)


def _placed(loaded: Loaded, changes: tuple[Change, ...], tools: Tools) -> Placement:
    """Where the changes of a stack go; all of them are refused if it is apart from siblings."""
    if loaded.apart is not None and any(document.literal for document in loaded.stack.documents):
        return by_hand(loaded.stack, changes, loaded.apart.reason)
    found = _exact(tools.place(loaded.stack, changes), loaded.stack)
    if loaded.apart is None:
        return found
    changing = tuple(change for each in found.placed for change in each.changes)
    return Placement((), (*found.refused, *_refused(loaded, changing, *loaded.apart)))


def _exact(found: Placement, stack: Stack) -> Placement:
    """A placement without changes to a template itself, and without labels that it may set too."""
    if not any(source.view for source in stack.sources):
        return found
    services = {str(service.name): service for service in stack.services}
    placed: list[Placed] = []
    refused = list(found.refused)
    for each in found.placed:
        reason, span = _why_not(each, services[each.changes[0].service])
        if span is None:
            placed.append(each)
        else:
            service = each.changes[0].service
            refused.append(NotDone(service, reason, span, _BY_HAND, changes=each.changes))
    return Placement(tuple(placed), tuple(refused))


_BY_HAND = "change the template by hand"


def _why_not(placed: Placed, service: Service) -> tuple[str, Span | None]:
    """Why changes to a template are not made, and the place that is the reason."""
    for edit in placed.edits:
        if not edit.span.source.is_yaml(edit.span.start, edit.span.end):
            return "the text to change is partly an expression or a tag of the template", edit.span
    keys = {str(label.key) for label in service.labels}
    if all(each.value is None or each.key in keys for each in placed.changes):
        return "", None
    unseen = next((block.key for block in service.blocks if block.is_open), None)
    if unseen is None and service.is_open and not service.blocks:
        unseen = service.name.span
    return "an expression of the template may set this label too", unseen


def _prove(old: Loaded, new: Loaded, changes: tuple[Change, ...], tools: Tools) -> None:
    try:
        proof.prove_changes(old.stack, new.stack, changes, old.job.environment)
    except Unproved as error:
        if changes:
            raise
        files = ", ".join(source.path for source in old.job.sources)
        reason = f"the stack of {files} uses this file too and must not change: {error}"
        raise Unproved(reason) from None
    if tools.place(new.stack, changes).edits:
        raise Unproved("making the change again would change more")
    if tools.witness:
        tools.witness(old.stack, new.stack, old.job.environment)


def _unchanged(
    group: Sequence[Loaded],
    changes: Sequence[tuple[Change, ...]],
    already: Sequence[tuple[NotDone, ...]],
    reason: str,
) -> _Proved:
    """Stacks of which no change is made, for a reason; some are `already` refused for others."""
    refused = [
        (*before, *_refused(each, wanted, reason))
        for each, wanted, before in zip(group, changes, already, strict=True)
    ]
    return _Proved([()] * len(group), refused, [], Here(group))


def _refused(
    loaded: Loaded, changes: tuple[Change, ...], reason: str, help_text: str = ""
) -> Iterator[NotDone]:
    by_service: dict[str, list[Change]] = {}
    for change in changes:
        by_service.setdefault(change.service, []).append(change)
    spans = {str(service.name): service.name.span for service in loaded.stack.services}
    for name, found in by_service.items():
        yield NotDone(name, reason, spans[name], help_text, changes=tuple(found))
