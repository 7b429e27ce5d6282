"""The settings of a service that refer to nothing else in its stack, as they are deployed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from linter.model.deployed import Rolling, Setting, Value, Values
from linter.model.images import whole_name
from linter.reading.service_config import ServiceConfig
from linter.reading.trees import is_zero, text_of, whole
from linter.syntax.interpolation import Parts, display, lower


def process(config: ServiceConfig) -> Iterator[tuple[Setting, Values]]:
    """What runs in the containers."""
    if image := config.texts.get("image"):
        yield Setting.IMAGE, {(): (whole_name(image),)}
    commands = {text_of(name): words for name, words in config.commands.items() if words}
    if config.texts.get("working_dir"):
        commands[("working_dir",)] = (config.texts["working_dir"],)
    yield Setting.COMMAND, commands
    yield Setting.ENVIRONMENT, config.maps.get("environment", {})
    yield Setting.CONTAINER_LABEL, config.maps.get("labels", {})
    yield Setting.CONTAINER, _container(config)
    yield Setting.HEALTH_CHECK, _health_check(config)
    yield Setting.LOGGING, _block(config, "logging") | _prefixed("logging.options", config.maps)


# With the value that is the same as none; `init: false` is not, and replaces the tasks.
_TEXTS: dict[str, Parts] = {
    "user": (),
    "hostname": (),
    "stop_signal": (),
    "stop_grace_period": (),
    "init": (),
    "tty": ("false",),
    "stdin_open": ("false",),
    "read_only": ("false",),
    "isolation": ("default",),
    "credential_spec.file": (),
    "credential_spec.registry": (),
}
_LISTS = ("dns", "dns_search", "extra_hosts")


def _container(config: ServiceConfig) -> Values:
    found: dict[Parts, Value] = {
        (name,): (config.texts[name],)
        for name, default in _TEXTS.items()
        if config.texts.get(name, default) != default
    }
    found |= {(name,): tuple(config.lists[name]) for name in _LISTS if config.lists.get(name)}
    added, dropped = (_capabilities(config.lists.get(each, [])) for each in ("cap_add", "cap_drop"))
    for name, words in (("cap_add", added), ("cap_drop", dropped - added)):
        if words:
            found[(name,)] = tuple(sorted(words, key=display))
    return found | _prefixed("sysctls", config.maps) | _prefixed("ulimits", config.maps)


def _capabilities(words: Iterable[Parts]) -> set[Parts]:
    return {_capability(parts) for parts in words}


def _capability(parts: Parts) -> Parts:
    text = whole(parts)
    if text is None:
        return parts
    name = text.strip().upper()
    return (name,) if name == "ALL" or name.startswith("CAP_") else (f"CAP_{name}",)


def _health_check(config: ServiceConfig) -> Values:
    found = _without_zeros(_block(config, "healthcheck"))
    test = tuple(config.lists.get("healthcheck.test", ()))
    if test == _NO_TEST:
        found[("disable",)] = (("true",),)
    elif test:
        found[("test",)] = test
    return found


_NO_TEST: Value = (("NONE",),)
"""What Docker sends for `disable: true`."""


# -- What the orchestrator does with the tasks

_FILLED_IN = ((("pause",),), (("stop-first",),))
"""What an engine stores of an update policy that does not say what to do."""

_ALWAYS = {"always": "any", "unless-stopped": "any"}


def policies(config: ServiceConfig) -> Iterator[tuple[Setting, Values]]:
    """What the orchestrator does with the tasks."""
    mode = config.texts.get("deploy.mode") or ("replicated",)
    yield Setting.MODE, {(): (mode,)}
    replicas = config.texts.get("deploy.replicas")
    if replicas is not None or mode in (("replicated",), ("replicated-job",)):
        yield Setting.REPLICAS, {(): (replicas or ("1",),)}
    resources: dict[Parts, Value] = {}
    for name in ("limits", "reservations"):
        block = _without_zeros(_block(config, f"deploy.resources.{name}"))
        resources |= {(f"{name}.{display(key)}",): value for key, value in block.items()}
    generic = config.others.get("deploy.resources.reservations.generic_resources")
    if generic:
        resources[("reservations.generic_resources",)] = generic
    yield Setting.RESOURCES, resources
    yield Setting.RESTART_POLICY, _restart(config)
    constraints = (
        _constraint(each) for each in config.lists.get("deploy.placement.constraints", ())
    )
    yield Setting.CONSTRAINT, dict.fromkeys(constraints, ())
    placement: dict[Parts, Value] = {}
    if preferences := config.others.get("deploy.placement.preferences"):
        placement[("preferences",)] = preferences
    most = config.texts.get("deploy.placement.max_replicas_per_node", ("0",))
    if most != ("0",):
        placement[("max_replicas_per_node",)] = (most,)
    yield Setting.PLACEMENT, placement
    updates: dict[Parts, Value] = {}
    for name in ("update_config", "rollback_config"):
        block = _without_zeros(_block(config, f"deploy.{name}"), but=("parallelism",))
        block = {key: value for key, value in block.items() if value not in _FILLED_IN}
        if block:  # the CLI fills it in
            block.setdefault(("parallelism",), (("1",),))
        updates |= {(f"{name}.{display(key)}",): value for key, value in block.items()}
    yield Setting.UPDATE_CONFIG, updates


def _restart(config: ServiceConfig) -> Values:
    block = {
        key: value
        for key, value in _block(config, "deploy.restart_policy").items()
        if key not in (("max_attempts",), ("window",)) or not all(map(is_zero, value))
    }
    restart = config.texts.get("restart")
    if block:  # the engine fills it in
        return {("condition",): (("any",),), **block}
    if not restart or restart == ("no",):
        return block
    text = whole(restart)
    if text is None:
        return {("condition",): (restart,)}
    kind, _, attempts = text.partition(":")
    if kind == "on-failure":
        most: Values = {} if is_zero((attempts or "0",)) else {("max_attempts",): ((attempts,),)}
        return {("",): (), ("condition",): ((kind,),), **most}
    return {("",): (), ("condition",): ((_ALWAYS.get(text, text),),)}


def _constraint(parts: Parts) -> Parts:
    """A constraint without blanks around its operator."""
    text = whole(parts)
    if text is None:
        return parts
    for operator in ("==", "!="):
        left, found, right = text.partition(operator)
        if found:
            return (f"{left.strip()} {operator} {right.strip()}",)
    return parts


def _block(config: ServiceConfig, name: str) -> dict[Parts, Value]:
    """The texts of a mapping by their keys; written but empty, it is not the same as absent."""
    start = f"{name}."
    found: dict[Parts, Value] = {("",): ()} if name in config.blocks else {}
    for each, parts in config.texts.items():
        if each.startswith(start):
            found[(each.removeprefix(start),)] = (parts,)
    return found


def _without_zeros(block: dict[Parts, Value], but: Parts | None = None) -> dict[Parts, Value]:
    """A block without what is the same as not written, `but` for one name."""
    return {
        key: value
        for key, value in block.items()
        if key in (("",), but) or not all(map(is_zero, value))
    }


def _prefixed(name: str, maps: Mapping[str, Mapping[Parts, Value]]) -> dict[Parts, Value]:
    return {(f"{name}.{display(key)}",): value for key, value in maps.get(name, {}).items()}


def rolling(config: ServiceConfig) -> Rolling:
    """How the orchestrator replaces the tasks."""
    order = whole(config.texts.get("deploy.update_config.order") or ("stop-first",))
    return Rolling(
        _whole_number(config.texts.get("deploy.update_config.parallelism", ("1",))),
        None if order is None else lower(order) == "start-first",
        _whole_number(config.texts.get("deploy.update_config.delay", ("0",))),
    )


def _whole_number(parts: Parts) -> int | None:
    """A number without its fraction; None if it is not known, or none that is usual."""
    text = whole(parts)
    match = re.fullmatch(r"([0-9]{1,9})(?:/([0-9]{1,9}))?", text or "", re.ASCII)
    return int(match[1]) // max(int(match[2] or 1), 1) if match else None
