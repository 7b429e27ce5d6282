"""What `labels set` and `labels unset` share: options and making the change."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from linter.commands import changing, reports
from linter.commands.labels import words
from linter.report import changes as report

EPILOG = (
    words.DESCRIPTION
    + """\
VALUE is written as in a stack file: ${NAME} is a variable, $$ is a dollar sign.
For swarm:, VALUE is literal.

A label is changed in place. If it is shared through an anchor or a merge with
services that are not named, the service gets a label of its own and keeps
everything else it inherits. A change that cannot be made exactly is refused; if
possible, the output has a patch to apply by hand. A change that causes new
findings is refused unless --force is given. Every change is verified before it
is shown or written.

examples:
  interlock-lint labels set stack.yml web port=8080 hosts=app.example.com
  interlock-lint labels set stack.yml web port=8080 | patch -p1
  interlock-lint labels set --write stacks/ 'shop*' api network=front
  interlock-lint labels unset --write stack.yml web sticky_session_cookie
  interlock-lint labels set --write -c base.yml -c prod.yml web port=80
  interlock-lint labels set --write swarm: shop_web port=8080

exit status:
  0  nothing to change, or all changes are written
  1  something would change (without --write), or was refused
  2  invalid usage or configuration
  3  something could not be judged or written
"""
)


def add_changing_options(parser: argparse.ArgumentParser, usage: str) -> argparse._ArgumentGroup:
    """Add all options of a command that changes labels; returns those about writing."""
    words.add_word_options(parser, usage)
    group = changing.add_writing_options(parser)
    group.add_argument("--force", action="store_true", help="apply even if new findings appear")
    reports.add_options(parser, report.NAMES)
    return group


def change(
    arguments: argparse.Namespace,
    workspace: changing.Workspace,
    chosen: set[int],
    wanted: Mapping[str, str | None],
) -> int:
    """Make the same label changes for all chosen services; returns the exit status."""
    outcome = changing.session(workspace).set_labels(chosen, wanted, force=arguments.force)
    return workspace.finish(arguments.command, outcome, named=wanted)
