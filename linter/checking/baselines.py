"""The baselines of a run: which findings they are for, and what of them no longer occurs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from linter.checking import known, registry
from linter.checking.checker import Checker
from linter.checking.known import Kinds
from linter.files import baseline as files
from linter.files.loader import Loader
from linter.files.reach import Reach, is_in
from linter.files.request import Job, Request
from linter.files.settings import BaselineFile, Settings, shown
from linter.model.baseline import Entry, Kind
from linter.model.diagnostic import Severity
from linter.model.report import Report


class Run(NamedTuple):
    """What was judged: stacks and configurations of Interlock from a loader, by a checker."""

    jobs: list[Job]
    checker: Checker
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


class Baseline(NamedTuple):
    """A baseline, with the files it is for that were judged, and the findings in them."""

    file: BaselineFile
    reach: Reach
    paths: list[str]
    kinds: Kinds

    def load(self) -> dict[Kind, Entry]:
        """What is known. Raises UsageError."""
        return files.load(self.file, self.reach)

    def save(self, entries: Mapping[Kind, Entry]) -> None:
        """Replace what is known. Raises UsageError."""
        files.save(self.file, self.reach, entries)

    def outdated(self, entries: Mapping[Kind, Entry], report: Report, run: Run) -> list[Entry]:
        """What of the entries certainly occurs no longer."""
        complete = set(run.complete({each.path for each in report.unjudged}))
        judged = {self._path_of(each): each for each in self.paths if each in complete}
        empty = set(map(self._path_of, run.loader.without_labels))
        left = known.sort_out(self.kinds, entries).left

        def ran(rule: str, path: str) -> bool:
            return path in empty or (path in judged and rule in run.checker.ran(judged[path]))

        return list(known.outdated(left, registry.names(), ran, self._is_gone))

    def with_findings(self, entries: Mapping[Kind, Entry], least: Severity) -> dict[Kind, Entry]:
        """The entries, and all findings of this run that are severe enough."""
        enough = [each for each in self.kinds if each[1].severity.rank >= least.rank]
        found = dict(entries)
        for kind, entry in known.entries_of(enough, self._path_of).items():
            before = found.get(kind, entry)
            number, others = max(entry.number, before.number), {*entry.others, *before.others}
            found[kind] = Entry(kind, number, tuple(sorted(others)))
        return found

    def leave_out_of(
        self, report: Report, entries: Mapping[Kind, Entry], outdated: Iterable[Entry]
    ) -> None:
        """Leave out of a report the findings that are known, and say what of that is outdated."""
        result = known.sort_out(self.kinds, entries)
        hidden = {id(each) for _, each in self.kinds}.difference(map(id, result.new))
        report.diagnostics = [each for each in report.diagnostics if id(each) not in hidden]
        report.known += result.known
        report.mixed += result.mixed
        report.outdated += map(self._from_here, outdated)

    def _from_here(self, entry: Entry) -> Entry:
        """An entry with its path relative to the current folder, as in findings."""
        path = shown(os.path.normpath(os.path.join(self._folder, entry.kind.path)))
        return entry._replace(kind=entry.kind._replace(path=path))

    @property
    def _folder(self) -> str:
        return os.path.dirname(os.path.abspath(self.file.path))

    def _path_of(self, path: str) -> str:
        return files.path_in(self.file, path)

    def _is_gone(self, path: str) -> bool:
        """Whether a file that the baseline names no longer exists."""
        if path.endswith(Request().stdin_filename) or os.path.isabs(path):
            return False  # there is never a file, or it may be on another machine
        name = os.path.normpath(os.path.join(self._folder, path))
        if self.file.place and not is_in(name, self.reach.folder):
            return False
        return not os.path.lexists(name)


def leave_out_known(report: Report, run: Run) -> None:
    """Leave out of a report what the baselines of a run know. Raises UsageError."""
    for each in baselines_of(report, run):
        entries = each.load()
        each.leave_out_of(report, entries, each.outdated(entries, report, run))


def baselines_of(report: Report, run: Run) -> list[Baseline]:
    """The baselines of a run, each once; that of the command line even if it is for nothing."""
    by_path = run.settings()
    for path in {each.path for each in report.diagnostics} - by_path.keys():
        by_path[path] = run.loader.settings(path)
    # Several configurations may name one baseline.
    names = {
        path: os.path.realpath(each.baseline.path)
        for path, each in by_path.items()
        if each.baseline
    }
    files_of = {
        names[path]: (each.baseline, each.reach) for path, each in by_path.items() if each.baseline
    }
    if (given := run.loader.request.baseline) is not None:
        files_of[os.path.realpath(given)] = (BaselineFile(given), Settings().reach)
    found: list[Baseline] = []
    for name, (file, reach) in files_of.items():
        own = [each for each in report.diagnostics if names.get(each.path) == name]
        paths = [path for path in names if names[path] == name]
        kinds = known.kinds_of(own, run.checker.rules.all, partial(files.path_in, file))
        found.append(Baseline(file, reach, paths, kinds))
    return found
