"""Reads what runs in a swarm, as stacks with the text of one stack file for each service."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from linter.model.diagnostic import Unjudged
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
    networks = _if_told(engine.networks, _network, "networks", warnings)
    progress(2, questions)
    secrets = _if_told(engine.secrets, _name, "secrets", warnings)
    progress(3, questions)
    tasks = _if_told(engine.tasks, _Task.of, "tasks", warnings)
    configs = None
    if contents:
        progress(4, questions)
        found = _if_told(engine.configs, _content, "configs", warnings)
        configs = None if found is None else dict(found)
    progress(questions, questions)
    names = {identifier: name for identifier, name, _ in networks or ()}
    if networks is not None:
        names |= _others(engine, services, names)
    spanning = (name for _, name, scope in networks or () if scope == "swarm")
    names_of_networks = None if networks is None else frozenset(spanning)
    names_of_secrets = None if secrets is None else frozenset(secrets)
    counts = None if tasks is None else _Counts.of(tasks)

    def in_swarm(members: Mapping[str, str]) -> Swarm:
        if counts is None:
            return Swarm(names_of_networks, names_of_secrets, configs=configs)
        running, wanted = (
            {name: count[identifier] for name, identifier in members.items()} for count in counts
        )
        return Swarm(names_of_networks, names_of_secrets, running, wanted, configs)

    stacks, unjudged = _stacks(services, Resources(names), in_swarm)
    interlock = next((each for each in services if _at(each, *_NAME) == INTERLOCK), None)
    proxy = None if interlock is None else _proxy(engine, interlock, warnings)
    target = None if interlock is None else _target(services)
    return Running(tuple(stacks), proxy, target, tuple(warnings), tuple(unjudged))


# -- What an engine says, which may be anything ---------------------------------------------------


class _Strange(Exception):
    """An engine says something in an unknown form."""


_STRANGE = "in an unknown form"
_NAME = ("Spec", "Name")
_CONTAINER = ("Spec", "TaskTemplate", "ContainerSpec")


def _at(found: Any, *path: str) -> Any:
    """What is under these keys, one below the other; None if it is not there."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _text(found: Any, *path: str) -> str:
    """The text under these keys. Raises _Strange if there is none."""
    text = _at(found, *path)
    if not isinstance(text, str):
        raise _Strange
    return text


