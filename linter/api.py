"""
What other Python programs may use.

The names in `__all__`, their parameters, and the fields that docs/api.md lists stay the same within
a major version. Nothing else in this package does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from linter.checking import registry
from linter.checking.baselines import Run, leave_out_known
from linter.checking.checker import Checker
from linter.checking.comparison import Comparison, planned
from linter.checking.judging import judge_others, judge_stacks, new_checker
from linter.checking.overview import overview
from linter.checking.ruleset import Selection
from linter.editing import changeable
from linter.editing.changeable import Changeable
from linter.editing.session import Outcome, Session
from linter.files.loader import Loader
from linter.files.request import Request
from linter.files.settings import UsageError
from linter.files.sides import Sides
from linter.model import targets
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.report import Report
from linter.model.stack import Service, Stack
from linter.report import Style
from linter.report import changes as change_formats
from linter.report import check as check_formats
from linter.report import plan as plan_formats
from linter.report import routes as route_formats
from linter.report.changes import ChangeReport
from linter.report.html import stylesheet
from linter.report.routes import RoutesReport
from linter.routing import selection
from linter.routing.forecast import forecast
from linter.routing.migration import Terms
from linter.routing.routes import Mode, Route
from linter.swarm.finder import finder
from linter.syntax.interpolation import display

__all__ = [
    "ChangeReport",
    "Comparison",
    "Diagnostic",
    "Labels",
    "Options",
    "Report",
    "Route",
    "Routes",
    "Unjudged",
    "UsageError",
    "check",
    "fix",
    "html",
    "labels",
    "migrate",
    "plan",
    "routes",
    "style",
]


class Options(NamedTuple):
    """
    What the command line sets with options of the same names.

    `text` is what `-` among the sources stands for, and `name` the file name that it has then.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    compose_files: Sequence[str] = ()
    stack_name: str | None = None
    target: str | None = None
    env_files: Sequence[str] = ()
    env: bool = False
    config: str | None = None
    isolated: bool = False
    exclude: Sequence[str] = ()
    allow_empty: bool = False
    text: str = ""
    name: str = "<stdin>"

    def request(self, sources: Sequence[str]) -> Request:
        return Request(
            sources=tuple(sources),
            compose_files=tuple(self.compose_files),
            stdin_filename=self.name,
            config=self.config,
            isolated=self.isolated,
            target=_target(self.target) if self.target else None,
            stack_name=self.stack_name,
            env_files=tuple(self.env_files),
            env=self.env,
            exclude=tuple(self.exclude),
            allow_empty=self.allow_empty,
        )

    def stdin(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    def loader(self, sources: Sequence[str]) -> Loader:
        request = self.request(sources)
        return Loader(request, registry.names(), self.stdin, swarm=finder(request.timeout))

    def selection(self) -> Selection:
        return Selection(
            frozenset(registry.named(self.select, "select")),
            frozenset(registry.named(self.ignore, "ignore")),
        )

    def checker(self) -> Checker:
        return new_checker(self.selection())


DEFAULT = Options()


class Routes(NamedTuple):
    """
    The routes of all stacks together, and what could not be judged.

    `unrouted` are the services that have labels but no route. The numbers are of what was read.
    """

    routes: tuple[Route, ...]
    unjudged: tuple[Unjudged, ...] = ()
    unrouted: tuple[Service, ...] = ()
    files: int = 0
    stacks: int = 0
    services: int = 0


class Labels(NamedTuple):
    """The labels of a service as Docker reads them; unknown variables stand as `${NAME}`."""

    path: str
    service: str
    labels: dict[str, str]


def check(*sources: str, options: Options = DEFAULT) -> Report:
    """
    Run the rules, as `interlock-lint check` does.

    The sources are those of the command line; without any, the current folder. Raises UsageError.
    """
    loader, checker = options.loader(sources), options.checker()
    jobs = judge_stacks(checker, loader.stacks())
    judge_others(checker, loader)
    report = checker.finish()
    leave_out_known(report, Run(jobs, checker, loader))
    return report


def routes(*sources: str, what_if: str | None = None, options: Options = DEFAULT) -> Routes:
    """
    Find who serves which host with what share, as `interlock-lint routes` does.

    With `what_if`, `vip` or `task`, all services are in that mode. Raises UsageError.
    """
    mode = _mode("what_if", what_if) if what_if is not None else None
    seen = overview(options.loader(sources))
    found = tuple(seen.routes)
    if mode:
        found = tuple(each.changed(lambda one: one._replace(mode=mode)) for each in found)
    return Routes(
        found,
        tuple(seen.unjudged),
        tuple(filter(selection.is_unrouted, seen.services)),
        seen.files,
        seen.stacks,
        len(seen.services),
    )


def plan(*sources: str, options: Options = DEFAULT) -> Comparison:
    """
    Compare what is deployed with what will be, as `interlock-lint plan` does.

    The sources are OLD and NEW, or one of them as on the command line. Raises UsageError.
    """
    request = options.request(sources)
    swarm = finder(request.timeout, contents=True)
    sides = Sides(request, registry.names(), options.stdin, swarm=swarm)
    return planned(sides, sources, (options.checker(), options.checker()))


def fix(*sources: str, unsafe: bool = False, options: Options = DEFAULT) -> ChangeReport:
    """
    Fix what the rules find, as `interlock-lint fix` does without `--write`.

    With `unsafe`, fixes that change routing are included. No file is written. Raises UsageError.
    """
    found = changeable.load(options.loader(sources), repairs=True)
    judge = partial(changeable.judge, selection=options.selection())
    outcome = Session(found.stacks, found.others, judge).fix(unsafe=unsafe)
    return _changes("fix", found, outcome)


def migrate(
    *sources: str,
    to: str,
    drop_sticky: bool = False,
    max_share_shift: float = 0,
    options: Options = DEFAULT,
) -> ChangeReport:
    """
    Switch all services to a mode, as `interlock-lint migrate` does without `--write`.

    `max_share_shift` is in percentage points. No file is written. Raises UsageError.
    """
    mode = _mode("to", to)
    if not 0 <= max_share_shift <= 100:
        raise UsageError("max_share_shift: must be a percentage from 0 to 100")
    found = changeable.load(options.loader(sources))
    judge = partial(changeable.judge, selection=options.selection())
    terms = Terms(mode, Fraction(str(max_share_shift)) / 100, drop_sticky)
    chosen = {id(service) for each in found.stacks for service in each.stack.services}
    outcome = Session(found.stacks, found.others, judge).migrate(chosen, terms)
    return _changes("migrate", found, outcome, mode)


def _changes(
    command: str, found: Changeable, outcome: Outcome, to: Mode | None = None
) -> ChangeReport:
    unjudged = in_order([*found.unjudged, *outcome.faults])
    return ChangeReport(command, outcome, to, unjudged=unjudged)


def html(found: Report | Routes | Comparison | ChangeReport, *, part: bool = False) -> str:
    """
    A result as a page, as `--format html` writes it.

    With `part`, only what is in it, to put into a page that has `style()` as a style.
    """
    style = Style(part=part)
    if isinstance(found, Report):
        return check_formats.reporter("html")(found, style)
    if isinstance(found, Comparison):
        return plan_formats.reporter("html")(found, style)
    if isinstance(found, ChangeReport):
        return change_formats.reporter("html")(found, style)
    shown = selection.in_order(selection.once(found.routes))
    report = RoutesReport(
        tuple(map(forecast, shown)),
        unrouted=found.unrouted,
        unjudged=found.unjudged,
        files=found.files,
        stacks=found.stacks,
        services=found.services,
    )
    return route_formats.reporter("html")(report, style)


def style() -> str:
    """The style of pages, in CSS."""
    return stylesheet()


def labels(*sources: str, options: Options = DEFAULT) -> tuple[Labels, ...]:
    """
    List the labels of all services, as `interlock-lint labels list` does.

    Raises UsageError, also for a source that cannot be read.
    """
    loader = options.loader(sources)
    found = tuple(each for _, stack in loader.stacks() for each in _labels(stack))
    if loader.unjudged:
        first = loader.unjudged[0]
        raise UsageError(f"{first.path}: {first.reason}")
    return found


def _labels(stack: Stack) -> Iterator[Labels]:
    for service in stack.services:
        pairs = {str(label.key): display(label.value.parts) for label in service.labels}
        yield Labels(service.name.source.path, str(service.name), pairs)


def _mode(name: str, text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise UsageError(f"{name}: `{text}` is not a mode; use `vip` or `task`") from None


def _target(text: str) -> targets.Target:
    try:
        return targets.parse(text)
    except targets.UnknownTarget as error:
        raise UsageError(f"target: {error}") from None
