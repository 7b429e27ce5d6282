"""
What other Python programs may use.

The names in `__all__`, their parameters, and the fields that docs/api.md lists stay the same within
a major version. Nothing else in this package does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from linter.checking import registry
from linter.checking.comparison import Comparison, compare
from linter.checking.engine import Engine
from linter.checking.plan import Selection
from linter.files.loader import Loader
from linter.files.request import Request
from linter.files.settings import UsageError
from linter.files.sides import Sides, named
from linter.model import targets
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.report import Report
from linter.model.stack import Stack
from linter.routing.routes import Fleet, Mode, Route
from linter.syntax.interpolation import display

__all__ = [
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
    "labels",
    "plan",
    "routes",
]
from linter.swarm.finder import finder


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

    def engine(self) -> Engine:
        rules = registry.load()
        chosen = Selection(
            frozenset(registry.named(self.select, rules, "select")),
            frozenset(registry.named(self.ignore, rules, "ignore")),
        )
        today = date.today()  # noqa: DTZ011 - a day of the user's calendar
        return Engine(rules.values(), chosen, today)


DEFAULT = Options()


class Routes(NamedTuple):
    """The routes of all stacks together, and what could not be judged."""

    routes: tuple[Route, ...]
    unjudged: tuple[Unjudged, ...] = ()


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
    loader, engine = options.loader(sources), options.engine()
    for job, stack in loader.stacks():
        engine.judge(stack, job.settings)
    for proxy, settings in loader.proxies:
        engine.judge_proxy(proxy, settings)
    engine.report.unjudged.extend(loader.unjudged)
    engine.report.files += loader.skipped
    return engine.finish()


def routes(*sources: str, what_if: str | None = None, options: Options = DEFAULT) -> Routes:
    """
    Find who serves which host with what share, as `interlock-lint routes` does.

    With `what_if`, `vip` or `task`, all services are in that mode. Raises UsageError.
    """
    try:
        mode = Mode(what_if) if what_if is not None else None
    except ValueError:
        raise UsageError(f"what_if: `{what_if}` is not a mode; use `vip` or `task`") from None
    loader, fleet = options.loader(sources), Fleet()
    unjudged: list[Unjudged] = []
    for _, stack in loader.stacks():
        unjudged += stack.unjudged
        fleet.add(stack)
    found = fleet.routes
    if mode:
        found = tuple(each.changed(lambda one: one._replace(mode=mode)) for each in found)
    return Routes(found, tuple(in_order([*loader.unjudged, *unjudged])))


def plan(*sources: str, options: Options = DEFAULT) -> Comparison:
    """
    Compare what is deployed with what will be, as `interlock-lint plan` does.

    The sources are OLD and NEW, or one of them as on the command line. Raises UsageError.
    """
    request = options.request(sources)
    sides = Sides(request, registry.names(), options.stdin, swarm=finder(request.timeout))
    old, new = map(sides.load, named(sources, options.compose_files))
    sides.complete(old, new)
    engines = (options.engine(), options.engine())
    found = compare(old, new, engines)
    unjudged = [*sides.unjudged, *sides.unknown_files(), *found.unjudged]
    return found._replace(unjudged=tuple(in_order(unjudged)))


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


def _target(text: str) -> targets.Target:
    try:
        return targets.parse(text)
    except targets.UnknownTarget as error:
        raise UsageError(f"target: {error}") from None
