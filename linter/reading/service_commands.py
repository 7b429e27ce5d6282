"""
Makes stacks of `docker service create`, `update` and `scale`, one after the other.

What a command creates is known as a whole; of a service that is only updated, the rest is unknown.
The nodes of such a stack are where the words say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from linter.reading.command_nodes import Command, Pair, external_of, key_of, mapping_of, sequence_of
from linter.reading.docker_options import Option
from linter.reading.shell_tokens import Word
from linter.syntax.mask import HOLE
from linter.syntax.nodes import Document, Node, ScalarNode
from linter.syntax.source import Source

_SETTINGS = {
    "image": "image",
    "mode": "mode",
    "replicas": "replicas",
    "endpoint-mode": "endpoint_mode",
    "update-order": "update_order",
}

_PORT_KEYS = {"target", "published", "protocol", "mode"}
_PORT_ALIASES = {"dst": "target", "src": "published"}


class _Service:
    """A service, while its commands are being read."""

    def __init__(self, name: str, node: ScalarNode, *, created: bool) -> None:
        self.name = name
        self.node = node
        self.created = created
        self.is_whole = created
        self.labels: dict[str, Pair] = {}
        self.container_labels: dict[str, Pair] = {}
        self.networks: dict[str, ScalarNode] = {}
        self.secrets: dict[str, ScalarNode] = {}
        self.ports: list[Node] = []
        self.env_files: list[Node] = []
        self.settings: dict[str, ScalarNode] = {}
        self.places: list[int] = []

    def take(self, command: Command) -> None:
        """Apply the options of a command."""
        call = command.call
        self.places.append(command.start)
        self.is_whole = self.is_whole and call.is_whole and "rollback" not in call.switches
        # Docker removes first, whatever the order of the options.
        for option in sorted(call.options, key=lambda each: not each.name.endswith("-rm")):
            name = option.name.removesuffix("-add")
            if name.endswith("-rm"):
                self._remove(name.removesuffix("-rm"), option.text)
            elif name in ("label", "container-label"):
                self._add_label(name, command.pair(option))
            elif name == "network":
                node = command.named(option, "name")
                self.networks[node.value if HOLE not in node.value else str(node.start)] = node
            elif name == "secret":
                node = command.named(option, "source", "src")
                self.secrets[node.value] = node
            elif name == "publish":
                self.ports.append(_port(command, option))
            elif name == "env-file":
                self.env_files.append(command.value(option))
            elif name in _SETTINGS:
                self.settings[_SETTINGS[name]] = command.value(option)

    def _add_label(self, name: str, pair: Pair) -> None:
        key = pair[0].value
        labels = self.labels if name == "label" else self.container_labels
        if HOLE in key or not key:
            self.is_whole = False  # it may be any label
        else:
            labels.pop(key, None)
            labels[key] = pair

    def _remove(self, name: str, key: str) -> None:
        found: dict[str, Any] = {
            "label": self.labels,
            "container-label": self.container_labels,
            "network": self.networks,
            "secret": self.secrets,
        }
        # Which of the ports a number stands for is not looked for.
        if HOLE in key or name == "publish":
            self.is_whole = False
        elif name in found:
            found[name].pop(key, None)

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """What a stack file would have for it."""
        place = self.node
        deploy: list[tuple[Node, Node]] = [
            (key_of(name, node), node)
            for name, node in self.settings.items()
            if name not in ("image", "update_order")
        ]
        if order := self.settings.get("update_order"):
            update = mapping_of([(key_of("order", order), order)], order)
            deploy.append((key_of("update_config", order), update))
        if self.labels:
            labels = mapping_of(self.labels.values(), place)
            deploy.append((key_of("labels", labels), labels))
        if image := self.settings.get("image"):
            yield key_of("image", image), image
        if self.container_labels:
            labels = mapping_of(self.container_labels.values(), place)
            yield key_of("labels", labels), labels
        for name, nodes in (
            ("networks", list[Node](self.networks.values())),
            ("secrets", list[Node](self.secrets.values())),
            ("ports", self.ports),
            ("env_file", self.env_files),
        ):
            if nodes:
                sequence = sequence_of(nodes)
                yield key_of(name, sequence), sequence
        if deploy:
            mapping = mapping_of(deploy, place)
            yield key_of("deploy", mapping), mapping


def _port(command: Command, option: Option) -> Node:
    if "=" not in option.text:
        return command.value(option)
    whole = command.value(option)
    fields = ((_PORT_ALIASES.get(key, key), node) for key, node in command.fields(option).items())
    return mapping_of(
        ((key_of(key, node), node) for key, node in fields if key in _PORT_KEYS), whole
    )


class Services(NamedTuple):
    """
    The services of one swarm that can be there at the same time.

    `is_alternative` means that other commands create the same services in another way, so that only
    one of the two runs.
    """

    services: tuple[_Service, ...]
    is_alternative: bool

    @property
    def places(self) -> Iterator[int]:
        """Where the commands begin."""
        return (place for each in self.services for place in each.places)

    @property
    def created(self) -> frozenset[str]:
        """The names of those that the commands create, and do not only update."""
        return frozenset(each.name for each in self.services if each.created)

    def document(
        self,
        source: Source,
        remarks: tuple[tuple[int, int], ...],
        syntax: tuple[tuple[int, int], ...],
    ) -> Document:
        """The tree of a stack file with these services."""
        place = self.services[0].node
        services = [
            (
                ScalarNode(each.name, each.node.start, each.node.end),
                mapping_of(each.pairs(), each.node),
            )
            for each in self.services
        ]
        top: list[tuple[Node, Node]] = [(key_of("services", place), mapping_of(services, place))]
        for section in ("networks", "secrets"):
            used = {
                name: node
                for each in self.services
                for name, node in vars(each)[section].items()
                if HOLE not in node.value
            }
            if used:
                external = [
                    (ScalarNode(name, node.start, node.end), external_of(node))
                    for name, node in used.items()
                ]
                top.append((key_of(section, place), mapping_of(external, place)))
        partial = frozenset(each.name for each in self.services if not each.is_whole)
        return Document(
            source,
            mapping_of(top, place),
            literal=True,
            partial=partial,
            remarks=remarks,
            syntax=syntax,
        )


def services_of(commands: Iterable[Command]) -> list[Services]:
    """The services that commands create and update, in the order in which they are written."""
    reader = _Reader()
    for command in commands:
        reader.read(command)
    return list(reader.result())


class _Reader:
    def __init__(self) -> None:
        self.known: dict[tuple[tuple[str, ...], str], list[_Service]] = {}

    def read(self, command: Command) -> None:
        call = command.call
        if call.verb == "create":
            self._create(command)
        elif call.verb == "update" and len(call.operands) == 1:
            self._latest(command, call.operands[0], len(call.operands[0].text)).take(command)
        elif call.verb == "scale":
            for word in call.operands:
                name, sign, _ = word.text.rpartition("=")
                if sign:
                    replicas = command.node(word, len(name) + 1, len(word.text))
                    self._latest(command, word, len(name)).settings["replicas"] = replicas

    def _create(self, command: Command) -> None:
        call = command.call
        image = call.operands[0] if call.operands else None
        named = next((each for each in reversed(call.options) if each.name == "name"), None)
        if named:
            node = command.value(named)
            name = command.shown(node, named.word)
        else:
            node = command.whole(image or call.first)
            name = self._unused(call.swarm, node.value if image else "service")
        service = _Service(name, node, created=True)
        service.is_whole = image is not None
        if image:
            service.settings["image"] = command.whole(image)
        service.take(command)
        self.known.setdefault((call.swarm, name), []).append(service)

    def _unused(self, swarm: tuple[str, ...], image: str) -> str:
        """A name for a service to which Docker gives a random one."""
        base = image.rpartition("/")[2].partition("@")[0].partition(":")[0].replace(HOLE, "")
        base, number = base or "service", 1
        name = base
        while (swarm, name) in self.known:
            number += 1
            name = f"{base}-{number}"
        return name

    def _latest(self, command: Command, word: Word, end: int) -> _Service:
        """The service with a name, as the commands before have left it."""
        node = command.node(word, 0, end)
        name = command.shown(node, word)
        found = self.known.setdefault((command.call.swarm, name), [])
        if not found:
            found.append(_Service(name, node, created=False))
        return found[-1]

    def result(self) -> Iterator[Services]:
        """Those of each swarm; of a name that occurs twice, the second one is an alternative."""
        stacks: dict[tuple[int, tuple[str, ...]], list[_Service]] = {}
        for (swarm, _), services in self.known.items():
            in_order = sorted(services, key=lambda each: not each.created)
            for number, service in enumerate(in_order):
                stacks.setdefault((number, swarm), []).append(service)
        for (number, _), found in stacks.items():
            yield Services(tuple(found), number > 0)
