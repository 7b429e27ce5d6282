"""The command `migrate`."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from linter.commands import changing, choosing, options
from linter.commands.choosing import Tasks
from linter.commands.parser import one_of
from linter.files.settings import UsageError
from linter.report import changes as report
from linter.routing import migration
from linter.routing.routes import Mode

if TYPE_CHECKING:
    from fractions import Fraction

USAGE = "--to MODE [SOURCE…]"
DESCRIPTION = """\
Switch services between task mode and VIP mode: sets or changes the label
com.docker.lb.backend_mode in stack files, and touches nothing else. Shows first
what would change; --write does it."""

EPILOG = """\
examples:
  interlock-lint migrate --to vip stack.yml               show what would change
  interlock-lint migrate --to vip stack.yml | patch -p1   or let patch do it
  interlock-lint migrate --to vip --write stacks/
  interlock-lint migrate --to vip --service 'shop*' --drop-sticky stacks/
  interlock-lint migrate --to vip --max-share-shift 5 --tasks api=3 stacks/
  interlock-lint migrate --to task --write -c base.yml -c prod.yml

A service is left as it is, with the reason, when the switch would break
something: VIP mode has no sticky sessions, needs a virtual IP, and does not
exist in old versions (--target). Services with the same host share its
requests, in task mode by their tasks, in VIP mode in equal parts. Where a share
would change, all services of the host are left, unless --max-share-shift allows
it. Name all stacks that share hosts, so that all shares are seen.

There and back leaves `backend_mode: task`, which is what no label means too.

Every change is proved before it is shown or written: read back by two parsers,
nothing but the declared labels differs, and no comment and no anchor is lost.

exit status:
  0  nothing to change, or all that was asked for is written
  1  there is something to change (without --write), or something was refused
  2  called or configured wrongly
  3  something could not be judged or written
"""

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%?")


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    options.add_source_options(parser)
    group = parser.add_argument_group("what is switched")
    group.add_argument(
        "--to", required=True, type=one_of(Mode), metavar="MODE", help="the mode to switch to"
    )
    choosing.add_glob_option(group, "--service", "only services with such a name")
    choosing.add_glob_option(group, "--host", "only services with such a host")
    group.add_argument(
        "--drop-sticky",
        action="store_true",
        help="take labels out that ask for sticky sessions, which VIP mode does not have",
    )
    group.add_argument(
        "--max-share-shift",
        default="0",
        metavar="PERCENT",
        help="how many points the share of a service may change (default: 0)",
    )
    choosing.add_tasks_options(group)
    changing.add_writing_options(parser)
    options.add_output_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Switch what is asked for; returns the exit status."""
    outputs = options.outputs(arguments, report.NAMES)
    tasks, allowed = Tasks.of(arguments), _allowed(arguments.max_share_shift)
    workspace = changing.Workspace(arguments)
    stacks = [each.stack for each in workspace.stacks]
    everybody = {str(service.name) for stack in stacks for service in stack.services}
    if not workspace.unjudged:
        tasks.check(everybody)
    chosen = choosing.services(
        stacks,
        arguments.service,
        arguments.host,
        "--service",
        complete=not workspace.unjudged,
    )
    terms = migration.Terms(Mode(arguments.to), allowed, arguments.drop_sticky, tasks.settled)
    outcome = changing.session(workspace).migrate(chosen, terms)
    return workspace.finish("migrate", outcome, outputs, terms.to)


def _allowed(text: str) -> Fraction:
    from fractions import Fraction

    match = _PERCENT.fullmatch(text)
    if not match or float(match[1]) > 100:
        raise UsageError(f"--max-share-shift {text}: write a number of percent, from 0 to 100")
    return Fraction(match[1]) / 100
