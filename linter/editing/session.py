"""
Changes stacks: judges, changes and judges them again, and drops changes that must not be made.

A dropped change can affect the remaining ones, so this repeats until nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linter.editing.appearing import Judge, appearing, compared
from linter.editing.loaded import Loaded
from linter.editing.place import in_words
from linter.editing.revise import TOOLS, Revision, revise
from linter.editing.rewriting import Rewrite
from linter.editing.witness import Witness
from linter.model.census import in_alternatives
from linter.model.change import Change, LabelChange, NotDone
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.progress import Progress, nobody
from linter.model.report import Report
from linter.model.spread import Spread, one_by_one
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX
from linter.routing import migration
from linter.routing.migration import Shift, Terms
from linter.routing.routes import Mode, backend_mode

_MOST_ROUNDS = 10
"""Changes that are refused one after the other, before all others that may follow are too."""


class Outcome(NamedTuple):
    """
    The result of a session; nothing is written yet.

    `fixed` are findings that are gone, `appearing` those that are new. `unsafe` is the number of
    findings whose fixes were not applied because they change routing. `faults` are failures of this
    program itself.
    """

    changes: tuple[LabelChange, ...] = ()
    not_done: tuple[NotDone, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    appearing: tuple[Diagnostic, ...] = ()
    fixed: tuple[Diagnostic, ...] = ()
    shifts: tuple[Shift, ...] = ()
    unsafe: int = 0
    faults: tuple[Unjudged, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether a requested change is not made."""
        return any(each.blocked for each in self.not_done)


