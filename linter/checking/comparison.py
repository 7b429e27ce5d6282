"""Compares two sides: what changes in their stacks, on their routes and in what the rules find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.checking.checker import Checker
from linter.files.pairing import Pair, pairs
from linter.files.side import LoadedSide
from linter.files.sides import Sides
from linter.model.deployed import variables
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.fault import fault
from linter.model.progress import Progress, counted, nobody
from linter.routing.restarts import restarts
from linter.routing.route_changes import RouteChange, route_changes
from linter.routing.routes import Backend, Fleet, Mode
from linter.routing.service_changes import ServiceChange
from linter.routing.stack_changes import ObjectChange, Side, StackChange, Total, stack_change, total


class Comparison(NamedTuple):
    """
    What deploying one side over the other changes; reporters get nothing else.

    `old` and `new` name the sides. `stacks` contains the stacks that change. `found` are the
    findings of `check` that are new, and `gone` those that are no longer there. `unread` is the
    number of files whose content was not compared, `untold` are the configs and secrets of which
    the engine does not tell it; the values of `variables` are not known. If a side `is_running`,
    changes made to running services are known, and findings are not compared.
    """

    old: str = ""
    new: str = ""
    stacks: tuple[StackChange, ...] = ()
    routes: tuple[RouteChange, ...] = ()
    restarts: tuple[str, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    gone: tuple[Diagnostic, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    unread: int = 0
    variables: tuple[str, ...] = ()
    is_running: bool = False
    untold: tuple[ObjectChange, ...] = ()

    @property
    def services(self) -> Iterator[ServiceChange]:
        """The services that change, of all stacks."""
        return (each for stack in self.stacks for each in stack.services)

    @property
    def is_refused(self) -> bool:
        """Whether the engine refuses something, which stops the deployment."""
        return any(each.refusal for each in self.services) or any(
            each.is_refused and each.certain for stack in self.stacks for each in stack.objects
        )

    def total(self, mode: Mode | None = None) -> Total:
        """How often the proxy is reconfigured, as it is or if all services were in a mode."""
        return total(self.services, mode)


def planned(
    sides: Sides,
    sources: Sequence[str],
    checkers: tuple[Checker, Checker],
    progress: Progress = nobody,
) -> Comparison:
    """
    What deploying what a command line names does, with all that could not be judged.

    The others are as for `compare`. Raises UsageError.
    """
    old, new = sides.both(sources)
    found = compare(old, new, checkers, progress)
    unjudged = [*sides.unjudged, *sides.unknown_files(), *found.unjudged]
    return found._replace(unjudged=tuple(in_order(unjudged)))


def compare(
    old: LoadedSide, new: LoadedSide, checkers: tuple[Checker, Checker], progress: Progress = nobody
) -> Comparison:
    """
    What deploying one side over the other changes.

    `checkers` judge the stacks of the sides; `progress` counts those of each side.
    """
    compared = list(pairs(old, new))
    found = effect(compared)._replace(
        old=old.named.title,
        new=new.named.title,
        is_running=old.is_recorded or new.is_recorded,
    )
    if found.is_running:
        return found  # rules see other things in a file than in what runs
    before, faults = _findings(
        old, [(each.title, each.old) for each in compared], checkers[0], progress
    )
    after, more = _findings(
        new, [(each.title, each.new) for each in compared], checkers[1], progress
    )
    return found._replace(
        found=tuple(_only(after, before)),
        gone=tuple(_only(before, after)),
        unjudged=(*found.unjudged, *faults, *more),
    )


def effect(compared: Sequence[Pair]) -> Comparison:
    """What deploying the new sides of stacks over the old ones does, whatever rules find."""
    unjudged: list[Unjudged] = []
    changes = list(_changes(compared, unjudged))
    sides_before = [each.old for each in compared if each.old]
    sides_after = [each.new for each in compared if each.new]
    return Comparison(
        stacks=tuple(filter(None, changes)),
        routes=_routes(compared),
        restarts=restarts(sides_before, sides_after),
        unjudged=tuple(unjudged),
        unread=sum(each.unread for each in changes),
        untold=tuple(name for each in changes for name in each.untold),
        variables=_unknown([*sides_before, *sides_after]),
    )


def _changes(compared: Iterable[Pair], unjudged: list[Unjudged]) -> Iterator[StackChange]:
    for title, old, new in compared:
        try:
            yield stack_change(title, old, new)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            unjudged.append(fault(title, error))


def _routes(compared: Iterable[Pair]) -> tuple[RouteChange, ...]:
    """The routes of all stacks together that differ."""
    fleets, titles = (Fleet(), Fleet()), dict[int, str]()
    for title, *sides in compared:
        for fleet, side in zip(fleets, sides, strict=True):
            if side is not None:
                fleet.add(side.stack)
                titles |= dict.fromkeys(map(id, side.stack.services), title)

    def title_of(backend: Backend) -> str:
        return titles[id(backend.service)]

    return route_changes(fleets[0].routes, fleets[1].routes, title_of)


def _unknown(sides: Iterable[Side]) -> tuple[str, ...]:
    """The variables whose values are not known."""
    found = {name for side in sides for name in variables(side.deployed)}
    return tuple(sorted(found))


_Finding = tuple[tuple[object, ...], Diagnostic]


def _findings(
    loaded: LoadedSide,
    compared: Iterable[tuple[str, Side | None]],
    checker: Checker,
    progress: Progress,
) -> tuple[list[_Finding], list[Unjudged]]:
    """
    What `check` finds on a side, and what it could not judge.

    Each finding comes with what it has in common with the same one on the other side, where its
    file may have another name.
    """
    titles = {id(side): title for title, side in compared}
    places: dict[str, tuple[str, int]] = {}
    for job, side in counted(loaded.stacks.values(), progress):
        if id(side) in titles:
            checker.judge(side.stack, job.settings)
            for number, source in enumerate(side.stack.sources):
                places.setdefault(source.path, (titles[id(side)], number))
    result = checker.finish()
    found: list[_Finding] = [
        ((each.rule, places.get(each.path), each.services, each.label), each)
        for each in result.diagnostics
    ]
    return found, result.unjudged


def _only(some: Iterable[_Finding], others: Iterable[_Finding]) -> Iterator[Diagnostic]:
    """The findings that the others do not have."""
    left = Counter(key for key, _ in others)
    for key, each in some:
        left[key] -= 1
        if left[key] < 0:
            yield each
