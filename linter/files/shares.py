"""Divides the stacks of a run among processes, and decides how many of them pay."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from linter.files.request import Job
from linter.files.settings import UsageError
from linter.record import Record

AUTO = 0
"""As many processes as pay."""

MOST = 64
"""Processes at a time, whatever is asked for."""


TO_JUDGE = 200_000
"""Characters to read and judge for which a process pays: about 75 files."""

TO_PROVE = 40_000
"""Characters for which a process pays if changes are proved: about 15 files."""


def number(wanted: int, size: int, least: int) -> int:
    """
    How many processes to use.

    `size` is how much there is to do, `least` for how much of that a process pays. One means that
    this process does it all: a copy of it is not possible everywhere, and not safe with threads.
    """
    if not hasattr(os, "fork") or _has_threads() or os.environ.get("INTERLOCK_LINT_TRACEBACK"):
        return 1
    if wanted != AUTO:
        return min(wanted, MOST)
    return max(1, min(_processors(), size // least, MOST))


def _processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _has_threads() -> bool:
    """Whether there are other threads: a copy would be without them, whatever they were doing."""
    threading = sys.modules.get("threading")
    return threading is not None and threading.active_count() > 1


class Batch(Record):
    """The stacks of a run, and in how many processes to work on them; a list if in several."""

    __slots__ = ("jobs", "processes")

    def __init__(self, jobs: Iterable[Job], processes: int) -> None:
        self.jobs = jobs
        self.processes = processes


def batch(jobs: Iterable[Job], wanted: int) -> Batch:
    """
    What to do with the stacks of a run, if so many processes are wanted.

    What is wrong with the command line is raised when the stacks before it are read, as with one
    process.
    """
    if number(wanted, MOST * TO_JUDGE, TO_JUDGE) == 1:
        return Batch(jobs, 1)
    listed: list[Job] = []
    rest = iter(jobs)
    try:
        for job in rest:
            listed.append(job)
            if not is_divisible(job):
                return Batch(chain(listed, rest), 1)
    except UsageError as error:
        return Batch(chain(listed, _raised(error)), 1)
    return Batch(listed, number(wanted, size(listed), TO_JUDGE))


def is_divisible(job: Job) -> bool:
    """Whether a stack can be judged in another process than the rest: not if it runs in a swarm."""
    return job.swarm is None


def _raised(error: UsageError) -> Iterator[Job]:
    yield from ()
    raise error


def components(jobs: Sequence[Job]) -> Iterator[list[int]]:
    """The numbers of jobs that share files, directly or through other jobs."""
    numbers_by_path: dict[str, list[int]] = {}
    for number, job in enumerate(jobs):
        for source in job.sources:
            numbers_by_path.setdefault(source.path, []).append(number)
    found: set[int] = set()
    for first in range(len(jobs)):
        group: set[int] = set()
        pending = [first] if first not in found else []
        while pending:
            number = pending.pop()
            if number not in group:
                group.add(number)
                for source in jobs[number].sources:
                    pending += numbers_by_path.pop(source.path, ())
        if group:
            found |= group
            yield sorted(group)


def size(jobs: Sequence[Job]) -> int:
    """How much there is to read, in characters."""
    return sum(len(source.text) for job in jobs for source in job.sources)


def neighboring(sizes: Sequence[int], most: int) -> list[list[int]]:
    """
    The numbers of things with these sizes, in at most so many shares.

    Neighbors stay together: files in one folder have more in common than others.
    """
    shares: list[list[int]] = [[] for _ in range(most)]
    total, done = sum(sizes) or 1, 0
    for number, each in enumerate(sizes):
        middle = 2 * done + each
        shares[min(middle * most // (2 * total), most - 1)].append(number)
        done += each
    return [each for each in shares if each]


def even(sizes: Sequence[int], most: int) -> list[list[int]]:
    """The same, but the largest first, each in the share that has least so far."""
    shares: list[list[int]] = [[] for _ in range(most)]
    filled = [0] * most
    for number in sorted(range(len(sizes)), key=lambda each: -sizes[each]):
        least = filled.index(min(filled))
        shares[least].append(number)
        filled[least] += sizes[number]
    return [sorted(each) for each in shares if each]
