"""
Reads the services that the files of Terraform declare with the Docker provider.

Values from other files, from variables without a default and from functions are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from linter.reading import hcl, make
from linter.reading.hcl import Block, Expression, File
from linter.reading.hcl_tokens import NotHcl
from linter.syntax.composer import NotYaml
from linter.syntax.mask import Hole, Masked, Unmaskable, mask
from linter.syntax.nodes import Document, MappingNode, Node, ScalarNode, UnknownNode
from linter.syntax.source import Source, Span, View

_FIXED = "a Terraform file has to be changed by hand"
_MOST_STEPS = 20
"""References from one value to the next that are followed."""

Labels = list[tuple[Expression, Expression]]


def views(source: Source) -> Iterator[View]:
    """One for all services of a file."""
    if "docker_service" not in source.text:
        return
    try:
        file = _parsed(source.text)
    except NotHcl:
        yield View("terraform", tree=_document, fixed=_FIXED)
        return
    if any(_is(block, "docker_service") for block in file.body.blocks):
        yield View("terraform", _mask, _document, _FIXED)


@lru_cache(maxsize=4)
def _parsed(text: str) -> File:
    """The blocks of a text. Raises NotHcl."""
    return hcl.parse(text)


def _mask(text: str) -> Masked:
    """The text with holes for templates; nothing else of it is read as YAML."""
    return mask(text, (), [Hole(*each) for each in _parsed(text).templates])


def _document(source: Source) -> Document:
    """A stack file with all services. Raises NotYaml."""
    try:
        file = _parsed(source.text)
    except NotHcl as error:
        raise NotYaml(str(error), Span(source, error.offset, error.offset)) from None
    try:
        reader = _Reader(source, file)
        source.masked  # noqa: B018 - whether it can be read at all
    except Unmaskable as error:
        raise NotYaml(error.reason, Span(source, error.offset, error.offset)) from None
    return Document(source, reader.stack(), literal=True, remarks=file.comments)


def _is(block: Block, kind: str) -> bool:
    return block.name in ("resource", "data") and block.labels[:1] == (kind,)


class _Reader:
    """Reads one file; `scope` has the values that other values may refer to."""

    def __init__(self, source: Source, file: File) -> None:
        self.source = source
        self.blocks = file.body.blocks
        self.scope: dict[str, Expression] = {}
        for block in self.blocks:
            if block.name == "locals":
                self.scope |= {f"local.{each.name}": each.value for each in block.attributes}
            elif block.name == "variable" and (value := block.value("default")):
                if _word(block.value("sensitive")) == "true":
                    continue
                self.scope["var." + "".join(block.labels[:1])] = value
            elif _is(block, "docker_network") and (value := block.value("name")):
                address = ".".join(block.labels)
                prefix = "data." if block.name == "data" else ""
                for name in ("id", "name"):
                    self.scope[f"{prefix}{address}.{name}"] = value

    def stack(self) -> MappingNode | None:
        services: dict[str, tuple[ScalarNode, Node | None]] = {}
        networks: dict[str, tuple[ScalarNode, Node | None]] = {}
        for block in self.blocks:
            if block.name == "resource" and _is(block, "docker_service"):
                joined = list(self._networks(block))
                name = self._name(block)
                services.setdefault(name.value, (name, self._service(block, joined)))
                networks.update((self._shown(each), self._external(each)) for each in joined)
        pairs: list[make.Pair] = [("services", make.mapping(services.values()))]
        return make.mapping([*pairs, ("networks", make.mapping(networks.values()))])

    def _name(self, block: Block) -> ScalarNode:
        """The name of a service, or of its resource if that is all that is known."""
        node = self._scalar(block.value("name"))
        if node is not None and not isinstance(node, UnknownNode) and self._is_known(node):
            return node
        start, end = (node.start, node.end) if node else (block.start, block.start)
        return ScalarNode(".".join(block.labels), start, end, '"')

    def _service(self, block: Block, networks: list[ScalarNode]) -> MappingNode | None:
        container = list(_inside(block, "task_spec", "container_spec"))
        mode = list(_inside(block, "mode"))
        endpoint = list(_inside(block, "endpoint_spec"))
        order = self._first(_inside(block, "update_config"), "order")
        replicas = self._first(_inside(block, "mode", "replicated"), "replicas")
        deploy: list[make.Pair] = [
            ("labels", self._labels([block])),
            ("mode", _global(mode)),
            ("replicas", replicas),
            ("endpoint_mode", self._first(endpoint, "mode")),
            ("update_config", make.mapping([("order", order)])),
        ]
        ports = (self._port(port) for each in endpoint for port in each.inner("ports"))
        return make.mapping(
            [
                ("image", self._first(container, "image") or _empty(block)),
                ("labels", self._labels(container)),
                ("networks", make.sequence(networks)),
                ("ports", make.sequence(ports)),
                ("deploy", make.mapping(deploy)),
            ],
            _node(block),
        )

    def _port(self, block: Block) -> Node | None:
        return make.mapping(
            [
                ("target", self._scalar(block.value("target_port"))),
                ("published", self._scalar(block.value("published_port"))),
                ("protocol", self._scalar(block.value("protocol"))),
                ("mode", self._scalar(block.value("publish_mode"))),
            ],
            _node(block),
        )

    def _networks(self, block: Block) -> Iterator[ScalarNode]:
        """The networks that a service joins; an unknown one for those that are not known."""
        for task in block.inner("task_spec"):
            for each in task.inner("networks_advanced"):
                name = self._scalar(each.value("name"))
                yield name or UnknownNode("network", each.start, each.start, '"')
            listed = task.value("networks")
            value = listed and self._followed(listed)
            for item in value.items if value and value.kind == "list" else [listed]:
                if item is not None and (name := self._scalar(item)):
                    yield name
            for each in task.inner("dynamic"):
                if each.labels == ("networks_advanced",):
                    yield UnknownNode("network", each.start, each.start, '"')

    def _external(self, network: ScalarNode) -> tuple[ScalarNode, Node | None]:
        """A network that is there already, under its own name."""
        pairs: list[make.Pair] = [("external", make.plain("true", network)), ("name", network)]
        return make.key_of(self._shown(network), network), make.mapping(pairs, network)

    def _shown(self, node: ScalarNode) -> str:
        return self.source.text[node.start : node.end] if not self._is_known(node) else node.value

    # -- Labels -----------------------------------------------------------------------------------

    def _labels(self, blocks: Iterable[Block]) -> MappingNode | None:
        """All labels of a service; None if some of them are not known."""
        found: list[make.Pair] = []
        places: list[Block] = []
        for block in blocks:
            places += block.inner("labels")
            for each in block.inner("labels"):
                name, value = self._scalar(each.value("label")), self._scalar(each.value("value"))
                if name is None or value is None:
                    return None
                found.append((name, value))
            for each in block.inner("dynamic"):
                if each.labels == ("labels",):
                    pairs = self._dynamic(each)
                    if pairs is None:
                        return None
                    found += pairs
                    places.append(each)
        mapping = make.mapping(found)
        if mapping is not None:
            mapping.start, mapping.end = places[0].start, max(each.end for each in places)
        return mapping

    def _dynamic(self, block: Block) -> list[make.Pair] | None:
        """The labels of a block for each entry of an object; None if they are not known."""
        value, content = block.value("for_each"), block.inner("content")
        iterator = _word(block.value("iterator")) or "labels"
        if value is None or not content:
            return None
        key, text = content[0].value("label"), content[0].value("value")
        if (_word(key), _word(text)) != (f"{iterator}.key", f"{iterator}.value"):
            return None
        entries = self._entries(value)
        if entries is None:
            return None
        pairs: list[make.Pair] = []
        for name, each in entries:
            node, shown = self._key(name), self._scalar(each)
            if node is None or shown is None:
                return None
            pairs.append((node, shown))
        return pairs

    def _entries(self, value: Expression, depth: int = 0) -> Labels | None:
        """The entries of an object, or of several that are merged."""
        value = self._followed(value)
        if depth > _MOST_STEPS:
            return None
        if value.kind == "object":
            return list(zip(value.items[::2], value.items[1::2], strict=True))
        if value.kind != "call" or value.name != "merge":
            return None
        merged: dict[str, tuple[Expression, Expression]] = {}
        for item in value.items:
            entries = self._entries(item, depth + 1)
            if entries is None:
                return None
            for name, each in entries:
                node = self._key(name)
                merged[node.value if node else ""] = (name, each)
        return list(merged.values())

    # -- Values -----------------------------------------------------------------------------------

    def _followed(self, value: Expression) -> Expression:
        """What a value refers to, as far as that is in this file."""
        for _ in range(_MOST_STEPS):
            name = value.name
            (part, *others) = value.parts or ("",)
            if value.kind == "text" and not others and not isinstance(part, str):
                name = self.source.text[part[0] + 2 : part[1] - 1].strip()
            elif value.kind != "path":
                return value
            if name not in self.scope:
                return value
            value = self.scope[name]
        return value

    def _key(self, value: Expression) -> ScalarNode | None:
        if value.kind == "word":
            return ScalarNode(value.name, value.start, value.end, '"')
        return self._scalar(value)

    def _scalar(self, value: Expression | None) -> ScalarNode | None:
        """The text of a value; unknown if it cannot be told."""
        if value is None or _word(value) == "null":
            return None
        value = self._followed(value)
        if value.kind == "word":
            return ScalarNode(value.name, value.start, value.end, '"')
        if value.kind != "text":
            line = self.source.position(value.start).line
            name = value.name if value.kind == "path" else f"line {line}"
            return UnknownNode(name, value.start, value.end, '"')
        pieces = (
            each if isinstance(each, str) else self.source.yaml[each[0] : each[1]]
            for each in value.parts
        )
        return ScalarNode("".join(pieces), value.start, value.end, '"')

    def _first(self, blocks: Iterable[Block], name: str) -> ScalarNode | None:
        found = (self._scalar(each.value(name)) for each in blocks)
        return next(filter(None, found), None)

    def _is_known(self, node: ScalarNode) -> bool:
        """Whether a value has no part that is not known."""
        is_template = self.source.holes(node.start, node.end)
        return not isinstance(node, UnknownNode) and not is_template


def _inside(block: Block, *names: str) -> Iterator[Block]:
    """The blocks in blocks, by their names."""
    found = [block]
    for name in names:
        found = [inner for each in found for inner in each.inner(name)]
    return iter(found)


def _word(value: Expression | None) -> str:
    return value.name if value is not None and value.kind in ("word", "path") else ""


def _global(modes: Iterable[Block]) -> ScalarNode | None:
    """The mode, if it is not the usual one."""
    for value in (each.value("global") for each in modes):
        if value is not None and _word(value) == "true":
            return ScalarNode("global", value.start, value.end, '"')
    return None


def _empty(block: Block) -> ScalarNode:
    """A value that is not there, at the start of a block."""
    return ScalarNode("", block.start, block.start, '"')


def _node(block: Block) -> ScalarNode:
    return ScalarNode("", block.start, block.end, '"')
