"""
Measures interlock-lint and other programs on the same stack files, as whole processes.

Prints Markdown: which aims are reached, what each program uses, how time grows, and what a run
imports. The programs take turns, so that a busy moment on the machine affects all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

import aims
import generate
import imports
import programs
import reporting
from aims import Measured
from imports import Imported
from measuring import Usage, usage
from programs import KEEPING, OURS, PYTHON, YARDSTICK, NotInstalled, Program
from reporting import ms, ratio, say, table, us


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: the numbers of files, of services in a file, and of rounds."""

    compared: tuple[int, ...] = (300, 1_000)
    sizes: tuple[int, ...] = (100, 300, 1_000)
    services: tuple[int, ...] = generate.SERVICES
    migrated: tuple[int, ...] = (1, 10, 30, 100)
    small_rounds: int = 21
    rounds: int = 5
    growth_rounds: int = 7


QUICK = Extent(
    compared=(30,),
    sizes=(10, 30, 100),
    services=(1, 100, 1_000),
    migrated=(1, 10, 30),
    small_rounds=7,
    rounds=3,
    growth_rounds=3,
)


class Case(NamedTuple):
    """The files that every program checks; programs that take folders get `folder` instead."""

    title: str
    files: Sequence[str]
    folder: str | None = None


class Result(NamedTuple):
    """What each program uses for a case."""

    case: Case
    usage_by_name: dict[str, Usage]

    def ratios(self, name: str) -> tuple[float, float]:
        """Wall time and CPU time of interlock-lint, divided by those of another program."""
        ours, other = self.usage_by_name[OURS], self.usage_by_name[name]
        return ours.wall / other.wall, ours.cpu / other.cpu


class Growth(NamedTuple):
    """Results for increasing amounts of the same thing."""

    title: str
    thing: str
    counts: Sequence[int]
    results: Sequence[Result]

    def steps(self, name: str) -> list[float]:
        """CPU time in seconds for each additional thing, from each count to the next."""
        times = [result.usage_by_name[name].cpu for result in self.results]
        return [
            (times[index] - times[index - 1]) / (self.counts[index] - self.counts[index - 1])
            for index in range(1, len(times))
        ]


# -- Measuring -----------------------------------------------------------------------------------


def measured(case: Case, taking_part: Iterable[Program], folder: Path, rounds: int) -> Result:
    """Medians of several rounds in which the programs take turns, after one warm-up round."""
    calls = {each.name: each.call(case.files, case.folder) for each in taking_part}
    runs: dict[str, list[Usage]] = {name: [] for name in calls}
    for turn in range(rounds + 1):
        for name, call in calls.items():
            taken = usage(call, folder)
            if turn:
                runs[name].append(taken)
        say(f"{case.title}: {turn} of {rounds}")
    medians = {name: Usage(*map(median, zip(*taken, strict=True))) for name, taken in runs.items()}
    return Result(case, medians)


def able(found: Sequence[Program], folder: Path, left_out: dict[str, str]) -> list[Program]:
    """The programs that handle a stack file as expected; the others are added to `left_out`."""
    able: list[Program] = []
    for program in found:
        # Other linters may report findings for these files; ours must not find any.
        statuses = (0,) if program.name in (OURS, YARDSTICK, KEEPING) else (0, 1)
        try:
            programs.output(program.call(["small.yml"]), folder, statuses=statuses)
        except NotInstalled as error:
            if program.name in (OURS, YARDSTICK, KEEPING):
                raise
            left_out[program.name] = str(error)
        else:
            able.append(program)
    return able


