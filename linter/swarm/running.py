"""Reads what runs in a swarm, as stacks with the text of one stack file for each service."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from linter.model.progress import Progress, nobody
from linter.model.proxy import BrokenProxyConfiguration, Proxy, parse
from linter.model.swarm import FOLDER, NoSwarm, Running, RunningStack, Swarm
from linter.model.targets import Target, UnknownTarget
from linter.model.targets import parse as parse_target
from linter.reading.inspected import by_stack
from linter.reading.json_values import Json, nodes_of
from linter.reading.printed import described, printed
from linter.reading.recorded import Recorded, Resources, is_recorded, recorded
from linter.swarm.engine import Engine, Refused
from linter.syntax.source import Source, View

INTERLOCK = "ucp-interlock"
"""The service of Interlock itself."""

_VIEW = View("running", describe=described)
_VERSION = re.compile(r":(3\.[0-9]+\.[0-9]+)(?:$|[-@])")

_Some = TypeVar("_Some")


def running(source: str, timeout: float, progress: Progress = nobody, *, contents: bool) -> Running:
    """
    What runs in the swarm that a source means. Raises NoSwarm.

    Only if asked for, it has the content of configs, which nothing but a plan needs. `progress`
    counts what its engine is asked.
    """
    with Engine(source, timeout) as engine:
        return _read(engine, progress, contents=contents)


def _read(engine: Engine, progress: Progress, *, contents: bool) -> Running:
    warnings: list[str] = []
    questions = 5 if contents else 4
    progress(0, questions)
    services = engine.services()
    progress(1, questions)
    networks = _if_allowed(engine.networks, "networks", warnings)
    progress(2, questions)
    secrets = _if_allowed(engine.secrets, "secrets", warnings)
    progress(3, questions)
    tasks = _if_allowed(engine.tasks, "tasks", warnings)
    configs = None
    if contents:
        progress(4, questions)
        configs = _if_allowed(engine.configs, "configs", warnings)
    progress(questions, questions)
    contents_of_configs = None if configs is None else dict(map(_content, configs))
    names = {str(each.get("Id")): str(each.get("Name")) for each in networks or ()}
    if networks is not None:
        names |= _others(engine, services, names)
    names_of_networks = None if networks is None else frozenset(_spanning(networks))
    names_of_secrets = None if secrets is None else frozenset(_names(secrets))
    counts = None if tasks is None else _Counts.of(tasks)

    def in_swarm(members: Mapping[str, str]) -> Swarm:
        if counts is None:
            return Swarm(names_of_networks, names_of_secrets, configs=contents_of_configs)
        running, wanted = (
            {name: count[identifier] for name, identifier in members.items()} for count in counts
        )
        return Swarm(names_of_networks, names_of_secrets, running, wanted, contents_of_configs)

    stacks = _stacks(services, Resources(names), in_swarm)
    interlock = next((each for each in services if _name(each) == INTERLOCK), None)
    proxy, target = None, None
    if interlock is not None:
        proxy = _proxy(engine, interlock, warnings)
        target = _target(services)
    return Running(tuple(stacks), proxy, target, tuple(warnings))


def _if_allowed(call: Callable[[], _Some], noun: str, warnings: list[str]) -> _Some | None:
    """What a call gives; None, with a warning, if that is not allowed."""
    try:
        return call()
    except Refused as error:
        warnings.append(f"{noun} are not known: {error}")
        return None


def _others(
    engine: Engine, services: Iterable[Mapping[str, Any]], known: Mapping[str, str]
) -> dict[str, str]:
    """The names of networks that services join, and that are not known; without those refused."""
    found: dict[str, str] = {}
    joined = {
        str(each.get("Target"))
        for service in services
        for each in service.get("Spec", {}).get("TaskTemplate", {}).get("Networks") or ()
    }
    for identifier in sorted(joined.difference(known, known.values())):
        with suppress(Refused):
            found[identifier] = str(engine.network(identifier).get("Name"))
    return found


def _names(found: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (str(each.get("Spec", {}).get("Name")) for each in found)


def _name(service: Mapping[str, Any]) -> str:
    return str(service.get("Spec", {}).get("Name"))


def _spanning(networks: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """The names of the networks that span the swarm."""
    return (str(each.get("Name")) for each in networks if each.get("Scope") == "swarm")


def _content(config: Mapping[str, Any]) -> tuple[str, str]:
    """A config: its name, and a digest of its content."""
    spec = config.get("Spec") or {}
    try:
        data = base64.b64decode(spec.get("Data") or "", validate=True)
    except binascii.Error:
        data = str(spec.get("Data")).encode()
    return str(spec.get("Name")), sha256(data).hexdigest()


class _Counts(NamedTuple):
    """
    The numbers of tasks that run, and of nodes that should have one, by the identifier of services.

    All are of tasks that should run: not those of nodes that are drained or down.
    """

    running: Counter[str]
    wanted: Counter[str]

    @classmethod
    def of(cls, tasks: Sequence[Mapping[str, Any]]) -> _Counts:
        running = (each for each in tasks if each.get("Status", {}).get("State") == "running")
        nodes = {(each.get("ServiceID"), each.get("NodeID")) for each in tasks}
        return cls(
            Counter(str(each.get("ServiceID")) for each in running),
            Counter(str(service) for service, _ in nodes),
        )


def _stacks(
    services: Iterable[Mapping[str, Any]],
    resources: Resources,
    in_swarm: Callable[[Mapping[str, str]], Swarm],
) -> list[RunningStack]:
    """The services by stack, in the order of their names."""
    found: dict[str, Recorded] = {}
    for service in services:
        entry = Json(nodes_of(service))
        if is_recorded(entry):
            found[str(service.get("ID"))] = recorded(entry, resources)
    identifiers = {each.name: identifier for identifier, each in found.items()}
    stacks: list[RunningStack] = []
    for members in by_stack(found.values()):
        swarm = in_swarm({each.short: identifiers[each.name] for each in members})
        stacks.append(RunningStack(members[0].stack, tuple(map(source_of, members)), swarm))
    return stacks


def source_of(service: Recorded) -> Source:
    """The text of a stack file with one service."""
    return Source(FOLDER + service.name, printed(service.root), view=_VIEW)


def _proxy(engine: Engine, interlock: Mapping[str, Any], warnings: list[str]) -> Proxy | None:
    """Interlock's own configuration, from the config object that its service uses."""
    container = interlock["Spec"].get("TaskTemplate", {}).get("ContainerSpec", {})
    for used in container.get("Configs") or ():
        name = str(used.get("ConfigName"))
        try:
            config = engine.config(str(used.get("ConfigID")))
            data = base64.b64decode(config.get("Spec", {}).get("Data") or "", validate=True)
            return parse(data.decode(), f"{FOLDER}config/{name}")
        except NoSwarm as error:
            reason = str(error)
        except BrokenProxyConfiguration as error:
            reason = error.reason
        except (binascii.Error, UnicodeDecodeError):
            reason = "it is not text"
        warnings.append(f"Interlock's own configuration `{name}` is not used: {reason}")
    return None


def _target(services: Iterable[Mapping[str, Any]]) -> Target | None:
    """The product, from the images of its own services."""
    for service in services:
        if not _name(service).startswith("ucp-"):
            continue
        container = service["Spec"].get("TaskTemplate", {}).get("ContainerSpec", {})
        match = _VERSION.search(str(container.get("Image", "")))
        if match:
            for product in ("ucp", "mke"):
                try:
                    return parse_target(f"{product}-{match[1]}")
                except UnknownTarget:
                    continue
    return None
