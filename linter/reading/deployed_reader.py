"""
Works out what `docker stack deploy` sends to the engine for the services of a stack.

Two texts that are deployed alike give the same, however they are written.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from linter.model.deployed import Deployed, DeployedStack, Setting, Value, Values
from linter.model.label import Label
from linter.model.names import STACK_NAME
from linter.model.stack import Service, Stack
from linter.model.swarm import Swarm, is_record
from linter.reading.attachments import Words
from linter.reading.deployed_settings import policies, process, rolling
from linter.reading.recorded_parts import OF_DOCKER
from linter.reading.service_config import ConfigReader, Contents, ServiceConfig
from linter.reading.trees import (
    Scalar,
    Tree,
    at,
    flat,
    mapping,
    pairs,
    scalar,
    text_of,
    tree_of,
    whole,
)
from linter.syntax.interpolation import Environment, Parts, Variable, display, join

_SECTIONS = ("networks", "volumes", "configs", "secrets")
_WITHOUT_VIP = frozenset({"host", "bridge", "none"})
_INGRESS = ("ingress",)


def deployed(
    stack: Stack, environment: Environment, contents: Contents, folder: str | None = None
) -> DeployedStack:
    """
    The services of a stack as they are deployed; what is not known of them stays unknown.

    `folder` is what relative paths start from; without it, they stay relative.
    """
    recorded = any(map(is_record, stack.sources))
    # In a record, a variable without a value has none.
    known = environment._replace(complete=environment.complete or recorded)
    reader = ConfigReader(known, contents)
    configs: dict[str, ServiceConfig] = {}
    sections: dict[str, dict[str, Tree]] = {name: {} for name in _SECTIONS}
    for document in stack.documents:
        top = tree_of(document, environment)
        for name in _SECTIONS:
            sections[name] |= mapping(top.get(name))
        for name, tree in mapping(top.get("services")).items():
            config = reader.read(mapping(tree))
            configs[name] = config.over(configs[name]) if name in configs else config
    names = _Names(stack.name, sections, folder, _home(known))
    objects = _Objects(names, contents, reader.unread)
    empty = reader.read({})
    services = tuple(
        _service(each, configs.get(str(each.name), empty), names) for each in stack.services
    )
    if recorded:
        filled_in = any(each.is_written for each in stack.sources)  # it is not read live
        told = _told(names, stack.context.swarm or Swarm())
        return DeployedStack(services, *told, filled_in)
    used = {network for each in services for network in each.values(Setting.NETWORK)}
    return DeployedStack(
        services,
        {
            Setting.CONFIG_CONTENT: objects.contents("configs"),
            Setting.SECRET_CONTENT: objects.contents("secrets"),
            Setting.NETWORK_OPTIONS: objects.network_options(used),
        },
        tuple(reader.unread),
    )


def _told(
    names: _Names, swarm: Swarm
) -> tuple[dict[Setting, Values], tuple[str, ...], dict[Setting, frozenset[Parts]]]:
    """
    The configs and secrets of an engine whose content it tells, and those whose it does not.

    No engine tells that of a secret. Without the swarm, what is not used is not known.
    """
    configs: dict[Parts, Value] = {
        (name,): ((digest,),) for name, digest in (swarm.configs or {}).items()
    }
    used, secret = (
        frozenset(names.of(section, text_of(key)) for key in names.sections[section])
        for section in ("configs", "secrets")
    )
    untold = {
        Setting.CONFIG_CONTENT: used if swarm.configs is None else frozenset[Parts](),
        Setting.SECRET_CONTENT: secret | {(name,) for name in swarm.secrets or ()},
    }
    return {Setting.CONFIG_CONTENT: configs}, (), untold


def _home(environment: Environment) -> Parts:
    """What Docker takes `~` for; without that variable, it is the name of a folder."""
    known = environment.variables.get("HOME")
    if known is not None:
        return text_of(known)
    return ("~",) if environment.complete else (Variable("HOME"),)


class _Names(NamedTuple):
    """The names in the swarm of what a stack declares."""

    stack: str | None
    sections: Mapping[str, Mapping[str, Tree]]
    folder: str | None = None
    home: Parts = ("~",)

    def of(self, section: str, key: Parts) -> Parts:
        """The name of what a service refers to by a key."""
        known = whole(key)
        tree = self.sections[section].get(known) if known is not None else None
        external = at(tree, "external")
        name = scalar(at(tree, "name")) or scalar(at(external, "name"))
        if name:
            return name
        return key if is_external(tree) else self.prefixed(key)

    def prefixed(self, key: Parts) -> Parts:
        if self.stack is None:
            return (STACK_NAME, f"_{display(key)}")
        return (f"{self.stack}_{display(key)}",)

    def options(self, section: str, key: Parts, *without: str) -> Words:
        """Everything else that is declared under a key."""
        known = whole(key)
        tree = mapping(self.sections[section].get(known)) if known is not None else {}
        return flat(
            {
                name: dict(_labels_of(each)) if name == "labels" else each
                for name, each in tree.items()
                if name not in without
            }
        )


def _labels_of(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Labels as a mapping, in whichever form they are written."""
    for key, value in pairs(tree):
        yield display(key), Scalar(value[0] if value else (), "string")


def is_external(tree: Tree | None) -> bool:
    """Whether something is declared that the stack does not create."""
    external = at(tree, "external")
    return isinstance(external, dict) or scalar(external) == ("true",)


