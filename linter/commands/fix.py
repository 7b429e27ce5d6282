"""The command `fix`."""

from __future__ import annotations

import argparse

from linter.commands import changing, options, reports
from linter.files.settings import UsageError
from linter.report import changes as report

USAGE = "[SOURCE…]"
DESCRIPTION = "Fix findings. Changes are only shown unless --write is given."

EPILOG = """\
examples:
  interlock-lint fix stack.yml             show the available safe fixes
  interlock-lint fix --write stacks/       apply them
  interlock-lint fix --unsafe stack.yml    include fixes that change routing
  interlock-lint fix --select unquoted-boolean --write stack.yml
  interlock-lint fix --check stacks/       only list the files that would change

A safe fix does not change what Docker deploys, or fixes what Docker rejects.
Every change is verified before it is shown or written: two parsers read it
back, and only labels of the services that the finding is about may differ.
`interlock-lint rules` shows which rules have a fix.

exit status:
  0  nothing to fix, or all fixes are written
  1  something would change (without --write), or a fix was refused
  2  invalid usage or configuration
  3  something could not be judged or written
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.add_source_options(parser)
    options.add_rule_options(parser)
    group = changing.add_writing_options(parser)
    group.add_argument("--unsafe", action="store_true", help="also apply fixes that change routing")
    group.add_argument("--check", action="store_true", help="only list the files that would change")
    reports.add_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Fix findings; returns the exit status."""
    if arguments.check and arguments.write:
        raise UsageError("--check cannot be used with --write")
    selection = options.selection(arguments)
    workspace = changing.Workspace(arguments, repairs=True)
    outcome = changing.session(workspace, selection).fix(unsafe=arguments.unsafe)
    return workspace.finish("fix", outcome)
