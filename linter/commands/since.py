"""The options `--changed` and `--only-changed-lines`: what is judged, and what is shown of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from functools import cache

from linter import terminal
from linter.files.changed import Changes, changes_since
from linter.files.decoding import Unreadable
from linter.files.loader import Loader
from linter.files.request import STDIN, Job
from linter.files.revision import revision
from linter.files.settings import Settings, UsageError
from linter.files.sources import is_at_revision
from linter.model.diagnostic import Finding, Unjudged
from linter.model.report import Report
from linter.syntax.new_lines import Regions, touches


def settle(arguments: argparse.Namespace) -> None:
    """Take the word after `--changed` as a source if it is one, and not a revision."""
    name = arguments.changed
    if name == STDIN or os.path.lexists(name):
        try:
            revision(name)
        except Unreadable:
            arguments.sources = [name, *arguments.sources]
            arguments.changed = "HEAD"


class Since:
    """What has changed since the revision that a command line names. Raises UsageError."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        name = arguments.changed
        named = (*arguments.sources, *arguments.compose_file)
        if at := next(filter(is_at_revision, named), None):
            raise UsageError(f"--changed: {at}: only files in the work tree can be compared")
        try:
            self._changes: Changes = changes_since(name)
        except Unreadable as error:
            raise UsageError(f"--changed: {error}") from None
        self._only_lines = arguments.only_changed_lines
        self._stdin = arguments.stdin_filename if STDIN in named else None
        self._lines = cache(self._lines_of)

    def includes(self, job: Job) -> bool:
        """Whether any file that a stack depends on has changed."""
        return self._sources(job) or self._others(job)

    def _sources(self, job: Job) -> bool:
        return any(map(self._has_changed, (source.path for source in job.sources)))

    def _others(self, job: Job) -> bool:
        """Whether a file that is not a part of the stack, but matters to it, has changed."""
        settings = job.settings
        proxy = settings.proxy and settings.proxy.path
        known = [each for each in (*job.env_files, settings.path, proxy) if each]
        # The files of the command line need not be in the repository.
        inside = (each for each in known if not is_at_revision(each) and self._changes.covers(each))
        path = job.sources[0].path
        return any(map(self._changes.includes, inside)) or (
            self._changes.covers(path) and self._changes.misses_configuration(path)
        )

    def includes_proxy(self, path: str, settings: Settings) -> bool:
        """Whether a configuration of Interlock has changed, or our own for it."""
        own = settings.path
        return self._has_changed(path) or bool(
            own and self._changes.covers(own) and self._changes.includes(own)
        )

    def _has_changed(self, path: str) -> bool:
        """Whether a file has changed; one that cannot be compared counts as new."""
        return path == self._stdin or not self._changes.covers(path) or self._changes.includes(path)

    def narrow(self, report: Report, loader: Loader) -> None:
        """Leave out what is not about changed files; and not about lines, if only those count."""
        report.unjudged = list(self.asked_for(report.unjudged, loader))
        if self._only_lines:
            shown = [each for each in report.diagnostics if self._is_shown(each.finding)]
            report.elsewhere = len(report.diagnostics) - len(shown)
            report.diagnostics = shown

    def asked_for(self, found: Iterable[Unjudged], loader: Loader) -> Iterator[Unjudged]:
        """What was asked for and could not be judged; a warning is enough for the rest."""
        for each in found:
            if self._was_asked_for(each.path, loader):
                yield each
            else:
                since = f"it has not changed since {self._changes.name}"
                terminal.warn(f"warning: {each.path}: not compared: {each.reason}; {since}")

    def _was_asked_for(self, path: str, loader: Loader) -> bool:
        """Whether a file has changed, or another one of a stack that it belongs to."""
        if self._has_changed(path):
            return True
        own = os.path.abspath(path)
        settings = loader.settings(path)
        files = [settings.path]
        for stack in settings.stacks:
            files += (*stack.files, stack.env_file) if own in stack.files else ()
        if path in loader.request.compose_files:
            files += (*loader.request.compose_files, *loader.request.env_files)
        inside = (each for each in files if each and self._changes.covers(each))
        return any(map(self._changes.includes, inside))

    def _is_shown(self, finding: Finding) -> bool:
        """Whether any place of a finding is on a changed line."""
        return any(touches(self._lines(span.source.path), *span.lines) for span in finding.spans())

    def _lines_of(self, path: str) -> Regions | None:
        if path == self._stdin or not self._changes.covers(path):
            return None
        return self._changes.lines(path)