class Session:
    """
    The stacks that a command changes, and how they are judged.

    The stacks in `neighbors` share some of their files, and are proved to stay the same. `progress`
    is called with how much is proved, and how much there is to prove. A `witness` confirms each
    change as well. `spread` is how the work on many stacks is spread.
    """

    def __init__(
        self,
        stacks: Sequence[Loaded],
        neighbors: Sequence[Loaded],
        judge: Judge,
        progress: Progress = nobody,
        witness: Witness | None = None,
        spread: Spread = one_by_one,
    ) -> None:
        self.stacks = stacks
        self.neighbors = neighbors
        self.judge = judge
        self.progress = progress
        self.witness = witness
        self.spread = spread

    def set_labels(
        self, chosen: set[int], wanted: Mapping[str, str | None], *, force: bool
    ) -> Outcome:
        """Set and remove the same labels on the services whose identities are chosen."""
        return self.change(dict.fromkeys(chosen, wanted), force=force)

    def change(self, wanted: Mapping[int, Mapping[str, str | None]], *, force: bool) -> Outcome:
        """
        Set and remove labels of services, by identity.

        A service is not changed if its labels would get findings that make `check` fail, unless
        `force` is set.
        """
        chosen = set(wanted)
        before = self.judge(self.stacks)
        faults = [*before.unjudged]
        dropped: list[NotDone] = []
        rounds = 0
        while True:
            rounds += 1
            revision = self._revised(
                [
                    Change(str(service.name), key, value)
                    for service in loaded.stack.services
                    if id(service) in chosen
                    for key, value in wanted[id(service)].items()
                ]
                for loaded in self.stacks
            )
            after = self.judge(revision.after)
            faults += (*revision.faults, *after.unjudged)
            changes = tuple(label_changes(self.stacks, revision.after))
            found = appearing(before, after)
            worse = [*found, *_persisting(after, changes, found)]
            faulty = {} if force else self._faulty(worse, chosen)
            if not faulty:
                break
            if rounds >= _MOST_ROUNDS:
                faulty = self._rest(revision) | faulty
            dropped += (each for several in faulty.values() for each in several)
            chosen = chosen - faulty.keys()
        return Outcome(
            changes=changes,
            not_done=once(
                (*dropped, *(each for revised in revision.stacks for each in revised.refused))
            ),
            rewrites=revision.rewrites,
            appearing=tuple(found),
            faults=tuple(in_order(faults)),
        )

    def migrate(self, chosen: set[int], terms: Terms) -> Outcome:
        """Switch the services whose identities are chosen to a different mode, on these terms."""
        stacks = [
            each.stack._replace(services=()) if each.is_part else each.stack for each in self.stacks
        ]
        stuck = self._apart(chosen, terms.to)
        refused = [each for several in stuck.values() for each in several]
        chosen = chosen - stuck.keys()
        faults: list[Unjudged] = []
        rounds = 0
        while True:
            rounds += 1
            plan = migration.plan(stacks, chosen, terms)
            revision = self._revised(plan.changes)
            faults += revision.faults
            stuck = _stuck(revision)
            if not stuck:
                break
            if rounds >= _MOST_ROUNDS:
                stuck = self._rest(revision) | stuck
            # A service that cannot be switched affects the shares of those with the same hosts.
            refused += (each for several in stuck.values() for each in several)
            chosen = chosen - stuck.keys() - _same(stuck, self.stacks)
        before, after = compared(self.judge, self.stacks, revision.after)
        return Outcome(
            changes=tuple(label_changes(self.stacks, revision.after)),
            not_done=once((*refused, *plan.not_done)),
            rewrites=revision.rewrites,
            appearing=tuple(appearing(before, after)),
            shifts=plan.shifts,
            faults=tuple(in_order([*faults, *before.unjudged, *after.unjudged])),
        )

    def fix(self, *, unsafe: bool) -> Outcome:
        """Apply the fixes of findings; those that change routing only if `unsafe` is given."""
        from linter.editing.fixing import apply_fixes  # only `fix` needs it

        before = self.judge(self.stacks)
        fixed = apply_fixes(
            self.stacks,
            self.judge,
            before,
            unsafe=unsafe,
            neighbors=self.neighbors,
            witness=self.witness,
            progress=self.progress,
            spread=self.spread,
        )
        left = (each.finding.fix for each in fixed.report.diagnostics)
        return Outcome(
            changes=tuple(label_changes([*self.stacks, *self.neighbors], fixed.stacks)),
            not_done=fixed.not_done,
            rewrites=fixed.rewrites,
            appearing=tuple(appearing(before, fixed.report)),
            fixed=fixed.fixed,
            unsafe=0 if unsafe else sum(fix is not None and not fix.safe for fix in left),
            faults=tuple(in_order([*before.unjudged, *fixed.faults, *fixed.report.unjudged])),
        )

    def _revised(self, wanted: Iterable[Iterable[Change]]) -> Revision:
        everything = [*self.stacks, *self.neighbors]
        nothing: list[Iterable[Change]] = [()] * len(self.neighbors)
        tools = TOOLS._replace(witness=self.witness)
        revision = revise(everything, [*wanted, *nothing], self.progress, tools, self.spread)
        return revision._replace(stacks=revision.stacks[: len(self.stacks)])

    def _apart(self, chosen: set[int], to: Mode) -> dict[int, list[NotDone]]:
        """The services, by identity, that cannot be judged without the siblings of their stack."""
        key = f"{PREFIX}backend_mode"
        return {
            id(service): [
                NotDone(
                    name := str(service.name),
                    each.apart.reason,
                    service.name.span,
                    each.apart.help or in_words(each.stack)(name, key, to),
                )
            ]
            for each in self.stacks
            if each.apart
            for service in each.stack.services
            if id(service) in chosen and service.intends() and backend_mode(service) is not to
        }

    def _rest(self, revision: Revision) -> dict[int, list[NotDone]]:
        """All services that change, by identity, refused because each of them affects the next."""
        reason = "too many changes depend on others that are refused"
        help_text = "change fewer services at once"
        changing = [{each.service for each in revised.made} for revised in revision.stacks]
        return {
            id(service): [NotDone(str(service.name), reason, service.name.span, help_text)]
            for loaded, names in zip(self.stacks, changing, strict=True)
            for service in loaded.stack.services
            if str(service.name) in names
        }

    def _faulty(self, found: Iterable[Diagnostic], chosen: set[int]) -> dict[int, list[NotDone]]:
        """The services, by identity, whose findings make `check` fail, with these findings."""
        namesakes = _Namesakes(self.stacks, chosen)
        faulty: dict[int, list[NotDone]] = {}
        for each in found:
            help_text = f"{each.finding.help}; --force applies the change anyway"
            reason = f"{each.severity}[{each.rule}] {each.finding.message}"
            for service in namesakes.of(each):
                not_done = NotDone(str(service.name), reason, service.name.span, help_text)
                faulty.setdefault(id(service), []).append(not_done)
        return faulty


