"""The command `fix`."""

from __future__ import annotations

import argparse

from linter.checking import registry
from linter.commands import changing, options
from linter.files.settings import UsageError
from linter.report import changes as report

USAGE = "[SOURCE…]"
DESCRIPTION = "Mend what rules find and can mend. Shows the changes; --write makes them."

EPILOG = """\
examples:
  interlock-lint fix stack.yml             show what would change
  interlock-lint fix --write stacks/       mend what is safe to mend
  interlock-lint fix --unsafe stack.yml    and what changes routing: look first
  interlock-lint fix --select unquoted-boolean --write stack.yml
  interlock-lint fix --check stacks/       only say whether there is something

A safe fix leaves what Docker deploys as it is, or mends what Docker refuses.
Every change is proved before it is shown or written: read back by two parsers,
nothing differs but labels of the services that the finding is about.
`interlock-lint rules` tells which rules can mend what they find.

exit status:
  0  nothing to mend, or all of it is written
  1  there is something to mend (without --write), or a fix was refused
  2  called or configured wrongly
  3  something could not be judged or written
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    options.add_source_options(parser)
    options.add_rule_options(parser)
    group = changing.add_writing_options(parser)
    group.add_argument("--unsafe", action="store_true", help="make fixes too that change routing")
    group.add_argument(
        "--check", action="store_true", help="change nothing, only name the files to be mended"
    )
    options.add_output_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Mend what is asked for; returns the exit status."""
    if arguments.check and arguments.write:
        raise UsageError("--check changes nothing, and --write does; leave one of them out")
    rules = registry.load()
    outputs = options.outputs(arguments, report.NAMES)
    selection = options.selection(arguments, rules)
    workspace = changing.Workspace(arguments)
    outcome = changing.session(workspace, selection).fix(unsafe=arguments.unsafe)
    return workspace.finish("fix", outcome, outputs)
