"""The command `plan`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial

from linter import terminal
from linter.checking import registry
from linter.checking.comparison import Comparison, planned
from linter.checking.judging import new_checker
from linter.commands import options, reports
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files.sides import Reader, Sides
from linter.model.diagnostic import Unjudged, in_order
from linter.model.progress import Display, silent
from linter.reading.stack_reader import read
from linter.report import plan as report
from linter.routing.stack_changes import StackChange
from linter.swarm.finder import finder
from linter.syntax.scalars import whole_number

USAGE = "[OLD] [NEW]"
DESCRIPTION = """\
Show what deploying NEW over OLD does: which services change, which of their
tasks are replaced, how often that reconfigures the proxy, and what it does to
the routes."""

EPILOG = """\
examples:
  interlock-lint plan                            HEAD and the work tree
  interlock-lint plan git:origin/main            a branch and the work tree
  interlock-lint plan git:v1 git:v2
  interlock-lint plan old.yml new.yml
  interlock-lint plan --stack-name shop swarm: stack.yml   with what runs as OLD
  interlock-lint plan --stack-name shop -c base.yml -c prod.yml swarm:
  interlock-lint plan -c base.yml -c prod.yml git:v1
  interlock-lint plan --format markdown git:origin/main > plan.md
  interlock-lint plan --format html git:origin/main > plan.html
  interlock-lint plan --log git:v1..main         the sum over all commits

If only one side is named and it is a revision, it is OLD, and NEW is the same
path in the work tree. Anything else is NEW, and OLD is the same path in the
last commit. Files named with -c are looked up on both sides, except in swarm:.

Services are compared as Docker deploys them, so the spelling of a file makes no
difference. Values of environment variables are never shown.

In task mode, the proxy has one server for each task, so whatever replaces tasks
reconfigures it. In VIP mode, it has the virtual IP of the service, which stays.

exit status:
  0  the plan is shown
  1  the engine refuses a change; with --exit-code: the proxy is reconfigured
  2  invalid usage or configuration
  3  something could not be judged: unreadable, not YAML, rejected by Docker
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.add_source_options(parser, positional=False)
    options.add_rule_options(parser)
    group = parser.add_argument_group("plan")
    group.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="OLD and NEW, or one of them: file, folder, git:REVISION[:PATH]; - for stdin as NEW",
    )
    group.add_argument(
        "--exit-code",
        action="store_true",
        help="exit with 1 if the proxy is reconfigured, or may be",
    )
    group.add_argument(
        "--log",
        metavar="git:RANGE",
        help="add up all commits of a range instead, as in git:v1..main",
    )
    group.add_argument(
        "--max-count",
        type=_count,
        default=1000,
        metavar="N",
        help="compare only the newest N commits with --log (default: 1000)",
    )
    reports.add_options(parser, report.NAMES)


def _count(text: str) -> int:
    number = whole_number(text)
    if not number:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of commits")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Show the plan; returns the exit status."""
    if arguments.log:
        from linter.commands import history

        reread = history.Reread()
        return history.run(arguments, _sides(arguments, reread), reread)
    wanted = reports.wanted(arguments, report.NAMES, report.reporter)
    found = _plan(arguments)
    terminal.warn_unjudged(*found.unjudged)

    def without(stacks: Sequence[StackChange], faults: Sequence[Unjudged]) -> Comparison:
        unjudged = tuple(in_order([*found.unjudged, *faults]))
        return found._replace(stacks=tuple(stacks), unjudged=unjudged)

    texts, faults = reports.texts(wanted, without, found.stacks, lambda each: each.title)
    terminal.warn_unjudged(*faults)
    written = reports.write(wanted, texts)
    if found.unjudged or faults or not written:
        return NOT_JUDGED
    reconfigured = arguments.exit_code and found.total().reconfiguring
    return FINDINGS if reconfigured or found.is_refused else 0


def _sides(
    arguments: argparse.Namespace, reader: Reader = read, progress: Display = silent
) -> Sides:
    request = options.request(arguments)
    stdin = terminal.standard_input
    swarm = finder(request.timeout, options.asking(), contents=True)
    announced = partial(options.announced, arguments)
    return Sides(request, registry.names(), stdin, reader, progress, swarm, announced)


def _plan(arguments: argparse.Namespace) -> Comparison:
    sides = _sides(arguments, progress=terminal.Progress)
    selection = options.selection(arguments)
    checkers = new_checker(selection), new_checker(selection)
    judging = terminal.Progress("judging stack")
    found = planned(sides, arguments.sources, checkers, judging)
    for sentence in dict.fromkeys(sides.warnings):
        terminal.warn(f"warning: {sentence}")
    return found
