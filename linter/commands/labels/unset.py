"""The command `labels unset`."""

from __future__ import annotations

import argparse

from linter.commands.changing import Workspace
from linter.commands.labels import changing, words
from linter.commands.labels.naming import check_key, full_key
from linter.files.settings import UsageError
from linter.model.vocabulary import rows

DESCRIPTION = "Remove labels from services."
USAGE = "SOURCE SERVICE NAME…"
EPILOG = changing.EPILOG


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    changing.add_changing_options(parser, USAGE)


def run(arguments: argparse.Namespace) -> int:
    """Remove the labels; returns the exit status."""
    rest = words.take_source(arguments, USAGE)
    if len(rest) < 2:
        raise words.unexpected("SERVICE and NAME", arguments, USAGE)
    glob, *names = rest
    workspace = Workspace(arguments)
    stacks = [each.stack for each in workspace.stacks]
    chosen = words.chosen(arguments, stacks, [glob], workspace.unjudged)
    known = {
        label.key.value
        for stack in stacks
        for service in stack.services
        if id(service) in chosen
        for label in service.labels
    }
    extra = words.extra_labels(each.job for each in workspace.stacks)
    services = {str(service.name) for stack in stacks for service in stack.services}
    for name in names:
        if full_key(name) not in known and not workspace.unjudged:
            if name in services and name not in rows():
                raise UsageError(f"`{name}` is a service; write several as `{glob},{name}`")
            check_key(name, extra)
    wanted = {full_key(name): None for name in names}
    return changing.change(arguments, workspace, chosen, wanted)
