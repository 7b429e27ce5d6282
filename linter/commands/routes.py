"""The command `routes`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from linter import terminal
from linter.checking.overview import Overview, overview
from linter.commands import choosing, options, reports
from linter.commands.choosing import Tasks
from linter.commands.parser import one_of
from linter.commands.service_names import ServiceNames
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged, in_order
from linter.model.fault import fault
from linter.report import routes as report
from linter.report.routes import RoutesReport
from linter.routing import selection
from linter.routing.forecast import Forecast, WhatIf, Wish, forecast
from linter.routing.routes import Mode, Route

USAGE = "[SOURCE…]"
DESCRIPTION = """\
Show which service gets what share of the requests for a host, and what another
mode or another number of tasks would do."""

EPILOG = """\
examples:
  interlock-lint routes                          the current folder
  interlock-lint routes --what-if vip stack.yml  shares in VIP mode as well
  interlock-lint routes --what-if vip --service 'shop*' stacks/
  interlock-lint routes --host 'shop.*' --tasks shop-v2=2 stacks/
  interlock-lint routes --want shop-v2=10% stack.yml
  interlock-lint routes --format mermaid stacks/ > routes.mmd
  interlock-lint routes swarm: --watch           what runs, as it changes
  interlock-lint routes --format html stacks/ > routes.html

Services with the same host (in the same service cluster) share its requests. In
task mode, each task is a server of the proxy; in VIP mode, each service is one,
however many tasks it has. Each server gets an equal share. Services in
different stacks share hosts too, so name all stacks together.

exit status:
  0  routes are shown
  1  --want asks for a share that the modes cannot give
  2  invalid usage or configuration
  3  something could not be judged: unreadable, not YAML, rejected by Docker
