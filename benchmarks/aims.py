"""What interlock-lint aims at: how much a run may use, compared with another in the same minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from measuring import usage
from programs import PYTHON, YARDSTICK, Program
from reporting import ratio, say


class Aim(NamedTuple):
    """
    A command, and how many times the CPU time of another one it may use, or the `wall` time.

    Without another one, how many MiB of memory it may use.
    """

    title: str
    command: Sequence[str]
    other: Sequence[str]
    most: float
    wall: bool = False


class Measured(NamedTuple):
    """An aim, and what was measured."""

    aim: Aim
    number: float

    @property
    def reached(self) -> bool:
        return self.number <= self.aim.most


def aims(programs: Sequence[Program], labeled: Sequence[str], unlabeled: str) -> Iterator[Aim]:
    """The aims, for these files with labels and this folder of files without."""
    found = {each.name: each for each in programs}
    ours, compose = programs[0], found[YARDSTICK]
    nothing = [PYTHON, "-c", "pass"]
    clean, many = ours.call(["small.yml"]), f"{len(labeled):,} labeled files"
    without = "a folder of files without labels"
    migrate = ours.running("migrate", "--isolated", "--to", "vip", "--drop-sticky")
    yield Aim("one file ÷ a bare interpreter", clean, nothing, 4.8)
    if "yamllint" in found:
        other = found["yamllint"].call(["small.yml"])
        yield Aim("one file ÷ yamllint", clean, other, 0.7)
    wrong = ours.call(["wrong.yml"])
    yield Aim("one file with a finding ÷ one without", wrong, clean, 1.1)
    version = ours.running("--version").call([])
    yield Aim("`--version` ÷ a bare interpreter", version, nothing, 2)
    yield Aim(f"{without} ÷ a bare interpreter", ours.call([unlabeled]), nothing, 5)
    composed, alone = compose.call(labeled), ["--jobs", "1", *labeled]
    yield Aim(f"{many} ÷ {YARDSTICK}", ours.call(alone), composed, 2.8)
    yield Aim(f"{many} ÷ {YARDSTICK}{_SHARED}", ours.call(labeled), composed, 1.7, wall=True)
    title = f"{many}, switched by `migrate` ÷ {YARDSTICK}"
    yield Aim(title, migrate.call(alone), composed, 40)
    yield Aim(f"{title}{_SHARED}", migrate.call(labeled), composed, 24, wall=True)
    folder = str(Path(labeled[0]).parent)
    listed = ours.running("labels", "list", folder).call([])
    yield Aim(f"{many}: MiB of `labels list`", listed, (), 60)


_SHORT = 0.5
"""Seconds; see `measured`."""

_SHARED = ", wall time with a process for each processor"


def measured(
    aims: Iterable[Aim], folder: Path, rounds: int, short_rounds: int
) -> Iterator[Measured]:
    """
    Medians of several rounds in which both commands take turns, after one warm-up round.

    Those of commands that take less than half a second are `short_rounds`, because whatever else
    the machine does changes them most.
    """
    for aim in aims:
        left = short_rounds if _once(aim, folder)[0] < _SHORT else rounds
        numbers = [_once(aim, folder)[1] for _ in range(left)]
        say(f"{aim.title}: {ratio(median(numbers))}")
        yield Measured(aim, median(numbers))


def _once(aim: Aim, folder: Path) -> tuple[float, float]:
    """The CPU seconds of the command, and the number that there is an aim for."""
    ours = usage(aim.command, folder)
    if not aim.other:
        return ours.cpu, ours.memory
    other = usage(aim.other, folder)
    return ours.cpu, ours.wall / other.wall if aim.wall else ours.cpu / other.cpu


def rows(found: Iterable[Measured]) -> Iterator[tuple[str, ...]]:
    """A row for each aim: what is aimed at, what was measured, and whether that is enough."""
    for each in found:
        verdict = "reached" if each.reached else "missed"
        yield (each.aim.title, f"{each.aim.most:g}", ratio(each.number), verdict)
