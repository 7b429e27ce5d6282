"""What `labels list` and `labels get` share: reading stacks and printing labels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NamedTuple

from linter import terminal
from linter.commands import options
from linter.commands.labels.words import extra_labels
from linter.model.diagnostic import Unjudged, in_order
from linter.model.stack import Stack

STATUS = """\

exit status:
  0  labels are printed
  1  the label does not exist (labels get)
  2  invalid usage or configuration
  3  something could not be read
"""


class Asked(NamedTuple):
    """The stacks, what could not be read, and the labels that configurations add."""

    stacks: list[Stack]
    unread: list[Unjudged]
    extra: frozenset[str]


def read(arguments: argparse.Namespace) -> Asked:
    """Read the stacks. Raises UsageError."""
    loader = options.loader(options.request(arguments))
    pairs = list(options.announced(arguments, loader.stacks()))
    stacks = [stack for _, stack in pairs]
    unread = in_order([*loader.unjudged, *(each for stack in stacks for each in stack.unjudged)])
    for each in unread:
        terminal.warn_unjudged(each)
    options.warn_about_search(loader)
    return Asked(stacks, unread, extra_labels(job for job, _ in pairs))


def show(
    arguments: argparse.Namespace, outputs: Sequence[tuple[str, str]], text: str, data: str
) -> bool:
    """Print labels, and write them to `outputs`; returns False if that fails."""
    written = options.write(outputs, (data if name == "json" else text for name, _ in outputs))
    sys.stdout.write(data if arguments.format == "json" else text)
    return written
