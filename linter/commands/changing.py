"""What the commands that change files share: options, loading, writing and reporting."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from linter import terminal
from linter.checking import registry
from linter.checking.engine import Engine, Selection
from linter.commands import options
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.editing.revise import Loaded, Rewrite
from linter.editing.session import Outcome, Session
from linter.files import decoding, writing
from linter.files.loader import STDIN, Job, Loader
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.report import Report
from linter.model.stack import Stack
from linter.report import Style
from linter.report import changes as report
from linter.report.changes import ChangeReport, patches
from linter.routing.routes import Mode


def add_writing_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Options for writing files."""
    parser.set_defaults(check=False)
    group = parser.add_argument_group("writing")
    writes = group.add_mutually_exclusive_group()
    writes.add_argument(
        "--write",
        action="store_true",
        help="write the changes; for -, print the new text",
    )
    writes.add_argument("--dry-run", action="store_true", help="only show the changes (default)")
    group.add_argument(
        "--backup",
        metavar="SUFFIX",
        help="keep a copy of each file under its name plus SUFFIX",
    )
    return group


class Workspace:
    """
    The stacks that a command changes.

    `stacks` can be changed; `unjudged` says what cannot be changed, and why. `others` are further
    configured stacks that share files with `stacks`.
    """

    def __init__(self, arguments: argparse.Namespace, *, mends: bool = False) -> None:
        """With `mends`, what a fix can mend does not keep a file from being changed."""
        self._mends = mends
        if arguments.backup == "" or "/" in (arguments.backup or ""):
            raise UsageError("--backup: use a suffix without slashes, such as .orig")
        self.arguments = arguments
        self.request = options.request(arguments)
        self._stdin: bytes | None = None
        self._load()
        if arguments.write:
            done = writing.recover(self._paths())
            for sentence in done:
                terminal.warn(sentence)
            if done:
                self._load()

    def _load(self) -> None:
        loader = Loader(self.request, registry.names(), self._standard_input)
        self.unjudged: list[Unjudged] = []
        self.stacks = self._usable(loader.stacks())
        self.others = self._usable(loader.others([each.job for each in self.stacks]))
        self.unjudged += loader.unjudged
        if not (self.stacks or self.unjudged or loader.skipped):
            terminal.warn("warning: no stack files found")

    def _usable(self, stacks: Iterable[tuple[Job, Stack]]) -> list[Loaded]:
        """The stacks that can be changed; the reasons for the others go to `unjudged`."""
        found: list[Loaded] = []
        for job, stack in options.announced(self.arguments, stacks):
            rejected = [*self._rejections(stack), *_duplicates(stack)]
            self.unjudged += rejected
            if not rejected:
                found.append(Loaded(job, stack))
        return found

    def _rejections(self, stack: Stack) -> Iterable[Unjudged]:
        if not self._mends:
            return stack.unjudged
        left = tuple(each for each in stack.refusals if each.instead is None)
        return stack._replace(refusals=left).unjudged

    def _standard_input(self) -> bytes:
        if self._stdin is None:
            self._stdin = terminal.standard_input()
        return self._stdin

    def _paths(self) -> list[str]:
        return [
            source.path
            for each in self.stacks
            for source in each.job.sources
            if not self._is_stdin(source.path)
        ]

    def _is_stdin(self, path: str) -> bool:
        named = (*self.request.sources, *self.request.compose_files)
        return STDIN in named and path == self.request.stdin_filename

    def finish(
        self,
        command: str,
        outcome: Outcome,
        outputs: Sequence[tuple[str, str]],
        to: Mode | None = None,
    ) -> int:
        """Write the changes if asked to, and report them; returns the exit status."""
        arguments = self.arguments
        failed = bool(arguments.write) and not self._write(outcome.rewrites)
        changes = ChangeReport(
            command=command,
            outcome=outcome,
            to=to,
            unjudged=tuple(self.unjudged),
            written=bool(arguments.write) and not failed,
            failed=failed,
        )
        for each in self.unjudged:
            terminal.warn_unjudged(each)
        for name, path in outputs:
            options.write(path, report.reporter(name)(changes, Style()))
        if arguments.check:
            for rewrite in outcome.rewrites:
                terminal.warn(f"would change {rewrite.source.path}")
        elif not self._prints_text:
            self._show(changes)
        else:
            self._print_stdin(outcome.rewrites if changes.written else ())
        if not arguments.quiet:
            terminal.warn(report.summary(changes))
        if self.unjudged or failed:
            return NOT_JUDGED
        undone = outcome.rewrites and not changes.written
        return FINDINGS if undone or outcome.refuses else 0

    def _show(self, changes: ChangeReport) -> None:
        style = options.style(self.arguments)
        sys.stdout.write(report.reporter(self.arguments.format)(changes, style))
        if self.arguments.format == "text" and not changes.written:
            self._show_patch(patches.differences(changes.outcome.rewrites), style)

    @staticmethod
    def _show_patch(text: str, style: Style) -> None:
        sys.stdout.write(patches.for_people(text, style) if sys.stdout.isatty() else text)
        if patches.adds_lines_without_context(text):
            terminal.warn(
                "note: the patch leaves out context lines that may contain secrets; apply it with "
                "`patch -p1` or `git apply --unidiff-zero`"
            )

    def _write(self, rewrites: Iterable[Rewrite]) -> bool:
        """Write all files or none; report the error and return False if that fails."""
        try:
            texts = [
                (each.source, each.text)
                for each in rewrites
                if not self._is_stdin(each.source.path)
            ]
            writing.replace(texts, backup=self.arguments.backup or "")
        except writing.Unwritable as error:
            terminal.warn(f"error: {error.path}: not written: {error}")
            return False
        return True

    def _print_stdin(self, rewrites: Iterable[Rewrite]) -> None:
        """Print the new text of standard input, or the old text if nothing changes."""
        changed = (each for each in rewrites if self._is_stdin(each.source.path))
        new = next((decoding.encode(each.source, each.text) for each in changed), None)
        old = self._standard_input()
        if len(old) <= decoding.MAX_BYTES:  # of anything larger, only the beginning was read
            sys.stdout.flush()
            sys.stdout.buffer.write(old if new is None else new)

    @property
    def _prints_text(self) -> bool:
        """Whether standard output is reserved for the new text of standard input."""
        named = (*self.request.sources, *self.request.compose_files)
        return bool(self.arguments.write) and STDIN in named


def _duplicates(stack: Stack) -> Iterable[Unjudged]:
    for each in stack.duplicates:
        reason = f"`docker stack deploy` rejects it: the key `{each.key.text}` appears twice"
        yield Unjudged(each.key.source.path, reason, each.key)


def session(workspace: Workspace, selection: Selection | None = None) -> Session:
    """A session that changes the stacks of a workspace and shows its progress."""
    progress = terminal.progress("verifying stack", len(workspace.stacks))
    judge = partial(_judge, selection=selection or Selection())
    return Session(workspace.stacks, workspace.others, judge, progress)


def _judge(stacks: Iterable[Loaded], selection: Selection) -> Report:
    """Run the rules over stacks."""
    rules = registry.load().values()
    engine = Engine(rules, selection, date.today())  # noqa: DTZ011 - the user's day
    for job, stack in stacks:
        engine.judge(stack, job.settings)
    return engine.finish()
