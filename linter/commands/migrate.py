"""The command `migrate`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from linter.commands import changing, choosing, options, reports
from linter.commands.choosing import Tasks
from linter.commands.parser import one_of
from linter.commands.service_names import ServiceNames
from linter.files.settings import UsageError
from linter.report import changes as report
from linter.routing import migration
from linter.routing.routes import Mode

if TYPE_CHECKING:
    from fractions import Fraction

USAGE = "--to MODE [SOURCE…]"
DESCRIPTION = """\
Switch services between task mode and VIP mode, by setting the label
com.docker.lb.backend_mode. Changes are only shown unless --write is given."""

EPILOG = """\
examples:
  interlock-lint migrate --to vip stack.yml               show what would change
  interlock-lint migrate --to vip stack.yml | patch -p1   apply it with patch
  interlock-lint migrate --to vip --write stacks/
  interlock-lint migrate --to vip --service 'shop*' --drop-sticky stacks/
  interlock-lint migrate --to vip --max-share-shift 5 --tasks api=3 stacks/
  interlock-lint migrate --to task --write -c base.yml -c prod.yml
  interlock-lint migrate --to vip --stack-name shop swarm:   services that run

A service is not switched if that would break something: VIP mode has no sticky
sessions, needs a virtual IP, and does not exist in old versions (--target). The
output gives the reason. Services with the same host share its requests: in
proportion to their tasks in task mode, equally in VIP mode. If a share would
change, no service of the host is switched, unless --max-share-shift allows it.
Name all stacks that share hosts, so that all shares are known.

Switching to VIP mode and back leaves `backend_mode: task`, which is also the
default without the label.

Every change is verified before it is shown or written: two parsers read it
back, only the intended labels differ, and no comment or anchor is lost.

exit status:
  0  nothing to change, or all changes are written
  1  something would change (without --write), or was refused
  2  invalid usage or configuration
  3  something could not be judged or written
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.add_source_options(parser)
    group = parser.add_argument_group("migration")
    group.add_argument(
        "--to",
        required=True,
        type=one_of(Mode),
        metavar="MODE",
        help="mode to switch to: task or vip",
    )
    choosing.add_glob_option(group, "--service", "only services with a matching name")
    choosing.add_glob_option(group, "--host", "only services with a matching host")
    group.add_argument(
        "--drop-sticky",
        action="store_true",
        help="remove labels for sticky sessions (VIP mode has none)",
    )
    group.add_argument(
        "--max-share-shift",
        default="0",
        metavar="PERCENT",
        help="percentage points a share may change (default: 0)",
    )
    choosing.add_tasks_options(group)
    changing.add_writing_options(parser)
    reports.add_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Switch services; returns the exit status."""
    asked, allowed = Tasks.of(arguments), _allowed(arguments.max_share_shift)
    workspace = changing.Workspace(arguments)
    stacks = [each.stack for each in workspace.stacks]
    services = (service for stack in stacks for service in stack.services)
    tasks = asked.meant(ServiceNames(services, complete=not workspace.unjudged))
    chosen = choosing.services(
        stacks,
        arguments.service,
        arguments.host,
        "--service",
        complete=not workspace.unjudged,
    )
    terms = migration.Terms(Mode(arguments.to), allowed, arguments.drop_sticky, tasks.apply)
    outcome = changing.session(workspace, with_tasks=tasks.apply).migrate(chosen, terms)
    return workspace.finish("migrate", outcome, terms.to)


def _allowed(text: str) -> Fraction:
    share = choosing.percentage(text, 6)
    if share is None or share > 1:
        raise UsageError(f"--max-share-shift {text}: must be a percentage from 0 to 100")
    return share
