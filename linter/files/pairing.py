"""Finds the stacks of one side of a plan on the other side."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from linter.files.request import Job
from linter.files.settings import UsageError
from linter.files.side import OF, Key, LoadedSide, Stacks
from linter.model.swarm import FOLDER
from linter.routing.stack_changes import Side


class Pair(NamedTuple):
    """A stack on both sides; None where it is not there."""

    title: str
    old: Side | None
    new: Side | None


def pairs(old: LoadedSide, new: LoadedSide) -> Iterator[Pair]:
    """The stacks of both sides; two files are the same stack, whatever they are called."""
    if not (old.is_readable and new.is_readable):
        return
    then = dict(matches(old, new))
    failed = old.failed | new.failed
    for key, (job, side) in new.stacks.items():
        if failed.isdisjoint((*key, *then.get(key, ()))):
            earlier, before = old.stacks[then[key]] if key in then else (job, None)
            title = _title((job, key), (earlier, then.get(key, key)))
            yield Pair(title, before, side)
            others = old.others.get(then[key], {}) if key in then else {}
            yield from _branches(Pair(title, before, side), others, new.others.get(key, {}))
    if old.is_recorded != new.is_recorded:
        return  # nothing happens to what only runs
    gone = old.stacks.keys() - then.values()
    for key, (job, side) in old.stacks.items():
        if key in gone and failed.isdisjoint(key):
            first = Pair(_title((job, key), (job, key)), side, None)
            yield first
            yield from _branches(first, old.others.get(key, {}), {})


def _branches(first: Pair, old: Stacks, new: Stacks) -> Iterator[Pair]:
    """
    What else the same files can become, on both sides: the services that change only there.

    Each service is shown once, as it is in the first of these stacks in which it changes.
    """
    shown = _changing(first) if old or new else set()
    for number in sorted({*old, *new}):
        before, after = (
            each[number][1] if number in each else one
            for each, one in ((old, first.old), (new, first.new))
        )
        pair = Pair(first.title, before, after)
        fresh = _changing(pair) - shown
        shown |= fresh
        if fresh:
            yield Pair(first.title, _only(before, fresh), _only(after, fresh))


def _changing(pair: Pair) -> set[str]:
    """The services that are not deployed the same on both sides."""
    before, after = (
        {each.name: each for each in side.deployed.services} if side else {}
        for side in (pair.old, pair.new)
    )
    return {name for name in {**before, **after} if before.get(name) != after.get(name)}


def _only(side: Side | None, names: Container[str]) -> Side | None:
    """A side with some of its services."""
    if side is None:
        return None
    stack, deployed = side
    services = tuple(each for each in stack.services if str(each.name) in names)
    found = tuple(each for each in deployed.services if each.name in names)
    return Side(stack._replace(services=services), deployed._replace(services=found, objects={}))


def matches(old: LoadedSide, new: LoadedSide) -> Iterator[tuple[Key, Key]]:
    """The stacks that are on both sides, by their keys in NEW and in OLD."""
    if old.is_recorded or new.is_recorded:
        yield from _by_name(old, new)
        return
    folders = old.named.is_folder and new.named.is_folder
    if len(old.stacks) == len(new.stacks) == 1 and not (folders or old.failed or new.failed):
        yield next(iter(new.stacks)), next(iter(old.stacks))
        return
    # A stack may have had fewer files, of which the first one is the base of the others.
    first = {key[0]: key for key in reversed(old.stacks) if key not in new.stacks}
    for key in new.stacks:
        if key in old.stacks:
            yield key, key
        elif key[0] in first:
            yield key, first.pop(key[0])


def _by_name(old: LoadedSide, new: LoadedSide) -> Iterator[tuple[Key, Key]]:
    """
    The stacks with the same name. Raises UsageError for files of which the name is not known.

    In a swarm, stacks have no files.
    """
    keys = {_name(job, key, old): key for key, (job, _) in old.stacks.items()}
    for key, (job, _) in new.stacks.items():
        if (name := _name(job, key, new)) in keys:
            yield key, keys[name]


def _name(job: Job, key: Key, side: LoadedSide) -> str:
    """The name of a stack, or of a service that belongs to none."""
    if job.name is None and not side.is_recorded:
        files = ", ".join(key)
        raise UsageError(f"{files}: name its stack with --stack-name, or under `stacks:`")
    return job.name or f"/{key[-1].rpartition(OF)[2].removeprefix(FOLDER)}"


def _title(now: tuple[Job, Key], then: tuple[Job, Key]) -> str:
    """What to call a stack: its name if it is known, or else its files."""
    (job, key), (earlier, before) = now, then
    if not job.sources[0].is_written:  # it runs
        return job.name or key[0].removeprefix(FOLDER)
    files = ", ".join(each.partition(OF)[0] for each in key)
    if len(key) == len(before) and key != before and earlier.sources[0].is_written:
        files = f"{', '.join(each.partition(OF)[0] for each in before)} -> {files}"
    name = job.name or key[0].partition(OF)[2]
    return f"{name} ({files})" if name else files