"""

_MOST_ARROWS = 500

_DIGITS = 3
"""Of a wanted percentage, after the point: with each more, ten times as many tasks are tried."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.add_source_options(parser)
    group = parser.add_argument_group("routes")
    group.add_argument(
        "--what-if",
        type=one_of(Mode),
        metavar="MODE",
        help="also show the shares in this mode: task or vip",
    )
    choosing.add_glob_option(group, "--service", "--what-if only for these services")
    choosing.add_glob_option(group, "--host", "show only these hosts")
    choosing.add_tasks_options(group)
    group.add_argument(
        "--want",
        action="append",
        default=[],
        metavar="SERVICE=PERCENT",
        help="show only its routes, and how to get this share",
    )
    group.add_argument(
        "--watch",
        action="store_true",
        help="for swarm:, show them again whenever they change; Ctrl-C ends",
    )
    reports.add_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Show the routes; returns the exit status."""
    if arguments.watch:
        from linter.commands.watching import watch

        return watch(arguments, partial(_shown, arguments))
    text, status = _shown(arguments, terminal.warn)
    sys.stdout.write(text)
    return status


def _shown(arguments: argparse.Namespace, say: Callable[[str], None]) -> tuple[str, int]:
    """The routes as text, and the exit status; reports are written to files."""
    wanted = reports.wanted(arguments, report.NAMES, report.reporter)
    found = _found(arguments, say)
    if any(each.name == "mermaid" for each in wanted):
        _warn_of_size(sum(len(each.rows) for each in found.forecasts))

    def without(forecasts: Sequence[Forecast], faults: Sequence[Unjudged]) -> RoutesReport:
        unjudged = tuple(in_order([*found.unjudged, *faults]))
        return found._replace(forecasts=tuple(forecasts), unjudged=unjudged)

    (text, *others), faults = reports.texts(wanted, without, found.forecasts, _stack_path)
    terminal.warn_unjudged(*faults)
    written = reports.write(wanted[1:], others)
    if found.unjudged or faults or not written:
        return text, NOT_JUDGED
    failed = any(reply.can is False for each in found.forecasts for reply in each.replies)
    return text, FINDINGS if failed else 0


def _found(arguments: argparse.Namespace, say: Callable[[str], None]) -> RoutesReport:
    """What is asked for, without what could not be judged, which is reported."""
    tasks, asked = Tasks.of(arguments), _wish(arguments)
    if arguments.service and not arguments.what_if:
        raise UsageError("--service: use it with --what-if")
    seen = _read(arguments, say)
    routes = seen.routes
    names = ServiceNames(seen.services, selection.service_names(routes))
    tasks = tasks.meant(names)
    shown: Sequence[Route] = [each.changed(tasks.apply) for each in routes]
    what_if = _what_if(arguments, names)
    if arguments.host:
        hosts = choosing.hosts((host for route in shown for host in route.hosts), arguments.host)
        shown = selection.with_hosts(shown, hosts)
    wish = None
    if asked:
        (service,) = names.named(asked.service, "--want")
        wish = asked._replace(service=service)
        shown = selection.with_service(shown, service)
        if not shown:
            raise UsageError(f"--want: service `{asked.service}` has no host that matches --host")
    faults: list[Unjudged] = []
    forecasts = tuple(_forecasts(selection.in_order(shown), what_if, wish, faults))
    undecided = [*faults, *_undecided(forecasts)]
    terminal.warn_unjudged(*undecided)
    return RoutesReport(
        forecasts=forecasts,
        what_if=what_if,
        wish=wish,
        unrouted=() if arguments.host else tuple(filter(selection.is_unrouted, seen.services)),
        unjudged=tuple(in_order([*seen.unjudged, *undecided])),
        files=seen.files,
        stacks=seen.stacks,
        services=len(seen.services),
    )


def _read(arguments: argparse.Namespace, say: Callable[[str], None]) -> Overview:
    """Read all stacks, and warn about what could not be judged."""
    loader = options.loader(options.request(arguments), is_quiet=arguments.watch)
    seen = overview(loader, partial(options.announced, arguments))
    terminal.warn_unjudged(*seen.unjudged)
    for sentence in dict.fromkeys(loader.warnings):
        say(f"warning: {sentence}")
    return seen


def _forecasts(
    routes: Iterable[Route],
    what_if: WhatIf | None,
    wish: Wish | None,
    faults: list[Unjudged],
) -> Iterator[Forecast]:
    """What is reported about each route; what fails unexpectedly is added to `faults`."""
    for route in routes:
        try:
            yield forecast(route, what_if, wish)
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            faults.append(fault(route.backends[0].stack[0], error))


def _stack_path(forecast: Forecast) -> str:
    return forecast.route.backends[0].stack[0]


def _warn_of_size(arrows: int) -> None:
    if arrows > _MOST_ARROWS:
        terminal.warn(
            f"warning: the diagram has {arrows:,} arrows, and Mermaid draws only {_MOST_ARROWS}; "
            "raise its `maxEdges`, or select fewer hosts with --host"
        )


def _undecided(forecasts: Iterable[Forecast]) -> Iterator[Unjudged]:
    """Wishes that cannot be decided, because a mode or the number of nodes is not known."""
    for each in forecasts:
        for reply in each.replies:
            if reply.can is not None:
                continue
            span = reply.backend.service.name.span
            why, help_text = "a mode is not known", "set one with --what-if"
            if reply.asked:
                why, help_text = "the number of nodes is not known", "set it with --nodes N"
            reason = f"whether `{reply.backend.name}` can get {reply.wanted}: {why}"
            yield Unjudged(span.source.path, reason, span, help_text)


# -- Options -------------------------------------------------------------------------------------


def _wish(arguments: argparse.Namespace) -> Wish | None:
    """The share given with `--want`. Raises UsageError."""
    if not arguments.want:
        return None
    text, *others = arguments.want
    if others:
        raise UsageError("--want: can be used only once")
    name, _, number = text.rpartition("=")
    share = choosing.percentage(number, _DIGITS)
    if not name or share is None:
        raise UsageError(f"--want {text}: expected SERVICE=PERCENT, as in shop-v2=10%")
    if not 0 < share < 1:
        raise UsageError(
            f"--want {text}: must be more than 0% and less than 100%; to stop all requests to a "
            "service, set `replicas: 0`"
        )
    return Wish(name, share)


def _what_if(arguments: argparse.Namespace, names: ServiceNames) -> WhatIf | None:
    """The mode to try, and the services to try it for. Raises UsageError."""
    if not arguments.what_if:
        return None
    mode, globs = Mode(arguments.what_if), arguments.service
    if not globs:
        return WhatIf(mode)
    return WhatIf(mode, names.matching(globs, "--service"))
