"""The command `labels set`."""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import takewhile

from linter.commands import running, undoing
from linter.commands.changing import Workspace
from linter.commands.labels import changing, words
from linter.commands.labels.naming import assignment, check_key, full_key
from linter.files.settings import UsageError

DESCRIPTION = "Set labels of services."
USAGE = "SOURCE SERVICE… NAME=VALUE…"
EPILOG = changing.EPILOG


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    changing.add_changing_options(parser, USAGE).add_argument(
        "--undo",
        metavar="FILE",
        help="for swarm:, take back the changes that FILE records",
    )


def run(arguments: argparse.Namespace) -> int:
    """Set the labels; returns the exit status."""
    rest = words.take_source(arguments, USAGE)
    if arguments.undo:
        if rest:
            raise UsageError("--undo: name only the swarm; the rest is in the record")
        return undoing.undo(arguments)
    globs = list(takewhile(lambda word: "=" not in word, rest))
    live = running.source_of(arguments) is not None
    pairs = [assignment(word, literal=live) for word in rest[len(globs) :]]
    if not pairs or not (globs or arguments.host):
        raise words.unexpected("SERVICE and NAME=VALUE", arguments, USAGE)
    times = Counter(full_key(name) for name, _ in pairs)
    if twice := [name for name, count in times.items() if count > 1]:
        raise UsageError(f"`{twice[0]}` is set twice")
    workspace = Workspace(arguments)
    if not arguments.force:
        extra = words.extra_labels(each.job for each in workspace.stacks)
        for name, _ in pairs:
            check_key(name, extra)
    stacks = [each.stack for each in workspace.stacks]
    chosen = words.chosen(arguments, stacks, globs, workspace.unjudged)
    wanted = {full_key(name): value for name, value in pairs}
    return changing.change(arguments, workspace, chosen, wanted)
