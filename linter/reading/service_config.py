"""
Reads the settings of a service as `docker stack deploy` reads them, and merges those of several
files.

A text, a list or a mapping of a setting is found under its dotted name: `deploy.resources.limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol, TypeVar

from linter.model.deployed import Value
from linter.reading import attachments, quantities, shell_words
from linter.reading.attachments import Words
from linter.reading.trees import (
    Scalar,
    Tree,
    at,
    flat,
    is_zero,
    items,
    mapping,
    pairs,
    scalar,
    scalars,
    text_of,
    whole,
)
from linter.syntax.interpolation import Environment, Parts, Variable, join, lowered, partition

Form = Callable[[Parts], Parts]
_Some = TypeVar("_Some")


class Contents(Protocol):
    """The content of files that a stack file names; None if they are not read."""

    def variables(self, path: str) -> Mapping[str, str | None] | None:
        """The variables in an `env_file`; one without a value is passed on."""

    def digest(self, path: str) -> str | None:
        """What tells two contents apart."""


def _as_written(parts: Parts) -> Parts:
    return parts


# -- What there is to read ------------------------------------------------------------------------

_TEXTS: dict[str, Form] = {
    "image": _as_written,
    "user": _as_written,
    "working_dir": _as_written,
    "hostname": _as_written,
    "stop_signal": _as_written,
    "isolation": _as_written,
    "restart": _as_written,
    "tty": _as_written,
    "stdin_open": _as_written,
    "read_only": _as_written,
    "init": _as_written,
    "stop_grace_period": quantities.duration,
    "credential_spec.config": _as_written,
    "credential_spec.file": _as_written,
    "credential_spec.registry": _as_written,
    "logging.driver": _as_written,
    "healthcheck.disable": _as_written,
    "healthcheck.interval": quantities.duration,
    "healthcheck.timeout": quantities.duration,
    "healthcheck.start_period": quantities.duration,
    "healthcheck.start_interval": quantities.duration,
    "healthcheck.retries": quantities.number,
    "deploy.mode": _as_written,
    "deploy.replicas": quantities.number,
    "deploy.endpoint_mode": lowered,
    "deploy.resources.limits.cpus": quantities.number,
    "deploy.resources.limits.memory": quantities.size,
    "deploy.resources.limits.pids": quantities.number,
    "deploy.resources.reservations.cpus": quantities.number,
    "deploy.resources.reservations.memory": quantities.size,
    "deploy.restart_policy.condition": _as_written,
    "deploy.restart_policy.delay": quantities.duration,
    "deploy.restart_policy.max_attempts": quantities.number,
    "deploy.restart_policy.window": quantities.duration,
    "deploy.placement.max_replicas_per_node": quantities.number,
}
for _policy in ("deploy.update_config", "deploy.rollback_config"):
    _TEXTS |= {
        f"{_policy}.parallelism": quantities.number,
        f"{_policy}.delay": quantities.duration,
        f"{_policy}.monitor": quantities.duration,
        f"{_policy}.failure_action": _as_written,
        f"{_policy}.max_failure_ratio": quantities.number,
        f"{_policy}.order": _as_written,
    }
_COUNTS = frozenset(
    {
        "deploy.replicas",
        "deploy.restart_policy.max_attempts",
        "deploy.update_config.parallelism",
        "deploy.rollback_config.parallelism",
        "healthcheck.retries",
    }
)
"""Numbers that replace those of an earlier file even if they are zero."""

_BLOCKS = (
    *("healthcheck", "logging", "deploy.resources.limits", "deploy.resources.reservations"),
    *("deploy.restart_policy", "deploy.update_config", "deploy.rollback_config"),
)
"""Mappings that make a difference even if they are empty."""

_LISTS = (
    *("dns", "dns_search", "cap_add", "cap_drop", "healthcheck.test"),
    *("deploy.placement.constraints",),
)
_MAPS = ("labels", "sysctls", "logging.options")
_COMMANDS = ("command", "entrypoint")
_OTHERS = (*("deploy.placement.preferences", "deploy.resources.reservations.generic_resources"),)
_PARENTS = frozenset(
    name.rpartition(".")[0] for name in (*_TEXTS, *_LISTS, *_MAPS, *_OTHERS) if "." in name
) | {"deploy", "deploy.resources"}


_NO_VALUES: tuple[Value, ...] = ((), ((),))
"""Values of variables that replace none of an earlier file."""


class ServiceConfig(NamedTuple):
    """The settings of a service, from one file or from several."""

    texts: dict[str, Parts]
    lists: dict[str, list[Parts]]
    maps: dict[str, dict[Parts, Value]]
    commands: dict[str, Words]
    blocks: frozenset[str]
    ports: dict[Parts, list[Words]]
    volumes: dict[Parts, Mapping[str, Parts]]
    configs: dict[Parts, list[Mapping[str, Parts]]]
    secrets: dict[Parts, list[Mapping[str, Parts]]]
    networks: dict[Parts, Words]
    others: dict[str, Words]

    def over(self, base: ServiceConfig) -> ServiceConfig:
        """These settings over those of an earlier file, as several `-c` merge them."""
        texts = dict(base.texts)
        for name, parts in self.texts.items():
            if name in _COUNTS or name not in texts or not is_zero(parts):
                texts[name] = parts
        maps = {
            name: base.maps.get(name, {}) | self.maps.get(name, {})
            for name in base.maps | self.maps
        }
        for variable, before in base.maps.get("environment", {}).items():
            if maps["environment"][variable] in _NO_VALUES and before not in _NO_VALUES:
                maps["environment"][variable] = before
        drivers = {each.texts.get("logging.driver") for each in (self, base)} - {None}
        if len(drivers) > 1:  # the options of one driver mean nothing to another
            maps["logging.options"] = self.maps.get("logging.options", {})
        return ServiceConfig(
            texts=texts,
            lists={
                name: base.lists.get(name, []) + self.lists.get(name, [])
                for name in base.lists | self.lists
            },
            maps=maps,
            commands=base.commands | {k: v for k, v in self.commands.items() if v},
            blocks=base.blocks | self.blocks,
            ports=_merged(base.ports, self.ports),
            volumes=dict(sorted((base.volumes | self.volumes).items(), key=_by_text)),
            configs=_merged(base.configs, self.configs),
            secrets=_merged(base.secrets, self.secrets),
            networks=base.networks
            | {k: v or base.networks.get(k, ()) for k, v in self.networks.items()},
            others={
                name: base.others.get(name, ()) + self.others.get(name, ())
                for name in base.others | self.others
            },
        )


def _merged(
    base: dict[Parts, list[_Some]], over: dict[Parts, list[_Some]]
) -> dict[Parts, list[_Some]]:
    """Ports, configs or secrets of several files: of those with one key, only the last is left."""
    return {key: each[-1:] for key, each in (base | over).items()}


def _by_text(item: tuple[Parts, object]) -> str:
    return "".join(map(str, item[0]))


class ConfigReader:
    """Reads the services of one file."""

    def __init__(self, environment: Environment, contents: Contents) -> None:
        self._environment = environment
        self._contents = contents
        self.unread: dict[str, None] = {}

    def read(self, tree: dict[str, Tree]) -> ServiceConfig:
        """The settings of a service in this file."""
        found = dict(_settings(tree))
        texts: dict[str, Parts] = {}
        for name, each in found.items():
            parts = scalar(each)
            if parts is not None and name in _TEXTS:
                texts[name] = _TEXTS[name](parts)
        maps = {
            name: {key: value or ((),) for key, value in written.items()}
            for name in _MAPS
            if (written := dict(pairs(found.get(name))))
        }
        if environment := self._variables(tree):
            maps["environment"] = environment
        if ulimits := dict(_ulimits(tree.get("ulimits"))):
            maps["ulimits"] = ulimits
        others = {name: words for name in _OTHERS if (words := flat(found.get(name)))}
        lists = {name: several for name in _LISTS if (several := list(scalars(found.get(name))))}
        if hosts := list(_hosts(tree.get("extra_hosts"))):
            lists["extra_hosts"] = hosts
        if isinstance(found.get("healthcheck.test"), Scalar) and "healthcheck.test" in lists:
            lists["healthcheck.test"].insert(0, ("CMD-SHELL",))
        return ServiceConfig(
            texts=texts,
            lists=lists,
            maps=maps,
            commands={name: _words(tree[name]) for name in _COMMANDS if name in tree},
            blocks=frozenset(name for name in _BLOCKS if isinstance(found.get(name), dict)),
            ports=_grouped((port[1], port) for port in attachments.ports(tree.get("ports"))),
            volumes=dict(attachments.volumes(tree.get("volumes"))),
            configs=_grouped(attachments.objects(tree.get("configs"))),
            secrets=_grouped(attachments.objects(tree.get("secrets"))),
            networks=dict(attachments.networks(tree.get("networks"))),
            others=others,
        )

    def _variables(self, tree: dict[str, Tree]) -> dict[Parts, Value]:
        """The environment of the container: of `env_file`, and over it of `environment`."""
        found: dict[Parts, Value] = {}
        for parts in scalars(tree.get("env_file")):
            path = whole(parts)
            known = self._contents.variables(path) if path else None
            if known is None:
                shown = "".join(map(str, parts))
                self.unread[shown] = None
                unknown = (Variable(f"variables in {shown}"),)
                found[unknown] = (unknown,)
                continue
            for name, text in known.items():
                value = self._passed_on(name) if text is None else (text_of(text),)
                if value:  # one that is passed on and not set counts only under `environment`
                    found[(name,)] = value
        for key, value in pairs(tree.get("environment")):
            known_key = whole(key)
            found[key] = value if value or known_key is None else self._passed_on(known_key)
        return found

    def _passed_on(self, name: str) -> Value:
        """The value of a variable without one: from the environment of `docker stack deploy`."""
        known = self._environment.variables.get(name)
        if known is not None:
            return (text_of(known),)
        return () if self._environment.complete else ((Variable(name),),)


def _grouped(pairs: Iterable[tuple[Parts, _Some]]) -> dict[Parts, list[_Some]]:
    found: dict[Parts, list[_Some]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    return found


def _settings(tree: dict[str, Tree], start: str = "") -> Iterator[tuple[str, Tree]]:
    """Everything in a tree by its dotted name, as deep as settings are known."""
    for key, each in tree.items():
        name = start + key
        yield name, each
        if name in _PARENTS and isinstance(each, dict):
            yield from _settings(each, f"{name}.")


def _words(tree: Tree) -> Words:
    """The words of a command, which may be written as one text."""
    if not isinstance(tree, Scalar):
        return tuple(scalars(tree))
    text = whole(tree.parts)
    if text is None:
        return (tree.parts,)
    try:
        return tuple(map(text_of, shell_words.split(text)))
    except shell_words.OpenQuote:
        return (tree.parts,)


def _ulimits(tree: Tree | None) -> Iterator[tuple[Parts, Value]]:
    for name, each in mapping(tree).items():
        soft, hard = (scalar(at(each, key)) for key in ("soft", "hard"))
        if isinstance(each, Scalar):
            soft = hard = each.parts
        yield text_of(name), tuple(quantities.number(parts or ("0",)) for parts in (soft, hard))


def _hosts(tree: Tree | None) -> Iterator[Parts]:
    """`name:address` for each extra host; those of a mapping are sorted."""
    for name, each in sorted(mapping(tree).items()):
        parts = scalar(each)
        if parts is not None:
            yield join((f"{name}:", *_bare(parts)))
    for parts in scalars(items(tree)):
        written_with = "=" if partition(parts, "=")[1] is not None else ":"
        host, address = partition(parts, written_with)
        yield parts if address is None else join((*host, ":", *_bare(address)))


def _bare(address: Parts) -> Parts:
    """An address without the brackets that one of IPv6 may have."""
    text = whole(address)
    return (text[1:-1],) if text and text[0] == "[" and text[-1] == "]" else address
