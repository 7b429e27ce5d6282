"""What the deployment of a service does to its tasks, its virtual IPs and the proxy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from linter.model.deployed import Deployed, Setting, Value
from linter.model.names import shown_name
from linter.model.stack import Service
from linter.routing import rollout
from linter.routing.differences import Difference, differences
from linter.routing.events import FACTS, Basis, Fact, Tasks
from linter.routing.rollout import NEVER, ONCE, Times
from linter.routing.routes import Mode, backend_mode
from linter.syntax.interpolation import Parts


class Action(StrEnum):
    """What a deployment does with a service."""

    CREATE = "create"
    DELETE = "delete"
    UPDATE = "update"


class Version(NamedTuple):
    """A service on one side of the comparison: its labels, and how it is deployed."""

    service: Service
    deployed: Deployed


class Verdict(NamedTuple):
    """
    Whether the proxy gets a new configuration, in one mode of the service; None if not known.

    `settings` are the changes that it follows from; none for a service that is created or deleted.
    """

    reconfigured: bool | None
    basis: Basis
    settings: tuple[Setting, ...]
    times: Times


class ServiceChange(NamedTuple):
    """
    A service that differs, and what its deployment does.

    `appeared` and `vanished` are the networks on which its virtual IP does so. `mode` is the mode
    after the deployment; None if it is not known. `refusal` is why the engine refuses the change,
    which then is not made.
    """

    name: str
    action: Action
    old: Version | None
    new: Version | None
    differences: tuple[Difference, ...]
    tasks: Tasks
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    refusal: str
    task: Verdict
    vip: Verdict

    @property
    def current(self) -> Service:
        """The service as it is after the deployment, or as it was if it is deleted."""
        version = self.new or self.old
        if version is None:
            raise ValueError(self.name)
        return version.service

    @property
    def mode(self) -> Mode | None:
        return backend_mode(self.current)

    @property
    def is_routed(self) -> bool:
        """Whether Interlock routes to it, before or after."""
        return any(each is not None and each.service.is_routed for each in (self.old, self.new))

    def in_mode(self, mode: Mode | None) -> Verdict:
        """The verdict in a mode; in one that is not known, what both have in common."""
        if mode is not None:
            return self.vip if mode is Mode.VIP else self.task
        if self.task.reconfigured == self.vip.reconfigured:
            least = min(self.task.times.least, self.vip.times.least)
            return self.task._replace(times=Times(least, self.task.times.most))
        return self.task._replace(reconfigured=None, times=Times(0, self.task.times.most))

    @property
    def now(self) -> Verdict:
        """The verdict in the mode of the service."""
        return self.in_mode(self.mode)


def service_change(name: str, old: Version | None, new: Version | None) -> ServiceChange | None:
    """What changes a service; None if nothing does."""
    action = Action.UPDATE if old and new else Action.CREATE if new else Action.DELETE
    found: tuple[Difference, ...] = ()
    if old and new:
        found = differences(old.deployed, new.deployed)
        if not found:
            return None
    refusal = _refusal(found, new)
    before, after = _addresses(old), _addresses(new)
    tasks = Tasks.ALL if action is not Action.UPDATE else _tasks(found, old, new)
    if refusal:
        tasks, after = Tasks.REFUSED, before
    change = ServiceChange(
        name=name,
        action=action,
        old=old,
        new=new,
        differences=found,
        tasks=tasks,
        appeared=tuple(sorted(map(shown_name, after - before))),
        vanished=tuple(sorted(map(shown_name, before - after))),
        refusal=refusal,
        task=_NOT_ROUTED,
        vip=_NOT_ROUTED,
    )
    if refusal or not change.is_routed:
        return change
    return change._replace(task=_in_task_mode(change), vip=_in_vip_mode(change))


_NOT_ROUTED = Verdict(reconfigured=False, basis=Basis.INFERRED, settings=(), times=NEVER)


def _addresses(version: Version | None) -> frozenset[Parts]:
    return version.deployed.virtual_ips if version else frozenset()


def _count(version: Version | None) -> int | None:
    return version.service.tasks if version else 0


def _refusal(found: Iterable[Difference], new: Version | None) -> str:
    """Why the engine refuses to create or to update a service; empty if it does not."""
    if new is None:
        return ""
    if any(each.setting is Setting.MODE and each.certain for each in found):
        return "the mode of a service cannot change, for example from replicated to global"
    published = new.deployed.values(Setting.PORT).values()
    if new.deployed.values(Setting.ENDPOINT_MODE).get(()) == _DNSRR and any(
        value[3] == ("ingress",) for value in published
    ):
        return "a port published with ingress mode cannot be used with `endpoint_mode: dnsrr`"
    return ""


_DNSRR: Value = (("dnsrr",),)


# -- Tasks ----------------------------------------------------------------------------------------


def _tasks(found: Sequence[Difference], old: Version | None, new: Version | None) -> Tasks:
    """What all differences together do to the tasks."""
    if _count(old) == _count(new) == 0:
        return Tasks.NONE
    effects = {_effect(each, new) for each in found}
    for effect in (Tasks.ALL, Tasks.UNKNOWN, Tasks.SOME):
        if effect in effects:
            return effect
    return Tasks.NONE


def _effect(difference: Difference, new: Version | None) -> Tasks:
    """What a difference alone does to the tasks."""
    setting, effect = difference.setting, FACTS[difference.setting].tasks
    if setting is Setting.CONSTRAINT:
        is_global = new is not None and new.service.tasks is None
        if difference.added or is_global or not difference.certain:
            return Tasks.UNKNOWN
        return Tasks.NONE  # tasks that fulfilled more still fulfill fewer
    if effect is Tasks.REFUSED or (not difference.certain and effect is not Tasks.NONE):
        return Tasks.UNKNOWN
    return effect


# -- The proxy ------------------------------------------------------------------------------------


def _in_task_mode(change: ServiceChange) -> Verdict:
    """The proxy has the addresses of the tasks, and what the labels say."""
    old, new = _count(change.old), _count(change.new)
    if change.action is not Action.UPDATE:
        times = _at_least_once(rollout.started(new if change.new else old))
        return Verdict(True, Basis.INFERRED, (), times)
    labels = [each for each in change.differences if _is_routing(each)]
    moving = [
        each
        for each in change.differences
        if _effect(each, change.new) is not Tasks.NONE and change.tasks is not Tasks.NONE
    ]
    settings = tuple(each.setting for each in (*labels, *moving))
    times = ONCE if labels else NEVER
    if change.tasks is Tasks.ALL and change.new:
        times += rollout.replaced(old, new, change.new.deployed.rolling)
    elif change.tasks is Tasks.SOME:
        times += rollout.scaled(old, new)
    elif change.tasks is Tasks.UNKNOWN and change.new:
        most = rollout.replaced(old, new, change.new.deployed.rolling).most
        times += Times(0, most)
    certain = any(each.certain for each in labels) or change.tasks in (Tasks.ALL, Tasks.SOME)
    if not certain:
        times = times._replace(least=0)
    basis = Basis.MEASURED if moving or not labels else Basis.INFERRED
    return Verdict(certain or (None if settings else False), basis, settings, times)


def _at_least_once(times: Times) -> Times:
    return Times(max(times.least, 1), None if times.most is None else max(times.most, 1))


def _is_routing(difference: Difference) -> bool:
    return difference.setting in (Setting.ROUTING_LABEL, Setting.BACKEND_MODE)


def _in_vip_mode(change: ServiceChange) -> Verdict:
    """The proxy has the virtual IP of the service, and what the labels say."""
    if change.action is not Action.UPDATE:
        return Verdict(True, Basis.DOCUMENTED, (), ONCE)
    facts = [(each, _in_vip(each, change)) for each in change.differences]
    causes = [(each, fact) for each, fact in facts if fact.vip]
    if not causes:
        bases = {fact.basis for _, fact in facts}
        basis = Basis.DOCUMENTED if bases == {Basis.DOCUMENTED} else Basis.MEASURED
        return Verdict(False, basis, (), NEVER)
    certain = any(each.certain for each, _ in causes)
    basis = min((fact.basis for _, fact in causes), key=list(Basis).index)
    settings = tuple(each.setting for each, _ in causes)
    return Verdict(True if certain else None, basis, settings, ONCE if certain else Times(0, 1))


def _in_vip(difference: Difference, change: ServiceChange) -> Fact:
    """The fact about a difference, with what it changes in this service."""
    fact = FACTS[difference.setting]
    if difference.setting is Setting.REPLICAS:
        counts = {_count(change.old), _count(change.new)}
        if 0 in counts and len(counts) > 1:  # without tasks, a service is no server
            return Fact(fact.tasks, vip=True, basis=Basis.INFERRED)
    return fact
