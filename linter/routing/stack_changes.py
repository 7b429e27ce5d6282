"""What the deployment of a stack does: to each of its services, and to what they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from linter.model.deployed import DeployedStack, Setting, without_defaults
from linter.model.names import shown_name
from linter.model.stack import Stack
from linter.routing.differences import compared
from linter.routing.events import OBJECTS, Tasks
from linter.routing.rollout import NEVER, Times
from linter.routing.routes import Mode
from linter.routing.service_changes import ServiceChange, Version, service_change


class Side(NamedTuple):
    """A stack on one side of the comparison."""

    stack: Stack
    deployed: DeployedStack

    @property
    def versions(self) -> dict[str, Version]:
        """Its services by name."""
        pairs = zip(self.stack.services, self.deployed.services, strict=True)
        return {each.name: Version(service, each) for service, each in pairs}


class ObjectChange(NamedTuple):
    """
    A config, secret or network of which the engine accepts no change.

    New content is refused and stops the deployment; new options of a network are ignored. It is not
    `certain` if the content was not read.
    """

    setting: Setting
    name: str
    certain: bool

    @property
    def is_refused(self) -> bool:
        """Whether the engine refuses the change, rather than ignoring it."""
        return OBJECTS[self.setting] is Tasks.REFUSED


class StackChange(NamedTuple):
    """
    What changes in a stack.

    `unread` is the number of files whose content was not compared; `untold` are the configs and
    secrets of which the engine does not tell the content.
    """

    title: str
    services: tuple[ServiceChange, ...] = ()
    objects: tuple[ObjectChange, ...] = ()
    unread: int = 0
    untold: tuple[ObjectChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.services or self.objects)


def stack_change(title: str, old: Side | None, new: Side | None) -> StackChange:
    """What changes from one version of a stack to another; None is a stack that is not there."""
    if old is new:
        return StackChange(title)
    before, after = (each.versions if each else {} for each in (old, new))
    if any(each.deployed.filled_in for each in (old, new) if each):
        before, after = _without_defaults(before), _without_defaults(after)
    changes = (
        service_change(name, before.get(name), after.get(name)) for name in {**before, **after}
    )
    unread = {path for each in (old, new) if each for path in each.deployed.unread}
    return StackChange(
        title,
        tuple(each for each in changes if each is not None),
        tuple(_objects(old.deployed, new.deployed)) if old and new else (),
        len(unread),
        tuple(_untold(old.deployed, new.deployed)) if old and new else (),
    )


def _without_defaults(versions: Mapping[str, Version]) -> dict[str, Version]:
    return {
        name: each._replace(deployed=without_defaults(each.deployed))
        for name, each in versions.items()
    }


def _objects(old: DeployedStack, new: DeployedStack) -> Iterator[ObjectChange]:
    for setting in OBJECTS:
        before, after = old.objects.get(setting, {}), new.objects.get(setting, {})
        both = [key for key in after if key in before]
        for key in both:
            for each in compared(setting, {key: before[key]}, {key: after[key]}):
                yield ObjectChange(setting, each.changed[0], each.certain)


def _untold(old: DeployedStack, new: DeployedStack) -> Iterator[ObjectChange]:
    """What would be refused if it changed, which cannot be seen."""
    for setting, names in old.untold.items():
        for name in new.objects.get(setting, {}):
            if name in names:
                yield ObjectChange(setting, shown_name(name), certain=False)


class Total(NamedTuple):
    """How many services change, how many of them reconfigure the proxy, and how often."""

    services: int
    reconfiguring: int
    times: Times


def total(changes: Iterable[ServiceChange], mode: Mode | None = None) -> Total:
    """The sum over services as they are, or as if all of them were in one mode."""
    found = list(changes)
    verdicts = [each.in_mode(mode) if mode else each.now for each in found]
    return Total(
        len(found),
        sum(each.reconfigured is not False for each in verdicts),
        sum((each.times for each in verdicts), NEVER),
    )
