"""What the commands that change files share: options, loading, writing and reporting."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial

from linter import terminal
from linter.checking.comparison import effect
from linter.checking.ruleset import EVERY_RULE, Selection
from linter.commands import jobs, loading, options, reports, running
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.editing import changeable
from linter.editing.loaded import Loaded
from linter.editing.rewriting import Rewrite
from linter.editing.session import Outcome, Session
from linter.editing.witness import Witness
from linter.files import decoding, signals, writing
from linter.files.request import STDIN
from linter.files.settings import UsageError
from linter.model.change import Live
from linter.model.diagnostic import in_order
from linter.report import Style
from linter.report import changes as report
from linter.report import plan as plans
from linter.report.changes import ChangeReport, patches
from linter.routing.routes import Backend, Mode, as_written
from linter.syntax.source import Source

_NOTHING_WRITTEN = "interrupted; nothing was written"
_KEPT = ("backup", "record", "undo")


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
    group.add_argument(
        "--record",
        metavar="FILE",
        help="for swarm:, where to keep what undoes the changes (default: a new file)",
    )
    options.add_docker_option(group)
    jobs.add_option(parser, "verify changes")
    return group


class Workspace:
    """
    The stacks that a command changes.

    `stacks` can be changed; `unjudged` says what cannot be changed, and why. `others` are further
    configured stacks that share files with `stacks`.
    """

    def __init__(self, arguments: argparse.Namespace, *, repairs: bool = False) -> None:
        """With `repairs`, files that Docker rejects for a reason that has a fix are changed too."""
        self.repairs = repairs
        if arguments.backup == "" or "/" in (arguments.backup or ""):
            raise UsageError("--backup: use a suffix without slashes, such as .orig")
        self.arguments = arguments
        self._report, *self._reports = reports.wanted(arguments, report.NAMES, report.reporter)
        self.swarm = running.source_of(arguments)
        self.request = options.request(arguments)
        self._stdin: bytes | None = None
        signals.last_words = _NOTHING_WRITTEN
        self._load()
        if arguments.write:
            signals.last_words = ""
            done = writing.recover(self._paths())
            signals.last_words = _NOTHING_WRITTEN
            for sentence in done:
                terminal.warn(sentence)
            if done:
                self._load()
        loading.warn_about_search(self._loader)
        self._check_outputs()

    def _load(self) -> None:
        loader = self._loader = loading.loader(self.request, self._standard_input)
        announced = partial(options.announced, self.arguments)
        self.stacks, self.others, self.unjudged = changeable.load(
            loader, repairs=self.repairs, announced=announced
        )

    def _check_outputs(self) -> None:
        """Raises UsageError if a report would be written over a backup, or a record of changes."""
        suffix, record, undo = (getattr(self.arguments, each, None) for each in _KEPT)
        kept = {os.path.realpath(record): "--record writes there"} if record else {}
        if undo:
            kept[os.path.realpath(undo)] = "--undo reads it"
        if suffix:
            backups = (os.path.realpath(path) + suffix for path in self._paths())
            kept.update(dict.fromkeys(backups, "--backup writes there"))
        for path in (each.path for each in self._reports if each.path):
            if why := kept.get(os.path.realpath(path)):
                raise UsageError(f"--output: {path}: {why}; choose another file")

    def _standard_input(self) -> bytes:
        if self._stdin is None:
            self._stdin = terminal.standard_input()
        return self._stdin

    def _paths(self) -> list[str]:
        return [
            source.path
            for each in self.stacks
            for source in each.job.sources
            if source.is_written and not self._is_stdin(source.path)
        ]

    def _is_stdin(self, path: str) -> bool:
        named = (*self.request.sources, *self.request.compose_files)
        return STDIN in named and path == self.request.stdin_filename

    def finish(
        self,
        command: str,
        outcome: Outcome,
        to: Mode | None = None,
        named: Iterable[str] = (),
    ) -> int:
        """
        Write the changes if asked to, and report them; returns the exit status.

        `named` are labels that the user has named, so that they may be shown.
        """
        arguments = self.arguments
        plan = effect(running.pairs(self.stacks, outcome.rewrites))
        if not arguments.quiet and self._report.name == "text" and plan.stacks:
            shown = self._report.style._replace(quiet=True)
            sys.stdout.write(plans.reporter("text")(plan, shown) + "\n")
        live = self._write(outcome) if arguments.write else Live()
        failed = live is None or not live.is_complete
        if self._reports and signals.last_words == _NOTHING_WRITTEN:
            signals.last_words = "interrupted; no stack file was changed"
        unjudged = in_order([*self.unjudged, *outcome.faults])
        changes = ChangeReport(
            command,
            outcome,
            to,
            named=frozenset(named),
            unjudged=unjudged,
            written=bool(arguments.write) and not failed,
            failed=failed,
            live=live or Live(),
        )
        terminal.warn_unjudged(*unjudged)
        reported = reports.write(self._reports, [each.render(changes) for each in self._reports])
        if arguments.check and self._report.name == "text":
            for rewrite in outcome.rewrites:
                terminal.warn(f"would change {rewrite.source.path}")
        elif not self._prints_text:
            self._show(changes)
        else:
            self._print_stdin(outcome.rewrites if changes.written else ())
        if not arguments.quiet:
            terminal.warn(report.summary(changes))
        if unjudged or failed or not reported:
            return NOT_JUDGED
        undone = outcome.rewrites and not changes.written
        return FINDINGS if undone or outcome.refuses else 0

    def _show(self, changes: ChangeReport) -> None:
        sys.stdout.write(self._report.render(changes))
        if self._report.name == "text" and not changes.written:
            self._show_patches(changes, self._report.style)

    @staticmethod
    def _show_patches(changes: ChangeReport, style: Style) -> None:
        for rewrite, patch in zip(changes.files, changes.patches, strict=True):
            shown = patches.for_people(patch.text, style) if style.terminal else patch.text
            sys.stdout.write(shown)
            if patch.withheld:
                terminal.warn(
                    f"note: {rewrite.source.path}: no patch is printed, because {patch.withheld}; "
                    "run with --write to apply the change"
                )
        for folder in {patch.root for patch in changes.patches if patch.text} - {os.curdir}:
            terminal.warn(
                "note: the paths in the patch start at the root of the repository; apply it there, "
                f"as with `git -C {folder} apply` or `patch -p1 -d {folder}`"
            )
        if any(patch.bare for patch in changes.patches):
            terminal.warn(
                "note: the patch leaves out context lines that may contain secrets, or that a "
                "terminal or a build server obeys; apply it with `patch -p1` or `git apply "
                "--unidiff-zero`"
            )

    def _write(self, outcome: Outcome) -> Live | None:
        """
        Write all files or none, then change what runs; report the first error.

        Returns None if the files are not written, or what became of what runs.
        """
        try:
            texts = [
                (each.source, each.text)
                for each in outcome.rewrites
                if each.source.is_written and not self._is_stdin(each.source.path)
            ]
            writing.replace(texts, backup=self.arguments.backup or "")
        except writing.Unwritable as error:
            terminal.warn(f"error: {error.path}: not written: {error}")
            return None
        if self.swarm is None:
            return Live()
        return running.apply(self.arguments, self.swarm, running.wanted(outcome.changes))

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


def session(
    workspace: Workspace,
    selection: Selection = EVERY_RULE,
    with_tasks: Callable[[Backend], Backend] = as_written,
) -> Session:
    """
    A session that changes the stacks of a workspace and shows its progress.

    `with_tasks` is as for a fleet.
    """
    judge = partial(
        changeable.judge,
        selection=selection,
        with_tasks=with_tasks,
        progress=terminal.Progress("judging stack"),
    )
    progress = terminal.Progress("verifying stack")
    witness = _witness(workspace)
    sources = [each for every in (workspace.stacks, workspace.others) for each in _sources(every)]
    # Each process would ask Docker on its own, and its questions would outlive an interrupt.
    spread = jobs.spread(1 if witness else workspace.arguments.jobs, sources)
    return Session(workspace.stacks, workspace.others, judge, progress, witness, spread)


def _sources(stacks: Iterable[Loaded]) -> Iterable[Source]:
    return (source for each in stacks for source in each.job.sources)


def _witness(workspace: Workspace) -> Witness | None:
    if not options.asks_docker(workspace.arguments):
        return None
    from linter.editing import witness

    return partial(witness.confirm, repairs=True) if workspace.repairs else witness.confirm
