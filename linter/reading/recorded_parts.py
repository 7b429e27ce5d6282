"""Reads the parts of a service that an engine stores differently from how a stack file has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from linter.reading import make
from linter.reading.json_values import Json
from linter.syntax.nodes import Node, UnknownNode

STACK = "com.docker.stack.namespace"
"""The label with the name of the stack that a service belongs to."""

IMAGE = "com.docker.stack.image"
"""The label with the image as the stack file has it."""

OF_DOCKER = frozenset({STACK, IMAGE})
"""The labels that deploying a stack sets, whatever its file has for them."""

GRACE, MONITOR = "10000000000", "5000000000"
"""Times that engines fill in, in nanoseconds."""

MODES = {"ReplicatedJob": "replicated-job", "GlobalJob": "global-job"}
"""Modes that a stack file has other words for."""

_DEFAULTS = (
    {"Condition": "any", "Delay": "5000000000", "MaxAttempts": "0"},
    {
        "Parallelism": "1",
        "FailureAction": "pause",
        "Monitor": "5000000000",
        "MaxFailureRatio": "0",
        "Order": "stop-first",
    },
)


def is_default_policy(found: Json) -> bool:
    """Whether a policy is what engines fill in when there is none."""
    return {key.value: value.text for key, value in found.entries} in _DEFAULTS


def network(joined: Json, names: Mapping[str, str | None]) -> Node:
    """A network in a list; one without a known name is a variable that nobody sets."""
    target = joined.at("Target")
    name = names[target.text]
    if name is not None:
        return make.string(name, target.node)
    return UnknownNode(f"network_{target.text}", *make.place(target.node), '"')


def extra_host(line: Json) -> Node | None:
    """An extra host, which the engine stores as in `/etc/hosts`."""
    address, _, name = line.text.partition(" ")
    return make.string(f"{name}:{address}", line.node)


def ulimit(limit: Json) -> make.Pair:
    pairs = [
        ("soft", make.number(limit.at("Soft"), zero=True)),
        ("hard", make.number(limit.at("Hard"), zero=True)),
    ]
    return make.key_of(limit.at("Name").text, limit.node), make.mapping(pairs)


def credentials(found: Json, config: Json) -> Node | None:
    """Where the credentials of a Windows container are described; a config is known by its name."""
    return make.mapping(
        [
            ("config", make.text(config)),
            ("file", make.text(found.at("File"))),
            ("registry", make.text(found.at("Registry"))),
        ]
    )


def health_check(check: Json) -> Node | None:
    if not check.is_object:
        return None
    pairs: list[make.Pair] = [
        ("test", make.texts(check.at("Test"))),
        ("interval", make.duration(check.at("Interval"))),
        ("timeout", make.duration(check.at("Timeout"))),
        ("start_period", make.duration(check.at("StartPeriod"))),
        ("start_interval", make.duration(check.at("StartInterval"))),
        ("retries", make.number(check.at("Retries"))),
    ]
    return make.kept(pairs, check)


def logging(driver: Json) -> Node | None:
    if not driver.is_object:
        return None
    return make.kept(
        [
            ("driver", make.text(driver.at("Name"))),
            ("options", make.texts_by_name(driver.at("Options"))),
        ],
        driver,
    )


def port(port: Json) -> Node | None:
    return make.mapping(
        [
            ("target", make.number(port.at("TargetPort"))),
            ("published", make.number(port.at("PublishedPort"))),
            ("protocol", make.text(port.at("Protocol"))),
            ("mode", make.text(port.at("PublishMode"))),
        ],
        port.node,
    )


def placement(found: Json) -> Node | None:
    return make.mapping(
        [
            ("constraints", make.texts(found.at("Constraints"))),
            ("preferences", make.sequence(map(_preference, found.at("Preferences").items))),
            ("max_replicas_per_node", make.number(found.at("MaxReplicas"))),
        ]
    )


def _preference(preference: Json) -> Node | None:
    return make.mapping([("spread", make.text(preference.at("Spread", "SpreadDescriptor")))])


def resources(found: Json) -> Node | None:
    pairs = ((name.lower(), _amounts(found.at(name))) for name in ("Limits", "Reservations"))
    return make.mapping(pairs)


def _amounts(found: Json) -> Node | None:
    if not found.is_object:
        return None
    generic = found.at("GenericResources").items
    pairs: list[make.Pair] = [
        ("cpus", _cpus(found.at("NanoCPUs"))),
        ("memory", make.number(found.at("MemoryBytes"), quoted=True)),
        ("pids", make.number(found.at("Pids"))),
        ("generic_resources", make.sequence(map(_generic, generic))),
    ]
    return make.kept(pairs, found)


def _generic(found: Json) -> Node | None:
    resource = found.at("DiscreteResourceSpec")
    pairs = [
        ("kind", make.text(resource.at("Kind"))),
        ("value", make.number(resource.at("Value"), zero=True)),
    ]
    return make.mapping([("discrete_resource_spec", make.mapping(pairs))])


def _cpus(found: Json) -> Node | None:
    """A number of processors, which the engine stores in billionths."""
    if not found.is_set or not found.text.isdigit():
        return None
    return make.string(f"{Decimal(found.text).scaleb(-9).normalize():f}", found.node)


def restart(policy: Json) -> Node | None:
    if not policy.is_object:
        return None
    pairs: list[make.Pair] = [
        ("condition", make.text(policy.at("Condition"))),
        ("delay", make.duration(policy.at("Delay"), zero=True)),
        ("max_attempts", make.number(policy.at("MaxAttempts"), zero=True)),
        ("window", make.duration(policy.at("Window"), zero=True)),
    ]
    return make.kept(pairs, policy)


def update(config: Json, monitor: Json) -> Node | None:
    if not config.is_object:
        return None
    pairs: list[make.Pair] = [
        ("parallelism", make.number(config.at("Parallelism"), zero=True)),
        ("delay", make.duration(config.at("Delay"))),
        ("failure_action", make.text(config.at("FailureAction"))),
        ("monitor", make.duration(monitor)),
        ("max_failure_ratio", make.number(config.at("MaxFailureRatio"))),
        ("order", make.text(config.at("Order"))),
    ]
    return make.kept(pairs, config)


def labels(found: Json) -> Node | None:
    pairs = [
        (make.key_of(key.value, key), make.text(value) or make.string("", value.node))
        for key, value in found.entries
        if key.value not in OF_DOCKER
    ]
    return make.mapping(pairs, found.node)
