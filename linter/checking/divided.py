"""Judges the stacks of a run in several processes, with the same result as in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

from linter.checking.checker import Checker
from linter.checking.part import Part
from linter.files import shares, workers
from linter.files.request import Job
from linter.model.diagnostic import Unjudged
from linter.model.progress import Progress, nobody
from linter.model.spread import Lost, Tick
from linter.model.stack import Stack
from linter.routing.links import Links, connected, links_of


class _Share(NamedTuple):
    """
    What was found in some of the stacks, which are known by their numbers.

    `links` has those that could be read, `unread` says why others could not be.
    """

    part: Part
    links: dict[int, Links]
    unread: list[Unjudged]


Read = Callable[[Job], tuple[Stack | None, Sequence[Unjudged]]]
"""Reads a stack; if it cannot be read, the reasons."""


class Stacks(NamedTuple):
    """
    The stacks of a run.

    `judged` says of each whether it is judged, or only compared with the others.
    """

    jobs: Sequence[Job]
    judged: Sequence[bool]
    read: Read


class Divided(NamedTuple):
    """The numbers of the stacks that could be read, and why others could not be."""

    read: Sequence[int]
    unread: Sequence[Unjudged]


def judge(checker: Checker, stacks: Stacks, processes: int, progress: Progress = nobody) -> Divided:
    """
    Let a checker know what is found in stacks.

    Each process first judges neighbors in the list. Stacks that may matter to those of another
    process are then judged again, together with these.
    """
    done, total = count(1), len(stacks.jobs)
    shares = list(_Judging(checker, stacks, processes).shares(lambda: progress(next(done), total)))
    progress(total, total)
    for share in shares:
        checker.add(share.part)
    read = sorted(number for share in shares for number in share.links)
    return Divided(read, [each for share in shares for each in share.unread])


class _Judging(NamedTuple):
    """What is judged, by copies of which checker, and in how many processes."""

    checker: Checker
    stacks: Stacks
    processes: int

    def shares(self, tick: Tick) -> Iterator[_Share]:
        """What is found in all stacks."""
        jobs = self.stacks.jobs
        groups = list(shares.components(jobs))
        sizes = [shares.size([jobs[number] for number in group]) for group in groups]
        chosen = shares.neighboring(sizes, self.processes)
        first = self._run(groups, chosen, tick)
        links = {number: each for share in first for number, each in share.links.items()}
        owners = {group: owner for owner, share in enumerate(chosen) for group in share}
        linked = connected([[links[each] for each in group if each in links] for group in groups])
        units = [each for each in linked if len({owners[group] for group in each}) > 1]
        again = {number for unit in units for group in unit for number in groups[group]}
        yield from (self._without(again, share) for share in first)
        if units:
            sizes = [sum(sizes[group] for group in unit) for unit in units]
            together = [[number for group in unit for number in groups[group]] for unit in units]
            yield from self._run(together, shares.even(sizes, self.processes), tick)

    def _run(
        self, groups: Sequence[Sequence[int]], chosen: Sequence[Sequence[int]], tick: Tick
    ) -> list[_Share]:
        """What is found in groups of stacks, some of which are chosen for each process."""
        numbers = [sorted(each for group in share for each in groups[group]) for share in chosen]
        # Made here, because whatever it imports would be imported in each of the processes.
        tasks = [partial(self._judged, self.checker.another(), each) for each in numbers]
        shared: list[object] = [source for job in self.stacks.jobs for source in job.sources]
        settings = {id(job.settings): job.settings for job in self.stacks.jobs}.values()
        shared += (*settings, *(each.proxy for each in settings if each.proxy))
        results = workers.run(tasks, shared, self.processes, tick)
        pairs = zip(numbers, results, strict=True)
        return [self._lost(*each) if isinstance(each[1], Lost) else each[1] for each in pairs]

    def _judged(self, checker: Checker, numbers: Sequence[int], tick: Tick) -> _Share:
        """What is found in stacks; this runs in a process of its own."""
        stacks = self.stacks
        links: dict[int, Links] = {}
        unread: list[Unjudged] = []
        for number in numbers:
            stack, why = stacks.read(stacks.jobs[number])
            unread += why
            if stack is not None:
                add = checker.judge if stacks.judged[number] else checker.compare
                add(stack, stacks.jobs[number].settings)
                links[number] = links_of(stack)
            tick()
        return _Share(checker.part(), links, unread)

    def _without(self, numbers: set[int], share: _Share) -> _Share:
        """A share without some of the stacks, with which no other one has a file in common."""
        paths = {source.path for each in numbers for source in self.stacks.jobs[each].sources}
        return _Share(
            share.part.without(paths),
            {number: each for number, each in share.links.items() if number not in numbers},
            [each for each in share.unread if each.path not in paths],
        )

    def _lost(self, numbers: Sequence[int], lost: Lost) -> _Share:
        sources = (source for number in numbers for source in self.stacks.jobs[number].sources)
        return _Share(Part(), {}, lost.about(each.path for each in sources))
