"""The command `plan`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from linter import terminal
from linter.checking import registry
from linter.checking.engine import Engine
from linter.commands import options
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files.sides import Loaded, Pair, Reader, Sides, named, pairs
from linter.model.deployed import variables
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.fault import fault
from linter.reading.stack_reader import read
from linter.report import plan as report
from linter.report import rendered
from linter.routing.restarts import restarts
from linter.routing.route_changes import RouteChange, route_changes
from linter.routing.routes import Backend, Fleet
from linter.routing.stack_changes import Side, StackChange, stack_change
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
  interlock-lint plan -c base.yml -c prod.yml git:v1
  interlock-lint plan --format markdown git:origin/main > plan.md
  interlock-lint plan --log git:v1..main         the sum over all commits

If only one side is named and it is a revision, it is OLD, and NEW is the same
path in the work tree. Anything else is NEW, and OLD is the same path in the
last commit. Files named with -c are looked up on both sides.

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
    options.add_output_options(parser, report.NAMES)


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
    outputs = options.outputs(arguments, report.NAMES)
    found = _plan(arguments)
    for each in found.unjudged:
        terminal.warn_unjudged(each)
    styles = options.styles(arguments, outputs)

    def render(stacks: Sequence[StackChange], faults: Sequence[Unjudged]) -> tuple[str, list[str]]:
        unjudged = tuple(in_order([*found.unjudged, *faults]))
        shown = found._replace(stacks=tuple(stacks), unjudged=unjudged)
        text, *others = (report.reporter(name)(shown, style) for name, style in styles)
        return text, others

    (text, others), faults = rendered(render, found.stacks, lambda each: each.title)
    for each in faults:
        terminal.warn_unjudged(each)
    written = options.write(outputs, others)
    sys.stdout.write(text)
    if found.unjudged or faults or not written:
        return NOT_JUDGED
    reconfigured = arguments.exit_code and found.total().reconfiguring
    return FINDINGS if reconfigured or found.is_refused else 0


def _sides(arguments: argparse.Namespace, reader: Reader = read) -> Sides:
    request = options.request(arguments)
    swarm = options.swarm(request)
    return Sides(request, registry.names(), terminal.standard_input, reader, swarm)


def _plan(arguments: argparse.Namespace) -> report.PlanReport:
    rules = registry.load()
    sides = _sides(arguments)
    old, new = map(sides.load, named(arguments.sources))
    sides.complete(old, new)
    for sentence in dict.fromkeys(sides.warnings):
        terminal.warn(f"warning: {sentence}")
    unjudged = [*sides.unjudged, *sides.unknown_files()]
    compared = list(pairs(old, new))
    changes = list(_changes(compared, unjudged))
    sides_before = [each.old for each in compared if each.old]
    sides_after = [each.new for each in compared if each.new]
    selection = options.selection(arguments, rules)
    today = date.today()  # noqa: DTZ011 - a day of the user's calendar
    engines = [Engine(rules.values(), selection, today) for _ in (old, new)]
    before, faults = _findings(old, [(each.title, each.old) for each in compared], engines[0])
    after, more = _findings(new, [(each.title, each.new) for each in compared], engines[1])
    unjudged += [*faults, *more]
    if old.named.is_running or new.named.is_running:
        before = after = []  # rules see other things in a file than in what runs
    return report.PlanReport(
        old=old.named.title,
        new=new.named.title,
        stacks=tuple(filter(None, changes)),
        routes=_routes(compared),
        restarts=restarts(sides_before, sides_after),
        found=tuple(_only(after, before)),
        gone=tuple(_only(before, after)),
        unjudged=tuple(in_order(unjudged)),
        unread=sum(each.unread for each in changes),
        variables=_unknown([*sides_before, *sides_after]),
    )


def _changes(compared: Iterable[Pair], unjudged: list[Unjudged]) -> Iterator[StackChange]:
    for title, old, new in compared:
        try:
            yield stack_change(title, old, new)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            unjudged.append(fault(title, error))


def _routes(compared: Iterable[Pair]) -> tuple[RouteChange, ...]:
    """The routes of all stacks together that differ."""
    fleets, titles = (Fleet(), Fleet()), {}
    for title, *sides in compared:
        for fleet, side in zip(fleets, sides, strict=True):
            if side is not None:
                fleet.add(side.stack)
                titles[tuple(each.path for each in side.stack.sources)] = title

    def title_of(backend: Backend) -> str:
        return titles[backend.stack]

    return route_changes(fleets[0].routes, fleets[1].routes, title_of)


def _unknown(sides: Iterable[Side]) -> tuple[str, ...]:
    """The variables whose values are not known."""
    found = {name for side in sides for name in variables(side.deployed)}
    return tuple(sorted(found))


_Finding = tuple[tuple[object, ...], Diagnostic]


def _findings(
    loaded: Loaded, compared: Iterable[tuple[str, Side | None]], engine: Engine
) -> tuple[list[_Finding], list[Unjudged]]:
    """
    What `check` finds on a side, and what it could not judge.

    Each finding comes with what it has in common with the same one on the other side, where its
    file may have another name.
    """
    titles = {id(side): title for title, side in compared}
    places: dict[str, tuple[str, int]] = {}
    for job, side in loaded.stacks.values():
        if id(side) in titles:
            engine.judge(side.stack, job.settings)
            for number, source in enumerate(side.stack.sources):
                places.setdefault(source.path, (titles[id(side)], number))
    result = engine.finish()
    found: list[_Finding] = [
        ((each.rule, places.get(each.path), each.services, each.label), each)
        for each in result.diagnostics
    ]
    return found, result.unjudged


def _only(some: Iterable[_Finding], others: Iterable[_Finding]) -> Iterator[Diagnostic]:
    """The findings that the others do not have."""
    left = Counter(key for key, _ in others)
    for key, each in some:
        left[key] -= 1
        if left[key] < 0:
            yield each