class _Namesakes:
    """The chosen services by name: findings name services, and not the stacks they are in."""

    def __init__(self, stacks: Sequence[Loaded], chosen: set[int]) -> None:
        self._everywhere: dict[str, list[_Place]] = {}
        self._by_path: dict[tuple[str, str], list[_Place]] = {}
        for number, loaded in enumerate(stacks):
            paths = {source.path for source in loaded.job.sources}
            for index, service in enumerate(loaded.stack.services):
                if id(service) not in chosen:
                    continue
                place = _Place(number, index, service, loaded.job.settings.fail_on.rank)
                self._everywhere.setdefault(str(service.name), []).append(place)
                for path in paths:
                    self._by_path.setdefault((path, str(service.name)), []).append(place)

    def of(self, each: Diagnostic) -> list[Service]:
        """
        The services that a finding is about, if it makes `check` fail, in the order of the files.

        Services of other stacks may have the same name; they are meant only if none is nearer.
        """
        paths = {span.source.path for span in each.finding.spans()}
        near = (self._by_path.get((path, name), ()) for path in paths for name in each.services)
        far = (self._everywhere.get(name, ()) for name in each.services)
        for groups in (near, far):
            found = {
                place[:2]: place.service
                for group in groups
                for place in group
                if each.severity.rank >= place.least
            }
            if found:
                return [found[key] for key in sorted(found)]
        return []


class _Place(NamedTuple):
    """A service, the numbers of its stack and of itself there, and the least rank that fails."""

    stack: int
    number: int
    service: Service
    least: int


def once(not_done: Iterable[NotDone]) -> tuple[NotDone, ...]:
    """What is not done, once for all the stacks that a template can become."""
    found = {(each.service, each.reason, each.span.sort_key): each for each in not_done}
    return tuple(found.values())


def _same(stuck: Iterable[int], stacks: Iterable[Loaded]) -> set[int]:
    """The same services in other alternatives of their templates."""
    same = in_alternatives(each.stack for each in stacks)
    return {other for each in stuck for other in same.get(each, ())}


def label_changes(before: Iterable[Loaded], after: Iterable[Loaded]) -> Iterator[LabelChange]:
    """The labels that differ, each once, in the order of services and labels."""
    seen: set[tuple[object, ...]] = set()
    for old, new in zip(before, after, strict=True):
        for service, then in zip(old.stack.services, new.stack.services, strict=True):
            labels = {str(label.key): label for label in service.labels}
            changed = {str(label.key): label for label in then.labels}
            for key in dict.fromkeys((*labels, *changed)):
                one, other = labels.get(key), changed.get(key)
                if one and other and one.value.parts == other.value.parts:
                    continue
                if new.stack.alternative.of > 1:
                    values = (each and each.value.parts for each in (one, other))
                    change = (service.name.span.sort_key, key, *values)
                    if change in seen:
                        continue
                    seen.add(change)
                yield LabelChange(then, new.stack, key, one, other)


def _persisting(
    after: Report, changes: Iterable[LabelChange], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Findings about labels with a new value that the old value had too."""
    new = {(str(each.service.name), each.key) for each in changes if each.after}
    known = set(map(id, found))
    for each in after.diagnostics:
        about = ((service, each.label) for service in each.services)
        if id(each) not in known and not new.isdisjoint(about):
            yield each


def _stuck(revision: Revision) -> dict[int, list[NotDone]]:
    """The services, by identity, for which something is not done."""
    found: dict[int, list[NotDone]] = {}
    for revised in revision.stacks:
        identities = {str(service.name): id(service) for service in revised.before.services}
        for each in revised.refused:
            found.setdefault(identities[each.service], []).append(each)
    return found
