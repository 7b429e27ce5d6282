"""Adds up over many deployments how often the proxy was reconfigured, and would have been."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from linter.routing.rollout import NEVER, Times
from linter.routing.routes import Mode
from linter.routing.service_changes import ServiceChange
from linter.routing.stack_changes import StackChange


class Tally(NamedTuple):
    """
    What happened to a service, or to all of them.

    `changes` counts the deployments that changed it. `now` is how often they reconfigured the proxy
    in its mode at the time, `task` and `vip` how often they would have in each of the modes.
    """

    changes: int = 0
    now: Times = NEVER
    task: Times = NEVER
    vip: Times = NEVER

    def plus(self, change: ServiceChange) -> Tally:
        """With one more change of a service."""
        return Tally(
            self.changes + 1,
            self.now + change.now.times,
            self.task + change.in_mode(Mode.TASK).times,
            self.vip + change.in_mode(Mode.VIP).times,
        )


class History:
    """Collects what each deployment changes; `deployments` are all, `changing` those that do."""

    def __init__(self) -> None:
        self.deployments = 0
        self.changing = 0
        self.total = Tally()
        self.services: dict[tuple[str, str], Tally] = {}

    def add(self, stacks: Iterable[StackChange]) -> None:
        """Add one deployment."""
        self.deployments += 1
        before = self.total.changes
        for stack in stacks:
            for change in stack.services:
                key = (stack.title, change.name)
                self.services[key] = self.services.get(key, Tally()).plus(change)
                self.total = self.total.plus(change)
        self.changing += self.total.changes > before
