"""The output formats of `plan`, and the report they render."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from linter.model.diagnostic import Diagnostic, Unjudged
from linter.report import Style, load_writer
from linter.routing.route_changes import RouteChange
from linter.routing.routes import Mode
from linter.routing.service_changes import ServiceChange
from linter.routing.stack_changes import StackChange, Total, total


class PlanReport(NamedTuple):
    """
    The result of a run; reporters get nothing else.

    `old` and `new` say what is compared. `stacks` contains the stacks that change. `found` are the
    findings of `check` that are new, and `gone` those that are no longer there. `unread` is the
    number of files whose content was not compared; the values of `variables` are not known.
    """

    old: str
    new: str
    stacks: tuple[StackChange, ...] = ()
    routes: tuple[RouteChange, ...] = ()
    restarts: tuple[str, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    gone: tuple[Diagnostic, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    unread: int = 0
    variables: tuple[str, ...] = ()

    @property
    def services(self) -> Iterator[ServiceChange]:
        """The services that change, of all stacks."""
        return (each for stack in self.stacks for each in stack.services)

    @property
    def is_refused(self) -> bool:
        """Whether the engine refuses something, which stops the deployment."""
        return any(each.refusal for each in self.services) or any(
            each.is_refused and each.certain for stack in self.stacks for each in stack.objects
        )

    def total(self, mode: Mode | None = None) -> Total:
        """How often the proxy is reconfigured, as it is or if all services were in a mode."""
        return total(self.services, mode)


Reporter = Callable[[PlanReport, Style], str]

NAMES = ("text", "json", "markdown")


def reporter(name: str) -> Reporter:
    """The function that writes this format."""
    write: Reporter = load_writer(__name__, name)
    return write
