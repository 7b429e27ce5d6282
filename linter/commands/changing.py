"""Knows what commands that change files have in common: loading, judging, showing, writing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import date

from linter import files, registry, terminal, writing
from linter.commands import options
from linter.diagnostic import Unjudged
from linter.edits import diff
from linter.engine import Engine, Report, Selection
from linter.layout import public_lines
from linter.report.escape import escape
from linter.revise import Loaded, Rewrite
from linter.sources import STDIN, Loader
from linter.stack import Stack
from linter.syntax import compose

_RED, _GREEN, _CYAN, _BOLD = "31", "32", "36", "1"


def add_writing_options(parser: argparse.ArgumentParser) -> None:
    """Options on what is written."""
    group = parser.add_argument_group("what is written")
    group.add_argument(
        "--write",
        action="store_true",
        help="write the files, or for - print the new text; without it changes are only shown",
    )
    group.add_argument(
        "--backup",
        default="",
        metavar="SUFFIX",
        help="keep what a file was beside it, with this at the end of its name: .orig",
    )


class Workspace:
    """
    The stacks that a command is to change.

    `stacks` are those that can be changed; `unjudged` tells of the others, and why.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.request = options.request(arguments)
        self._stdin: bytes | None = None
        self._load()
        if arguments.write:
            done = writing.recover(self._paths())
            for sentence in done:
                terminal.complain(sentence)
            if done:
                self._load()

    def _load(self) -> None:
        loader = Loader(self.request, registry.names(), self._standard_input)
        self.stacks: list[Loaded] = []
        self.unjudged: list[Unjudged] = []
        for job, stack in loader.stacks():
            if self.arguments.verbose:
                terminal.complain(f"reading {', '.join(source.path for source in job.sources)}")
            refused = [*stack.unjudged, *_duplicates(stack)]
            self.unjudged += refused
            if not refused:
                self.stacks.append(Loaded(job, stack))
        self.unjudged += loader.unjudged
        if not (self.stacks or self.unjudged or loader.passed_over):
            terminal.complain("warning: no stack files found")

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
        asked = (*self.request.sources, *self.request.compose_files)
        return STDIN in asked and path == self.request.stdin_filename

    def write(self, rewrites: Iterable[Rewrite]) -> bool:
        """Write files, all or none; False where that cannot be, which is told."""
        try:
            writing.replace(
                [
                    (each.source, each.text)
                    for each in rewrites
                    if not self._is_stdin(each.source.path)
                ],
                backup=self.arguments.backup,
            )
        except writing.Unwritable as error:
            terminal.complain(f"error: {error.path}: not written: {error}")
            return False
        for each in rewrites:
            if self._is_stdin(each.source.path):
                sys.stdout.flush()
                sys.stdout.buffer.write(files.encode(each.source, each.text))
        return True

    @property
    def prints_text(self) -> bool:
        """Whether standard output is for the new text of standard input alone."""
        return bool(self.arguments.write) and STDIN in self.request.sources


def _duplicates(stack: Stack) -> Iterable[Unjudged]:
    for each in stack.duplicates:
        reason = f"`docker stack deploy` refuses it: the key `{each.key.text}` is given twice"
        yield Unjudged(each.key.source.path, reason, each.key)


def judge(stacks: Iterable[Loaded], selection: Selection | None = None) -> Report:
    """What the rules say of stacks."""
    rules = registry.load().values()
    engine = Engine(rules, selection or Selection(), date.today())  # noqa: DTZ011 - the user's day
    for job, stack in stacks:
        engine.judge(stack, job.config)
    return engine.finish()


def differences(rewrites: Sequence[Rewrite]) -> str:
    """The changes of files as one unified diff, of which `patch -p1` makes the same changes."""
    return "".join(
        diff(each.source, each.edits, public_lines(compose(each.source))) for each in rewrites
    )


def show(text: str, *, color: bool) -> None:
    """Print a diff: as it is for other programs, escaped and perhaps in colours for people."""
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    for line in text.split("\n")[:-1]:
        code = ""
        if color:
            code = {"-": _RED, "+": _GREEN, "@": _CYAN}.get(line[:1], "")
            code = _BOLD if line.startswith(("--- ", "+++ ")) else code
        shown = escape(line.removesuffix("\r"))
        sys.stdout.write(f"\x1b[{code}m{shown}\x1b[0m\n" if code else f"{shown}\n")
