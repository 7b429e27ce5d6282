"""
Measures what each additional thing costs in files that grow in one respect.

For each shape, the command runs on files of four sizes, each twice the one before, as a process of
its own. If all work is for one thing at a time, each additional thing costs the same at all sizes.
Other programs on the machine can only add to the time of a run, so the least of several counts. A
shape that seems to cost more is measured again.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import reporting
from measuring import Usage, usage
from reporting import ms, ratio, say, table, us
from shapes import SHAPES, Shape

ROOT = Path(__file__).parent.parent
DOUBLINGS = 3
LIMIT = 1.25
"""Times that an additional thing may cost more than at half the size."""

NOISE = 0.1
"""Part of the shortest run that a step is taken to need at least; less cannot be measured."""

ROUNDS = 2
AGAIN = 3
"""Times that a shape beyond the limit is measured again, with as many rounds each."""


class Grown(NamedTuple):
    """The least that the command of a shape used for each count."""

    shape: Shape
    counts: Sequence[int]
    least: Sequence[Usage]

    @property
    def steps(self) -> list[float]:
        """CPU time in seconds for each additional thing, from each count to the next."""
        times = [each.cpu for each in self.least]
        return [
            (times[index + 1] - times[index]) / (self.counts[index + 1] - self.counts[index])
            for index in range(DOUBLINGS)
        ]

    @property
    def worst(self) -> float:
        """The most that an additional thing costs, compared with one at half the size."""
        least = NOISE * self.least[0].cpu
        floors = (least / (later - count) for count, later in pairwise(self.counts))
        pairs = zip(pairwise(self.steps), floors, strict=False)
        return max(later / max(before, floor) for (before, later), floor in pairs)


def grown(shape: Shape, folder: Path, first: int) -> Grown:
    """Measure a shape from a size on, again if it seems to cost more than it may."""
    counts = [first * 2**doubling for doubling in range(DOUBLINGS + 1)]
    folders = [folder / str(count) for count in counts]
    for count, each in zip(counts, folders, strict=True):
        shape.write(count, each)
    command = [sys.executable, "-m", "linter", *shlex.split(shape.command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs: list[list[Usage]] = [[] for _ in counts]
    for attempt in range(AGAIN + 1):
        for _ in range(ROUNDS):
            for taken, each in zip(runs, folders, strict=True):
                taken.append(usage(command, each, environment))
        result = Grown(shape, counts, [min(taken, key=lambda each: each.cpu) for taken in runs])
        say(f"{shape.title}: {result.worst:.2f}{', again' if attempt else ''}")
        if result.worst <= LIMIT:
            break
    return result


def report(results: Sequence[Grown]) -> str:
    """The report as Markdown."""
    system = f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"
    headings = ("what grows", "up to", "CPU", "memory", "each additional one", "ratio", "met")
    return (
        f"{system} {platform.machine()}, {os.cpu_count()} processors. The least of {ROUNDS} runs "
        f"or more.\n\n{table(headings, _rows(results))}\n"
    )


def _rows(results: Iterable[Grown]) -> Iterator[tuple[str, ...]]:
    for each in results:
        most = each.least[-1]
        yield (
            each.shape.title,
            f"{each.counts[-1]:,}",
            ms(most.cpu),
            f"{most.memory:.0f} MiB",
            ", ".join(map(us, each.steps)),
            ratio(each.worst),
            "yes" if each.worst <= LIMIT else "no",
        )


def main() -> int:
    """Measure shapes and print the report; the status is 1 if something costs more than it may."""
    parser = argparse.ArgumentParser(description="Measure what each additional thing costs.")
    parser.add_argument("--quick", action="store_true", help="measure files of half the size")
    parser.add_argument("--write", action="store_true", help="also write the report to README.md")
    parser.add_argument("titles", nargs="*", help="only shapes with one of these in their titles")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # the step from one process to several is no growth
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    results: list[Grown] = []
    for shape in SHAPES:
        if arguments.titles and not any(each in shape.title for each in arguments.titles):
            continue
        with tempfile.TemporaryDirectory(prefix="interlock-lint-") as name:
            first = shape.first // 2 if arguments.quick else shape.first
            results.append(grown(shape, Path(name), first))
    text = report(results)
    print(text, end="")
    if arguments.write:
        reporting.write("growth", text)
    return int(any(each.worst > LIMIT for each in results))


if __name__ == "__main__":
    sys.exit(main())
