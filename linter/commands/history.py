"""Walks the commits of a range for `plan --log`."""

from __future__ import annotations

import argparse
from collections.abc import Hashable

from linter import terminal
from linter.commands import loading, reports
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files.decoding import Unreadable
from linter.files.pairing import pairs
from linter.files.request import Job
from linter.files.revision import Revision, commits
from linter.files.settings import UsageError
from linter.files.side import LoadedSide, Named
from linter.files.sides import Sides
from linter.files.sources import PREFIX, is_at_revision, parts_of
from linter.model.diagnostic import in_order
from linter.model.progress import counted
from linter.model.stack import Stack
from linter.report import history as report
from linter.routing.history import History
from linter.routing.stack_changes import stack_change


class Reread:
    """Reads stacks, but none twice that has the same files in a commit and in the one before."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Stack] = {}
        self._before: dict[Hashable, Stack] = {}

    def __call__(self, job: Job) -> Stack:
        """Read a stack."""
        files = tuple((parts_of(each.path)[1], each.text, each.view) for each in job.sources)
        environment = job.environment
        key = (files, job.name, environment.complete, *environment.variables.items())
        stack = self._known.get(key) or self._before.get(key) or loading.read(job)
        self._known[key] = stack
        return stack

    def next(self) -> None:
        """Go on to the next commit."""
        self._before, self._known = self._known, {}


def run(arguments: argparse.Namespace, sides: Sides, reread: Reread) -> int:
    """Show the sum over the commits; returns the exit status."""
    if not is_at_revision(arguments.log):
        raise UsageError(f"--log {arguments.log}: expected git:REVISION..REVISION")
    if len(arguments.sources) > 1 or any(map(is_at_revision, arguments.sources)):
        raise UsageError("--log: name at most one file or folder with it")
    wanted = reports.wanted(arguments, report.NAMES, report.reporter)
    span, path = parts_of(arguments.log)
    path = path or next(iter(arguments.sources), "")
    try:
        found, cut = commits(span, arguments.max_count)
    except Unreadable as error:
        raise UsageError(f"--log {arguments.log}: {error}") from None
    history = History()
    previous: LoadedSide | None = None
    progress = terminal.Progress("reading commit")
    for commit in counted(found, progress):
        loaded = sides.load(_named(commit, path))
        if previous is not None:
            sides.complete(previous, loaded)
            history.add(stack_change(*each) for each in pairs(previous, loaded))
        previous = loaded
        reread.next()
    # The same problem in many commits is one problem.
    problems = {(parts_of(each.path)[1], each.reason): each for each in reversed(sides.unjudged)}
    unjudged = tuple(in_order(problems.values()))
    terminal.warn_unjudged(*unjudged)
    shown = report.HistoryReport(arguments.log, history, cut, unjudged)
    written = reports.write(wanted, (each.render(shown) for each in wanted))
    if unjudged or not written:
        return NOT_JUDGED
    return FINDINGS if arguments.exit_code and history.total.now.most != 0 else 0


def _named(commit: Revision, path: str) -> Named:
    source = f"{PREFIX}{commit.name}:{path}" if path else f"{PREFIX}{commit.name}"
    return Named.of(source, implied=True)
