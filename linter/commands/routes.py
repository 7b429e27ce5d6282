"""Knows the command `routes`: who gets which share of the requests, and what would change it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from linter import registry, terminal
from linter.commands import options
from linter.config import UsageError
from linter.diagnostic import Unjudged, in_order
from linter.forecast import Forecast, WhatIf, Wish, forecast
from linter.report import Style
from linter.report import routes as report
from linter.routes import Backend, Fleet, Mode, Route
from linter.sources import Loader
from linter.stack import Service
from linter.words import did_you_mean

if TYPE_CHECKING:
    from fractions import Fraction

DESCRIPTION = """\
Show which service gets which share of the requests for a host, and what another mode or other
numbers of tasks would do."""

EPILOG = """\
examples:
  interlock-lint routes                              all stack files below this folder
  interlock-lint routes --what-if vip stack.yml      and if all services were in VIP mode
  interlock-lint routes --what-if vip --service 'shop*' stacks/
  interlock-lint routes --host 'shop.*' --tasks shop-v2=2 stacks/
  interlock-lint routes --want shop-v2=10% stack.yml
  interlock-lint routes --format mermaid stacks/ > routes.mmd

Services with the same host (in the same service cluster) share its requests. In task mode the proxy
sends to each task, in VIP mode to the virtual IP of the service, however many tasks there are
behind it. Each of these servers gets the same part. Stacks that are named together are looked at
together.

exit status:
  0  shown
  1  --want asks for what the modes cannot give
  2  called or configured wrongly
  3  something could not be judged: unreadable, not YAML, refused by Docker