def _dicts(found: Any) -> list[dict[str, Any]]:
    """The objects in a list; none if it is no list."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _if_told(
    ask: Callable[[], Iterable[dict[str, Any]]],
    read: Callable[[dict[str, Any]], _Some],
    noun: str,
    warnings: list[str],
) -> list[_Some] | None:
    """What an engine has; None, with a warning, if it does not tell, or not as engines do."""
    try:
        return list(map(read, ask()))
    except Refused as error:
        reason = str(error)
    except _Strange:
        reason = f"the engine describes them {_STRANGE}"
    warnings.append(f"{noun} are not known: {reason}")
    return None


def _others(
    engine: Engine, services: Iterable[Mapping[str, Any]], known: Mapping[str, str]
) -> dict[str, str]:
    """The names of networks that services join, and that are not known; without those refused."""
    found: dict[str, str] = {}
    joined = {
        str(each.get("Target"))
        for service in services
        for each in _dicts(_at(service, "Spec", "TaskTemplate", "Networks"))
    }
    for identifier in sorted(joined.difference(known, known.values())):
        with suppress(Refused, _Strange):
            found[identifier] = _text(engine.network(identifier), "Name")
    return found


def _name(found: Mapping[str, Any]) -> str:
    return _text(found, *_NAME)


def _network(found: Mapping[str, Any]) -> tuple[str, str, Any]:
    """The identifier, the name and the scope of a network."""
    return _text(found, "Id"), _text(found, "Name"), found.get("Scope")


def _content(config: Mapping[str, Any]) -> tuple[str, str]:
    """A config: its name, and a digest of its content."""
    text = _data(config)
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error, or not ASCII
        data = text.encode("utf-8", "surrogatepass")
    return _name(config), sha256(data).hexdigest()


def _data(config: Any) -> str:
    """The content of a config as it is sent, which leaves out an empty one."""
    return _text(config, "Spec", "Data") if _at(config, "Spec", "Data") is not None else ""


class _Task(NamedTuple):
    """A task: its service, its node if it has one, and whether it runs."""

    service: str
    node: str | None
    runs: bool

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> _Task:
        node = None if found.get("NodeID") is None else _text(found, "NodeID")
        return cls(_text(found, "ServiceID"), node, _text(found, "Status", "State") == "running")


class _Counts(NamedTuple):
    """
    The numbers of tasks that run, and of nodes that should have one, by the identifier of services.

    All are of tasks that should run: not those of nodes that are drained or down.
    """

    running: Counter[str]
    wanted: Counter[str]

    @classmethod
    def of(cls, tasks: Iterable[_Task]) -> _Counts:
        nodes = {(each.service, each.node) for each in tasks}
        return cls(
            Counter(each.service for each in tasks if each.runs),
            Counter(service for service, _ in nodes),
        )


# -- What is made of it ---------------------------------------------------------------------------


def _stacks(
    services: Iterable[Mapping[str, Any]],
    resources: Resources,
    in_swarm: Callable[[Mapping[str, str]], Swarm],
) -> tuple[list[RunningStack], list[Unjudged]]:
    """The services by stack, in the order of their names, and those that cannot be read."""
    found: dict[str, Recorded] = {}
    unjudged: list[Unjudged] = []
    for service in services:
        try:
            identifier = _text(service, "ID")
            found[identifier] = _recorded(service, resources)
        except (_Strange, RecursionError):
            name = str(_at(service, *_NAME) or service.get("ID") or "?")
            unjudged.append(Unjudged(FOLDER + name, f"the engine describes it {_STRANGE}"))
    identifiers = {each.name: identifier for identifier, each in found.items()}
    stacks: list[RunningStack] = []
    for members in by_stack(found.values()):
        swarm = in_swarm({each.short: identifiers[each.name] for each in members})
        stacks.append(RunningStack(members[0].stack, tuple(map(source_of, members)), swarm))
    return stacks, unjudged


def _recorded(service: Mapping[str, Any], resources: Resources) -> Recorded:
    """A service. Raises _Strange if it has no name or no task, or labels that are not texts."""
    labels = _at(service, "Spec", "Labels")
    texts = labels.values() if isinstance(labels, dict) else () if labels is None else (labels,)
    entry = Json(nodes_of(service))
    if not is_recorded(entry) or not _name(service) or not all(isinstance(t, str) for t in texts):
        raise _Strange
    return recorded(entry, resources)


def source_of(service: Recorded) -> Source:
    """The text of a stack file with one service."""
    return Source(FOLDER + service.name, printed(service.root), view=_VIEW)


def _proxy(engine: Engine, interlock: Mapping[str, Any], warnings: list[str]) -> Proxy | None:
    """Interlock's own configuration, from the config object that its service uses."""
    for used in _dicts(_at(interlock, *_CONTAINER, "Configs")):
        name = str(used.get("ConfigName"))
        try:
            data = base64.b64decode(_data(engine.config(str(used.get("ConfigID")))), validate=True)
            return parse(data.decode(), f"{FOLDER}config/{name}")
        except NoSwarm as error:
            reason = str(error)
        except BrokenProxyConfiguration as error:
            reason = error.reason
        except _Strange:
            reason = f"the engine describes it {_STRANGE}"
        except ValueError:  # binascii.Error, or not UTF-8
            reason = "it is not text"
        warnings.append(f"Interlock's own configuration `{name}` is not used: {reason}")
    return None


def _target(services: Iterable[Mapping[str, Any]]) -> Target | None:
    """The product, from the images of its own services."""
    for service in services:
        if not str(_at(service, *_NAME)).startswith("ucp-"):
            continue
        match = _VERSION.search(str(_at(service, *_CONTAINER, "Image")))
        if match:
            for product in ("ucp", "mke"):
                try:
                    return parse_target(f"{product}-{match[1]}")
                except UnknownTarget:
                    continue
    return None