def write_files(folder: Path, extent: Extent) -> None:
    """Write all measured files, into a repository: there, interlock-lint asks git for files."""
    generate.write_services(folder, extent.services)
    for size in {*extent.sizes, *extent.compared}:
        generate.write_stacks(folder / str(size), size)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def comparisons(extent: Extent) -> Iterator[tuple[Case, int]]:
    """The cases that all programs are measured with, and the number of rounds for each."""
    yield Case("one small labeled file", ["small.yml"]), extent.small_rounds
    for size in extent.compared:
        yield Case(f"{size:,} labeled files", _names(size, "labeled")), extent.rounds
    size = extent.compared[0]
    names = _names(size, "unlabeled")
    folder = f"{size}/unlabeled"
    yield Case(f"{size:,} files without labels, named", names), extent.rounds
    yield Case(f"{size:,} files without labels, as a folder", names, folder), extent.rounds


def growths(extent: Extent, taking_part: Sequence[Program], folder: Path) -> Iterator[Growth]:
    """Measure increasing numbers of services, with own and with shared hosts, and of files."""
    ours, *others = taking_part
    # The step from one process to several is no growth.
    alone = [ours.running("check", "--jobs", "1"), *others]

    def grown(
        title: str,
        thing: str,
        counts: Sequence[int],
        cases: Iterable[Case],
        compared: Sequence[Program] = alone,
    ) -> Growth:
        results = [measured(each, compared, folder, extent.growth_rounds) for each in cases]
        return Growth(title, thing, counts, results)

    yield grown(
        "services in one file",
        "service",
        extent.services,
        (Case(f"{count:,} services", [f"services-{count}.yml"]) for count in extent.services),
    )
    yield grown(
        "services, five per host, shown by `routes`",
        "service",
        extent.services,
        (
            Case(f"{count:,} services sharing", [f"sharing-{count}.yml"])
            for count in extent.services
        ),
        [ours.running("routes"), *others],
    )
    yield grown(
        "labeled files",
        "file",
        extent.sizes,
        (Case(f"{size:,} labeled files", _names(size, "labeled")) for size in extent.sizes),
    )
    yield grown(
        "labeled files, switched by `migrate` and proved",
        "file",
        extent.migrated,
        (
            Case(f"{count:,} files switched", _names(extent.sizes[-1], "labeled")[:count])
            for count in extent.migrated
        ),
        [
            ours.running("migrate", "--jobs", "1", "--isolated", "--to", "vip", "--drop-sticky"),
            *others,
        ],
    )
    yield grown(
        "files without labels, as a folder",
        "file",
        extent.sizes,
        (
            Case(f"{size:,} without labels", _names(size, "unlabeled"), f"{size}/unlabeled")
            for size in extent.sizes
        ),
    )


def _names(size: int, kind: str) -> list[str]:
    return [f"{size}/{kind}/{name}" for name in generate.names(size)]


# -- Reporting -----------------------------------------------------------------------------------