"""

_SHOWN = 5
_MOST_ARROWS = 500
_TASKS = re.compile(r"[0-9]{1,9}")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%?")


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    options.add_source_options(parser)
    group = parser.add_argument_group("what is asked")
    group.add_argument(
        "--what-if",
        choices=[mode.value for mode in Mode],
        help="show the shares that this mode would give as well",
    )
    group.add_argument(
        "--service",
        action="append",
        default=[],
        metavar="GLOB",
        help="--what-if changes only these services; may be repeated",
    )
    group.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="GLOB",
        help="show only these hosts; may be repeated",
    )
    group.add_argument(
        "--tasks",
        action="append",
        default=[],
        metavar="SERVICE=N",
        help="take a service to have so many tasks; may be repeated",
    )
    group.add_argument(
        "--nodes", metavar="N", help="take a service in global mode to have so many tasks"
    )
    group.add_argument(
        "--want",
        action="append",
        default=[],
        metavar="SERVICE=PERCENT",
        help="say how many tasks give a service this share; shows only its routes",
    )
    options.add_output_options(parser, report.NAMES)


class _Question(NamedTuple):
    """What the options ask, as far as that can be told without the stacks."""

    tasks: dict[str, int]
    nodes: int | None
    wish: Wish | None

    def settled(self, backend: Backend) -> Backend:
        """A service with the tasks that it is taken to have."""
        tasks = self.tasks.get(backend.name, self.nodes if backend.is_global else None)
        return backend if tasks is None else backend._replace(tasks=tasks)


def run(arguments: argparse.Namespace) -> int:
    """Show the routes of what is asked for; returns the exit status."""
    outputs = options.outputs(arguments, report.NAMES)
    question = _question(arguments)
    loader = Loader(options.request(arguments), registry.names(), terminal.standard_input)
    fleet, unjudged = Fleet(), loader.unjudged
    files = stacks = 0
    services: list[Service] = []
    for job, stack in loader.stacks():
        if arguments.verbose:
            terminal.complain(f"reading {', '.join(source.path for source in job.sources)}")
        files, stacks = files + len(stack.sources), stacks + 1
        unjudged.extend(stack.unjudged)
        services += stack.services
        fleet.add(stack)
    for each in in_order(unjudged):
        terminal.complain_of(each)
    if not (files or loader.passed_over or unjudged):
        terminal.complain("warning: no stack files found")
    what_if = _what_if(arguments, fleet.routes)
    _check_names(question, fleet.routes)
    shown = _with_hosts(fleet.routes, arguments.host)
    if question.wish:
        shown = _with_service(shown, question.wish.service)
    forecasts = tuple(
        forecast(route.changed(question.settled), what_if, question.wish)
        for route in sorted(shown, key=_place)
    )
    for each in _undecided(forecasts):
        terminal.complain_of(each)
        unjudged.append(each)
    survey = report.Survey(
        forecasts=forecasts,
        what_if=what_if,
        wish=question.wish,
        astray=() if arguments.host else tuple(filter(_is_astray, services)),
        unjudged=tuple(in_order(unjudged)),
        files=files + loader.passed_over,
        stacks=stacks,
        services=len(services),
    )
    if "mermaid" in (arguments.format, *(name for name, _ in outputs)):
        _warn_of_size(sum(len(each.rows) for each in forecasts))
    for name, path in outputs:
        options.write(path, report.reporter(name)(survey, Style()))
    sys.stdout.write(report.reporter(arguments.format)(survey, options.style(arguments)))
    if survey.unjudged:
        return options.NOT_JUDGED
    failed = any(reply.can is False for each in forecasts for reply in each.replies)
    return options.FINDINGS if failed else 0


def _warn_of_size(arrows: int) -> None:
    if arrows > _MOST_ARROWS:
        terminal.complain(
            f"warning: {arrows:,} arrows; Mermaid draws {_MOST_ARROWS} unless its `maxEdges` is "
            "set; --host shows fewer"
        )


def _is_astray(service: Service) -> bool:
    """Whether somebody gave it labels, and still no request comes to it."""
    return not service.is_routed and bool(service.intended)


def _place(route: Route) -> tuple[object, ...]:
    """The order of routes: by service cluster and host, and the default backend last."""
    first = route.backends[0].service.name.span
    cluster = "".join(map(str, route.cluster))
    return (cluster, not route.hosts, [str(host) for host in route.hosts], first.sort_key)


def _undecided(forecasts: Iterable[Forecast]) -> Iterable[Unjudged]:
    """Wishes that nobody can tell of, because a mode is not known."""
    for each in forecasts:
        for reply in each.replies:
            if reply.can is None:
                span = reply.backend.service.name.span
                reason = (
                    f"whether `{reply.backend.name}` can have {reply.wanted}: a mode is not known"
                )
                yield Unjudged(span.source.path, reason, span, "--what-if asks for one")


# -- What is asked -------------------------------------------------------------------------------


def _question(arguments: argparse.Namespace) -> _Question:
    """What the options say by themselves. Raises UsageError."""
    if arguments.service and not arguments.what_if:
        raise UsageError("--service says what --what-if changes; give --what-if too")
    tasks: dict[str, int] = {}
    for text in arguments.tasks:
        name, _, number = text.rpartition("=")
        if not name:
            raise UsageError(f"--tasks {text}: write SERVICE=N")
        tasks[name] = _number(number, f"--tasks {text}")
    nodes = None if arguments.nodes is None else _number(arguments.nodes, "--nodes")
    if len(arguments.want) > 1:
        raise UsageError("--want: ask for one service at a time")
    return _Question(tasks, nodes, _wish(arguments.want[0]) if arguments.want else None)


def _number(text: str, option: str) -> int:
    if not _TASKS.fullmatch(text):
        raise UsageError(f"{option}: `{text}` is no number of tasks: 0, 1, 2 and so on")
    return int(text)


def _wish(text: str) -> Wish:
    name, _, number = text.rpartition("=")
    match = _PERCENT.fullmatch(number)
    share = _hundredths(match[1]) if match else None
    if not name or share is None:
        raise UsageError(f"--want {text}: write SERVICE=PERCENT, as in shop-v2=10%")
    if not 0 < share < 1:
        raise UsageError(
            f"--want {text}: more than 0 % and less than 100 %; `replicas: 0` takes a service out"
        )
    return Wish(name, share)


def _hundredths(text: str) -> Fraction:
    from fractions import Fraction

    return Fraction(text) / 100


def _what_if(arguments: argparse.Namespace, routes: Iterable[Route]) -> WhatIf | None:
    """Which mode is to be tried for which services. Raises UsageError for a glob without any."""
    if not arguments.what_if:
        return None
    if not arguments.service:
        return WhatIf(Mode(arguments.what_if))
    known = _names(routes)
    return WhatIf(Mode(arguments.what_if), _matching(known, arguments.service, "--service"))


def _check_names(question: _Question, routes: Iterable[Route]) -> None:
    """Raises UsageError for a service that is on no route."""
    given = [("--tasks", name) for name in question.tasks]
    if question.wish:
        given.append(("--want", question.wish.service))
    known = _names(routes) if given else []
    for option, name in given:
        if name not in known:
            raise UsageError(f"{option}: no route has a service `{name}`{_hint(name, known)}")


def _with_hosts(routes: Sequence[Route], globs: Sequence[str]) -> list[Route]:
    """The routes with only the hosts that are asked for. Raises UsageError where none is."""
    if not globs:
        return list(routes)
    known = {str(host): None for route in routes for host in route.hosts}
    found = _matching(known, [glob.lower() for glob in globs], "--host")
    kept = (
        Route(each.cluster, tuple(h for h in each.hosts if str(h) in found), each.backends)
        for each in routes
    )
    return [each for each in kept if each.hosts]


def _with_service(routes: Iterable[Route], name: str) -> list[Route]:
    """The routes that a service is on. Raises UsageError where none is left."""
    found = [route for route in routes if any(each.name == name for each in route.backends)]
    if not found:
        raise UsageError(f"--want: `{name}` serves none of the hosts that --host asks for")
    return found


def _names(routes: Iterable[Route]) -> dict[str, None]:
    """The services of all routes, in order."""
    return {backend.name: None for route in routes for backend in route.backends}


def _matching(known: Collection[str], globs: Sequence[str], option: str) -> frozenset[str]:
    """The known names that a glob fits. Raises UsageError for a glob that fits none."""
    found: set[str] = set()
    for glob in globs:
        fitting = [name for name in known if fnmatchcase(name, glob)]
        if not fitting:
            raise UsageError(f"{option}: nothing on a route fits `{glob}`{_hint(glob, known)}")
        found.update(fitting)
    return frozenset(found)


def _hint(name: str, known: Collection[str]) -> str:
    """What may have been meant, or what there is."""
    if hint := did_you_mean(name, known):
        return hint
    if not known:
        return "; there are no routes"
    names = [f"`{each}`" for each in list(known)[:_SHOWN]]
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"; there {'is' if len(known) == 1 else 'are'} {', '.join(names)}{more}"
