"""The command `init`."""

from __future__ import annotations

import argparse
import os
import sys

from linter import terminal
from linter.commands.status import NOT_JUDGED
from linter.files import output
from linter.files.proposal import propose
from linter.files.settings import FILE_NAMES, UsageError, find, shown
from linter.model.diagnostic import Unjudged
from linter.report import proposal as report

USAGE = "[FOLDER]"
DESCRIPTION = f"""\
Propose a configuration for the stack files in a folder and below. It is only
shown unless --write is given, which creates {FILE_NAMES[0]}."""

EPILOG = """\
examples:
  interlock-lint init                show a proposal for the current folder
  interlock-lint init --write        create .interlock-lint.yaml
  interlock-lint init --write prod/  create prod/.interlock-lint.yaml

The proposal lists under `stacks:` which files are deployed as one stack: a base
and an override, which is named after it (docker-compose.yml and
docker-compose.prod.yml, stack.yml and stack.prod.yml) or has some of its
services, but no images. Each override makes another stack with the base. A file
such as prod.env is added if it sets variables of the stack. Interlock's own
config.toml is used if it is in the folder, and so is the target if the images
in that file show it.

A configuration is never overwritten. Read the proposal before you use it: the
files do not say which of them are deployed together.

exit status:
  0  the proposal is shown, or written
  2  invalid usage, or there is a configuration already (--write)
  3  there are no stack files, or the configuration could not be written
"""

_MOST_NOTES = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    group = parser.add_argument_group("input")
    group.add_argument(
        "folder",
        nargs="?",
        default=os.curdir,
        metavar="FOLDER",
        help="folder to search (default: current folder)",
    )
    group = parser.add_argument_group("writing")
    writes = group.add_mutually_exclusive_group()
    writes.add_argument("--write", action="store_true", help=f"create {FILE_NAMES[0]}")
    writes.add_argument("--dry-run", action="store_true", help="only show the proposal (default)")


def run(arguments: argparse.Namespace) -> int:
    """Propose a configuration, and write it if asked to; returns the exit status."""
    folder = arguments.folder
    if not os.path.isdir(folder):
        raise UsageError(
            f"{folder}: {'not a folder' if os.path.exists(folder) else 'no such folder'}"
        )
    existing = find(os.path.abspath(folder))
    if existing and arguments.write:
        raise UsageError(_refusal(existing, folder))
    proposal = propose(folder, terminal.Progress)
    for note in proposal.notes[:_MOST_NOTES]:
        terminal.warn(f"note: {note}")
    if (more := len(proposal.notes) - _MOST_NOTES) > 0:
        terminal.warn(f"note: and {more:,} more of this kind")
    if proposal.nothing:
        terminal.warn_unjudged(Unjudged(folder, proposal.nothing, help="name another folder"))
        return NOT_JUDGED
    text = report.as_text(proposal, folder)
    sys.stdout.write(text)
    path = os.path.normpath(os.path.join(folder, FILE_NAMES[0]))
    if not arguments.write:
        how = _refusal(existing, folder) if existing else f"run with --write to create {path}"
        terminal.warn(f"{report.summary(proposal)}; {how}")
        return 0
    try:
        output.write_new(path, text)
    except output.Unwritable as error:
        terminal.warn(f"error: {path}: not written: {error}")
        return NOT_JUDGED
    terminal.warn(f"{report.summary(proposal)}; created {path}")
    return 0


def _refusal(existing: str, folder: str) -> str:
    """What stands in the way of a new configuration."""
    path = shown(existing)
    if os.path.basename(existing) not in FILE_NAMES:
        path = f"{path}, [tool.interlock-lint]"
    if os.path.dirname(existing) == os.path.abspath(folder):
        return f"there is a configuration already ({path}); it is not overwritten"
    return f"a configuration already applies here ({path}); add to it what is missing"
