"""Makes a stack file of a task with `docker_swarm_service`, with the positions of the task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.reading.ansible_values import as_ansible_reads, value_of
from linter.reading.make import sequence, string
from linter.syntax.composer import compose
from linter.syntax.interpolation import display
from linter.syntax.mask import filled
from linter.syntax.nodes import Document, MappingNode, Node, ScalarNode, SequenceNode, follow
from linter.syntax.scalars import Undecodable, resolve
from linter.syntax.source import Source

FORM = "docker_swarm_service"

_TAG = "tag:yaml.org,2002:"
_TAGS = {"boolean": f"{_TAG}bool", "number": f"{_TAG}float", "null": f"{_TAG}null"}
"""Values of labels that the module does not take as they are written."""

Pair = tuple[Node, "Node | None"]
"""A key with its value; without a value, the pair is left out."""


def document(source: Source) -> Document:
    """The stack file of a task of which nothing but the arguments can be seen."""
    task = compose(source)
    as_ansible_reads(task.root)
    root = _Task(source, task.root).stack() if isinstance(task.root, MappingNode) else None
    return Document(source, root, task.duplicates, literal=True, written=task.root)


class _Task:
    """The arguments of one task."""

    def __init__(self, source: Source, arguments: MappingNode) -> None:
        self.source = source
        self.arguments = arguments

    def stack(self) -> MappingNode:
        name = value_of(self.arguments, "name")
        if not isinstance(name, ScalarNode):
            return self._mapping([])
        networks, secrets = list(self._networks()), list(self._secrets())
        return self._mapping(
            [
                (self._key("services"), self._mapping([(name, self._service(networks, secrets))])),
                (self._key("networks"), self._external(networks)),
                (self._key("secrets"), self._external(name for name, _ in secrets)),
            ]
        )

    def _service(
        self, networks: list[ScalarNode], secrets: list[tuple[ScalarNode, Node]]
    ) -> MappingNode:
        ports = [self._port(each) for each in self._items("publish")]
        update = value_of(self.arguments, "update_config")
        return self._mapping(
            [
                (self._key("image"), value_of(self.arguments, "image")),
                (self._key("container_labels", "labels"), self._labels("container_labels")),
                (self._key("networks"), sequence(networks)),
                (self._key("publish", "ports"), sequence(ports)),
                (self._key("secrets"), sequence(each for _, each in secrets)),
                (
                    self._key("deploy"),
                    self._mapping(
                        [
                            (self._key("labels"), self._labels("labels")),
                            *self._same("mode", "replicas", "endpoint_mode"),
                            (
                                self._key("update_config"),
                                update if isinstance(update, MappingNode) else None,
                            ),
                        ]
                    ),
                ),
            ]
        )

    def _same(self, *names: str) -> Iterator[Pair]:
        """Settings that have the same names in a stack file."""
        for name in names:
            value = value_of(self.arguments, name)
            if isinstance(value, ScalarNode):
                yield self._key(name), value

    def _labels(self, name: str) -> Node | None:
        """Labels, of which those are marked that the module does not take."""
        labels = value_of(self.arguments, name)
        for _, value in labels.pairs if isinstance(labels, MappingNode) else ():
            if isinstance(value, ScalarNode) and value.plain and not value.tag:
                try:
                    value.tag = _TAGS.get(resolve(value).kind, "")
                except Undecodable:
                    continue  # a number that has no text
        return labels

    def _networks(self) -> Iterator[ScalarNode]:
        """The names of the networks that the service joins."""
        networks = value_of(self.arguments, "networks")
        if isinstance(networks, ScalarNode):
            yield networks  # not known
        for each in self._items("networks"):
            name = value_of(each, "name") if isinstance(each, MappingNode) else each
            if isinstance(name, ScalarNode):
                yield name

    def _secrets(self) -> Iterator[tuple[ScalarNode, Node]]:
        """The names of the secrets, each with an item of `secrets` in a stack file."""
        for each in self._items("secrets"):
            name = value_of(each, "secret_name") if isinstance(each, MappingNode) else None
            if isinstance(each, MappingNode) and isinstance(name, ScalarNode):
                target = value_of(each, "filename")
                pairs = [(string("source", name), name), (string("target", each), target)]
                yield name, self._mapping(pairs, each)

    def _port(self, port: Node) -> Node:
        if not isinstance(port, MappingNode):
            return port
        names = {"target_port": "target", "published_port": "published"}
        own = (
            (string(names.get(key.value or "", key.value or ""), key), value)
            for key, value in port.pairs
        )
        return self._mapping(own, port)

    def _external(self, names: Iterable[ScalarNode]) -> MappingNode | None:
        """A section that declares what is there already, under its own name."""
        pairs = [(string(self._shown(name), name), self._declared(name)) for name in names]
        return self._mapping(pairs) if pairs else None

    def _declared(self, name: ScalarNode) -> MappingNode:
        external = (string("external", name), string("true", name))
        return self._mapping([external, (string("name", name), name)], name)

    def _shown(self, scalar: ScalarNode) -> str:
        """A value as it is displayed, because networks are looked up so."""
        holes = self.source.holes(scalar.start, scalar.end)
        return display(filled((scalar.value,), holes))

    def _items(self, name: str) -> list[Node]:
        value = value_of(self.arguments, name)
        return list(map(follow, value.children)) if isinstance(value, SequenceNode) else []

    def _key(self, written: str, name: str | None = None) -> ScalarNode:
        """A key of a stack file, where the task has one of the same meaning."""
        for key, _ in self.arguments.pairs:
            if key.value == written:
                return string(name or written, key)
        start = self.arguments.start
        return ScalarNode(name or written, start, start, '"')

    def _mapping(self, pairs: Iterable[Pair], node: Node | None = None) -> MappingNode:
        node = node or self.arguments
        found = MappingNode(node.start, "", None, flow=True)
        found.end = node.end
        found.children = [each for key, value in pairs if value for each in (key, value)]
        return found