class _Objects:
    """Reads what a stack creates apart from services."""

    def __init__(self, names: _Names, contents: Contents, unread: dict[str, None]) -> None:
        self._names = names
        self._contents = contents
        self._unread = unread

    def contents(self, section: str) -> Values:
        """The content of each config or secret, by its name."""
        return {
            self._names.of(section, text_of(key)): self._content(tree)
            for key, tree in self._names.sections[section].items()
            if not is_external(tree)
        }

    def _content(self, tree: Tree) -> Value:
        """What the engine compares: of a config that exists, it ignores all other options."""
        parts = scalar(at(tree, "file"))
        path = whole(parts)
        digest = self._contents.digest(path) if path else None
        if parts is None:
            return ()
        if digest is None:
            self._unread[display(parts)] = None
            return ((Variable(f"content of {display(parts)}"),),)
        return ((digest,),)

    def network_options(self, used: set[Parts]) -> Values:
        """The options of each network that is created because a service is attached to it."""
        found: dict[Parts, Value] = {}
        for key, tree in self._names.sections["networks"].items():
            name = self._names.of("networks", text_of(key))
            if name in used and not is_external(tree):
                found[name] = self._names.options("networks", text_of(key), "name", "external")
        return found


# -- A service ------------------------------------------------------------------------------------


def _service(service: Service, config: ServiceConfig, names: _Names) -> Deployed:
    networks = {names.of("networks", key): words for key, words in config.networks.items()}
    networks = networks or {names.of("networks", ("default",)): ()}
    settings: dict[Setting, Values] = {
        **_labels(service.labels),
        Setting.NETWORK: dict.fromkeys(networks, ()),
        Setting.ALIASES: networks,
    }
    found = (*process(config), *_attached(config, names), *policies(config))
    settings |= {setting: values for setting, values in found if values}
    modes = settings[Setting.ENDPOINT_MODE][()]
    addresses: set[Parts] = set()
    if modes != (("dnsrr",),):
        addresses = {each for each in networks if display(each) not in _WITHOUT_VIP}
        if any(port[3] == _INGRESS for port in settings.get(Setting.PORT, {}).values()):
            addresses.add(_INGRESS)
    return Deployed(str(service.name), settings, frozenset(addresses), rolling(config))


def _labels(labels: Iterable[Label]) -> dict[Setting, Values]:
    found: dict[Setting, dict[Parts, Value]] = {}
    for label in labels:
        if whole(label.key.parts) in OF_DOCKER:
            continue
        setting = Setting.ROUTING_LABEL if label.known else Setting.LABEL
        if label.name == "backend_mode":
            setting = Setting.BACKEND_MODE
        found.setdefault(setting, {})[label.key.parts] = (label.value.parts,)
    return dict(found)


def _attached(config: ServiceConfig, names: _Names) -> Iterator[tuple[Setting, Values]]:
    configs = dict(_files(config.configs, names, "configs"))
    if key := config.texts.get("credential_spec.config"):
        name = names.of("configs", key)
        configs[name] = (*configs.get(name, ()), ("credential_spec",))
    yield Setting.CONFIG, configs
    yield Setting.SECRET, _files(config.secrets, names, "secrets")
    ports: dict[Parts, Value] = {}
    for port in (port for same in config.ports.values() for port in same):
        target, published, protocol, mode = port
        name = (f"{display(published)}:{display(target)}/{display(protocol)} {display(mode)}",)
        ports[name] = (target, published, protocol, mode)
    yield Setting.PORT, ports
    yield Setting.MOUNT, {target: _mount(each, names) for target, each in config.volumes.items()}
    mode = config.texts.get("deploy.endpoint_mode") or ("vip",)
    yield Setting.ENDPOINT_MODE, {(): (mode,)}


def _files(used: Mapping[Parts, list[Mapping[str, Parts]]], names: _Names, section: str) -> Values:
    """Each config or secret with where and how it is mounted, which may be in several places."""
    return {
        names.of(section, key): tuple(
            word
            for mount in sorted((_file(key, each) for each in mounts), key=str)
            for word in mount
        )
        for key, mounts in used.items()
    }


def _file(key: Parts, options: Mapping[str, Parts]) -> Value:
    return (
        options.get("target") or key,
        options.get("uid") or ("0",),
        options.get("gid") or ("0",),
        options.get("mode") or ("292",),  # 0444
    )


def _mount(mount: Mapping[str, Parts], names: _Names) -> Value:
    words = dict(mount)
    source = words.get("source")
    if source and words.get("type") == ("volume",):
        words["source"] = names.of("volumes", source)
        declared = names.options("volumes", source, "name", "external")
        return (*_flat(words), *declared)
    is_bind = words.get("type") == ("bind",)
    if source and is_bind and isinstance(source[0], str) and source[0].startswith("~"):
        source = words["source"] = join((*names.home, source[0][1:], *source[1:]))
    if source and (path := whole(source)) is not None and _is_relative(path, is_bind=is_bind):
        words["source"] = (posixpath.normpath(posixpath.join(names.folder or "", path)),)
    return _flat(words)


def _is_relative(path: str, *, is_bind: bool) -> bool:
    """Whether Docker takes a path as one relative to the stack file."""
    is_whole = path[:1] in ("/", "\\", "") or path[1:2] == ":"  # as on Windows
    return path.startswith(".") or (is_bind and not is_whole)


def _flat(words: Mapping[str, Parts]) -> Value:
    return tuple(word for key in sorted(words) for word in ((key,), words[key]))
