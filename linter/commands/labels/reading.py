"""What `labels list` and `labels get` share: reading stacks and printing labels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from linter import terminal
from linter.commands import options
from linter.model.diagnostic import Unjudged, in_order
from linter.model.stack import Stack
from linter.syntax.nodes import Document

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
    stacks: list[Stack] = []
    extra: frozenset[str] = frozenset()
    for job, stack in options.announced(arguments, loader.stacks()):
        stacks.append(_without_nodes(stack))
        extra |= job.settings.extra_labels
    unread = in_order([*loader.unjudged, *(each for stack in stacks for each in stack.unjudged)])
    for each in unread:
        terminal.warn_unjudged(each)
    options.warn_about_search(loader)
    return Asked(stacks, unread, extra)


def _without_nodes(stack: Stack) -> Stack:
    """A stack without what is not about services, which takes most of the memory."""
    return stack._replace(documents=tuple(Document(each, None, (), ()) for each in stack.sources))


def show(
    arguments: argparse.Namespace,
    outputs: Sequence[tuple[str, str]],
    reports: Mapping[str, Callable[[], str]],
) -> bool:
    """Print labels, and write them to `outputs`; returns False if that fails."""
    written = options.write(outputs, (reports[name]() for name, _ in outputs))
    sys.stdout.write(reports[arguments.format]())
    return written
