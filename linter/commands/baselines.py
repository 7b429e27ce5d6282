"""The options `--baseline`, `--write-baseline` and `--prune-baseline`: known findings."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from linter import terminal
from linter.checking import known, registry
from linter.checking.engine import Engine
from linter.files import baseline as files
from linter.files.loader import Loader
from linter.files.reach import Reach
from linter.files.request import Job, Request
from linter.files.settings import BaselineFile, Settings, UsageError, shown
from linter.model.baseline import Entry, Kind
from linter.model.diagnostic import Diagnostic, Severity
from linter.model.report import Report
from linter.report.lines import count


class Run(NamedTuple):
    """What was judged: stacks and configurations of Interlock from a loader, by an engine."""

    jobs: list[Job]
    engine: Engine
    loader: Loader

    def settings(self) -> dict[str, Settings]:
        """The settings of each file that was judged."""
        found = {proxy.path: settings for proxy, settings in self.loader.proxies}
        return found | {each.path: job.settings for job in self.jobs for each in job.sources}

    def complete(self, unjudged: Collection[str]) -> Iterator[str]:
        """The files that were judged as parts of all stacks that they belong to."""
        judged = {tuple(os.path.abspath(each.path) for each in job.sources) for job in self.jobs}
        partly: set[str] = set()
        for settings in {id(job.settings): job.settings for job in self.jobs}.values():
            for stack in settings.stacks:
                partly.update(() if stack.files in judged else stack.files)
        for job in self.jobs:
            paths = [source.path for source in job.sources]
            if not any(each in unjudged or os.path.abspath(each) in partly for each in paths):
                yield from paths
        yield from (proxy.path for proxy, _ in self.loader.proxies if proxy.path not in unjudged)


def check_options(arguments: argparse.Namespace) -> None:
    """Raises UsageError for options that do not fit together, or a file that cannot be written."""
    writes = arguments.write_baseline
    if writes is None and not arguments.prune_baseline:
        return
    option = "--prune-baseline" if writes is None else "--write-baseline"
    if writes is not None and arguments.prune_baseline:
        raise UsageError("--prune-baseline: --write-baseline leaves out what no longer occurs too")
    if arguments.changed is not None:
        raise UsageError(f"{option}: cannot be used with --changed, which judges only some stacks")
    path = arguments.baseline if writes is None else writes
    if path is not None:
        from linter.files import output

        try:
            output.check([*(text.partition("=")[2] for text in arguments.output), path])
        except output.Unwritable as error:
            raise UsageError(f"{option}: {error.path}: {error}") from None


class _Group(NamedTuple):
    """A baseline, with the files it is for that were judged, and the findings in them."""

    file: BaselineFile
    reach: Reach
    paths: list[str]
    found: list[Diagnostic]

    def path_of(self, path: str) -> str:
        return files.path_in(self.file, path)

    def is_gone(self, path: str) -> bool:
        """Whether a file that the baseline names no longer exists."""
        name = os.path.join(os.path.dirname(self.file.path), path)
        return not path.endswith(Request().stdin_filename) and not os.path.lexists(name)

    def outdated(self, left: Iterable[Entry], report: Report, run: Run) -> list[Entry]:
        """Those of the entries that certainly occur no longer."""
        complete = set(run.complete({each.path for each in report.unjudged}))
        judged = {self.path_of(each): each for each in self.paths if each in complete}
        empty = set(map(self.path_of, run.loader.without_labels))

        def ran(rule: str, path: str) -> bool:
            return path in empty or (path in judged and rule in run.engine.ran(judged[path]))

        return list(known.outdated(left, registry.names(), ran, self.is_gone))


def apply(arguments: argparse.Namespace, report: Report, run: Run) -> bool:
    """
    Leave out the findings that baselines know, and write these if that is wanted.

    Returns False if one could not be written, after saying so. Raises UsageError.
    """
    groups = _groups(report, run)
    if arguments.prune_baseline and not groups:
        raise UsageError(
            "--prune-baseline: name a baseline with --baseline, or `baseline` in the configuration"
        )
    done = True
    for group in groups:
        is_new = arguments.write_baseline is not None and not os.path.lexists(group.file.path)
        entries = {} if is_new else files.load(group.file, group.reach)
        left = known.sort_out(group.found, entries, group.path_of).left
        # A part of the stacks says nothing about the others.
        outdated = [] if arguments.changed is not None else group.outdated(left, report, run)
        wanted = known.without(entries, outdated)
        removed = outdated if arguments.prune_baseline else []
        if arguments.write_baseline is not None:
            wanted = _with(wanted, group, arguments.min_severity)
        if arguments.write_baseline is not None or removed:
            if _save(group, wanted, arguments, removed):
                entries, outdated = wanted, []
            else:
                done = False
        result = known.sort_out(group.found, entries, group.path_of)
        hidden = {*map(id, group.found)}.difference(map(id, result.new))
        report.diagnostics = [each for each in report.diagnostics if id(each) not in hidden]
        report.known += result.known
        report.mixed += result.mixed
        report.outdated += (_from_here(each, group.file) for each in outdated)
    return done


def _groups(report: Report, run: Run) -> list[_Group]:
    """The baselines of this run, each once; that of the command line even if it is for nothing."""
    found: dict[str, _Group] = {}

    def group_of(settings: Settings) -> _Group | None:
        file = settings.baseline
        if file is None:
            return None
        return found.setdefault(os.path.realpath(file.path), _Group(file, settings.reach, [], []))

    if (given := run.loader.request.baseline) is not None:
        group_of(Settings(baseline=BaselineFile(given)))
    by_path = run.settings()
    for path, settings in by_path.items():
        if group := group_of(settings):
            group.paths.append(path)
    for each in report.diagnostics:
        settings = by_path.get(each.path) or run.loader.settings(each.path)
        if group := group_of(settings):
            group.found.append(each)
    return list(found.values())


def _with(entries: Mapping[Kind, Entry], group: _Group, least: str) -> dict[Kind, Entry]:
    """Entries that stay, and the findings of this run that are severe enough to be shown."""
    enough = [each for each in group.found if each.severity.rank >= Severity(least).rank]
    found = dict(entries)
    for kind, entry in known.entries_of(enough, group.path_of).items():
        before = found.get(kind, entry)
        number, others = max(entry.number, before.number), {*entry.others, *before.others}
        found[kind] = Entry(kind, number, tuple(sorted(others)))
    return found


def _save(
    group: _Group,
    entries: Mapping[Kind, Entry],
    arguments: argparse.Namespace,
    removed: Iterable[Entry] = (),
) -> bool:
    name = shown(group.file.path)
    try:
        files.save(group.file, group.reach, entries)
    except UsageError as error:
        terminal.warn(f"error: {error}")
        return False
    if not arguments.quiet:
        number = sum(each.number for each in removed)
        if number:
            terminal.warn(f"removed {count(number, 'finding')} from {name}")
        else:
            number = sum(each.number for each in entries.values())
            use = f"use it with `--baseline {name}`, or `baseline` in the configuration"
            terminal.warn(f"wrote {count(number, 'finding')} to {name}; {use}")
    return True


def _from_here(entry: Entry, baseline: BaselineFile) -> Entry:
    """An entry with its path relative to the current folder, as in findings."""
    path = os.path.join(os.path.dirname(os.path.abspath(baseline.path)), entry.kind.path)
    return entry._replace(kind=entry.kind._replace(path=shown(path)))
