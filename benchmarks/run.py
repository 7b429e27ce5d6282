"""
Measures interlock-lint and other programs on the same stack files, as whole processes.

Prints Markdown: what each program uses, whether the goals are met, and how time grows. The programs
take turns, so that a busy moment on the machine affects all of them.
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

import generate
import programs
import reporting
from measuring import Usage, usage
from programs import COMPOSE, DROPPING, OURS, NotInstalled, Program
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
        statuses = (0,) if program.name in (OURS, COMPOSE, DROPPING) else (0, 1)
        try:
            programs.output(program.call(["small.yml"]), folder, statuses=statuses)
        except NotInstalled as error:
            if program.name in (OURS, COMPOSE, DROPPING):
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

    def grown(
        title: str,
        thing: str,
        counts: Sequence[int],
        cases: Iterable[Case],
        compared: Sequence[Program] = taking_part,
    ) -> Growth:
        results = [measured(each, compared, folder, extent.growth_rounds) for each in cases]
        return Growth(title, thing, counts, results)

    yield grown(
        "services in one file",
        "service",
        extent.services,
        (Case(f"{count:,} services", [f"services-{count}.yml"]) for count in extent.services),
    )
    ours, *others = taking_part
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
        [ours.running("migrate", "--isolated", "--to", "vip", "--drop-sticky"), *others],
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
    results: Sequence[Result],
    grown: Sequence[Growth],
) -> str:
    """The whole report as Markdown."""
    parts = [
        caption(taking_part, left_out),
        table(
            ("files", "program", "wall", "CPU", "memory", "wall ratio", "CPU ratio"),
            (row for result in results for row in comparison_rows(result)),
        ),
        "Goals. The numbers are ratios of wall time and CPU time; both must be within the limit:",
        table(("goal", "wall", "CPU", "met"), goal_rows(results, grown)),
        "How CPU time grows: in total, and for each additional item since the row above.",
        *(growth_table(each) for each in grown),
    ]
    return "\n\n".join(parts) + "\n"


def caption(taking_part: Sequence[Program], left_out: dict[str, str]) -> str:
    """Which versions were measured, and on which system."""
    versions = ", ".join(
        f"{each.name} {each.version}" for each in taking_part if each.name != DROPPING
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


def goal_rows(results: Sequence[Result], grown: Sequence[Growth]) -> Iterator[tuple[str, ...]]:
    """A row for each goal: the ratios, and whether it is met."""
    small, *many = results[:-2]
    yield from _goal(small, "yamllint", 1.0, "no slower than yamllint")
    for result in many:
        yield from _goal(result, COMPOSE, 1.5, "at most 1.5 times bare yaml.compose")
        for name in ("yamllint", "check-jsonschema", "dclint"):
            yield from _goal(result, name, 0.1, f"10 times faster than {name}")
    services, sharing, labeled, migrated, unlabeled = grown
    share = unlabeled.steps(OURS)[-1] / unlabeled.steps(COMPOSE)[-1]
    text = "a file without labels in a folder: at most a tenth of the time to compose it"
    yield (text, "", ratio(share), _verdict(share, 0.1))
    for growth in (services, sharing, labeled, migrated):
        before, last = growth.steps(OURS)[-2:]
        text = f"{growth.title}: at larger sizes, one more costs at most 1.25 times as much"
        yield (text, "", ratio(last / before), _verdict(last / before, 1.25))


def _goal(result: Result, name: str, limit: float, text: str) -> Iterator[tuple[str, ...]]:
    if name in result.usage_by_name:
        wall, cpu = result.ratios(name)
        verdict = _verdict(max(wall, cpu), limit)
        yield (f"{result.case.title}: {text}", ratio(wall), ratio(cpu), verdict)


def growth_table(growth: Growth) -> str:
    """A table with a row for each count."""
    additional = f"for each additional {growth.thing}"
    names = (OURS, COMPOSE)
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


def _verdict(number: float, limit: float) -> str:
    return "yes" if number <= limit else "no"


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
        results = [
            measured(case, taking_part, folder, rounds) for case, rounds in comparisons(extent)
        ]
        grown = list(growths(extent, taking_part[:2], folder))
    text = report(taking_part, left_out, results, grown)
    print(text, end="")
    if arguments.write:
        reporting.write("table", text)


if __name__ == "__main__":
    main()