def report(
    taking_part: Sequence[Program],
    left_out: dict[str, str],
    reached: Sequence[Measured],
    results: Sequence[Result],
    grown: Sequence[Growth],
    imported: Sequence[Imported],
) -> str:
    """The whole report as Markdown."""
    parts = [
        caption(taking_part, left_out),
        "Aims: ratios of CPU time, or of wall time (for two processors), or MiB of memory.",
        table(
            ("aim", "at most", "measured", ""), [*aims.rows(reached), *peer_rows(results, grown)]
        ),
        table(
            ("files", "program", "wall", "CPU", "memory", "wall ratio", "CPU ratio"),
            (row for result in results for row in comparison_rows(result)),
        ),
        "How CPU time grows: in total, and for each additional item since the row above.",
        *(growth_table(each) for each in grown),
        "What a run without findings imports, except for rules. The slowest modules follow.",
        table(("modules of", "modules", "time"), import_rows(imported)),
        table(
            ("module", "time"),
            ((name, us(seconds)) for name, seconds in imported[: imports.SHOWN]),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def import_rows(found: Sequence[Imported]) -> Iterator[tuple[str, ...]]:
    """A row for each owner of modules."""
    for owner, count, seconds in imports.totals(found):
        yield (owner, str(count), us(seconds))


def caption(taking_part: Sequence[Program], left_out: dict[str, str]) -> str:
    """Which versions were measured, and on which system."""
    versions = ", ".join(
        f"{each.name} {each.version}" for each in taking_part if each.name != KEEPING
    )
    system = f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"
    reasons = "; ".join(f"{name} ({reason})" for name, reason in left_out.items())
    return (
        f"{versions}. {system} {platform.machine()}, {os.cpu_count()} processors. Medians; a ratio "
        "is the time of interlock-lint divided by that of the program. "
        f"Left out: {reasons or 'nothing'}."
    )


def comparison_rows(result: Result) -> Iterator[tuple[str, ...]]:
    """A row for each program."""
    title = result.case.title
    for name, taken in result.usage_by_name.items():
        ratios = ("", "") if name == OURS else map(ratio, result.ratios(name))
        yield (title, name, ms(taken.wall), ms(taken.cpu), f"{taken.memory:.0f} MiB", *ratios)
        title = ""


def peer_rows(results: Sequence[Result], grown: Sequence[Growth]) -> Iterator[tuple[str, ...]]:
    """A row for each aim that follows from the tables: ratios of wall time or CPU time."""
    for result in results[1:-2]:
        for name in result.usage_by_name:
            if name not in (OURS, YARDSTICK, KEEPING):
                title = f"{result.case.title} ÷ {name}"
                yield _row(title, 0.1, max(result.ratios(name)))
    unlabeled = grown[-1]
    share = unlabeled.steps(OURS)[-1] / unlabeled.steps(YARDSTICK)[-1]
    yield _row("one more file without labels in a folder ÷ composing it", 0.1, share)
    for growth in grown[:-1]:
        before, last = growth.steps(OURS)[-2:]
        title = f"{growth.title}: one more among many ÷ one more among fewer"
        yield _row(title, 1.25, last / before)


def _row(title: str, most: float, number: float) -> tuple[str, ...]:
    return (title, f"{most:g}", ratio(number), "reached" if number <= most else "missed")


def growth_table(growth: Growth) -> str:
    """A table with a row for each count."""
    additional = f"for each additional {growth.thing}"
    names = (OURS, YARDSTICK)
    headings = [text for name in names for text in (name, additional)]
    steps = {name: ["", *map(us, growth.steps(name))] for name in names}
    rows = (
        (
            f"{count:,}",
            *(
                cell
                for name in names
                for cell in (ms(result.usage_by_name[name].cpu), steps[name][index])
            ),
            f"{result.usage_by_name[OURS].memory:.0f} MiB",
        )
        for index, (count, result) in enumerate(zip(growth.counts, growth.results, strict=True))
    )
    return table((growth.title, *headings, f"memory of {OURS}"), rows)


# -- Command line --------------------------------------------------------------------------------


def main() -> None:
    """Install the programs, measure them and print the report."""
    parser = argparse.ArgumentParser(description="Measure interlock-lint against other programs.")
    parser.add_argument("--quick", action="store_true", help="measure less; takes a minute")
    parser.add_argument("--write", action="store_true", help="also write the report to README.md")
    arguments = parser.parse_args()
    extent = QUICK if arguments.quick else Extent()
    found, left_out = programs.install()
    with tempfile.TemporaryDirectory(prefix="interlock-lint-") as name:
        folder = Path(name)
        write_files(folder, extent)
        taking_part = able(found, folder, left_out)
        size, small = extent.sizes[-1], extent.compared[0]
        chosen = aims.aims(taking_part, _names(size, "labeled"), f"{small}/unlabeled")
        reached = list(aims.measured(chosen, folder, extent.rounds, extent.small_rounds))
        results = [
            measured(case, taking_part, folder, rounds) for case, rounds in comparisons(extent)
        ]
        grown = list(growths(extent, taking_part[:2], folder))
        command = taking_part[0].call(["small.yml"])
        imported = imports.imported(PYTHON, command, folder)
    text = report(taking_part, left_out, reached, results, grown, imported)
    print(text, end="")
    if arguments.write:
        reporting.write("table", text)


if __name__ == "__main__":
    main()
