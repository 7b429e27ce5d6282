"""
Compares a stack file with the schema of `docker stack deploy`, and finds what Docker refuses.

Like Docker, it looks at each file after aliases and merges are resolved, and before the files of a
stack are merged. What depends on an unknown variable is never refused.

Every value of every file passes through here, so the loops first look for what is obviously right.
"""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.refusal import RefusalKind
from linter.reading import remarks
from linter.reading.remarks import Item, Place
from linter.reading.resolver import Entry, Resolver
from linter.reading.shapes import ANYTHING, NEWEST, Keys, Shape, stack_shape
from linter.reading.typed import BOOLEAN_WORDS, Typed, canonical, typed
from linter.syntax.nodes import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
    follow,
    is_merge,
)
from linter.syntax.scalars import STRING, is_plainly_a_string
from linter.syntax.source import Span

_MOST_KNOWN = 10_000
"""Limit of the texts that a shape remembers."""


class Judge:
    """
    Compares the nodes of one file with shapes.

    `ignored` are the keys without effect in a swarm. The resolver collects what is refused.
    """

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.ignored: list[ScalarNode] = []
        self.version: int | None = NEWEST
        self.version_span: Span | None = None
        self._seen: set[tuple[int, int]] = set()

    def document(self, root: MappingNode, version: Entry | None) -> None:
        """Judge a whole file; `version` is the entry of its version, if it has one."""
        if version is not None:
            self.version = self._version(version)
            self.version_span = self.resolver.span(version.value)
        keys = stack_shape(NEWEST if self.version is None else self.version).mapping
        if keys is not None:
            self.mapping(keys, root)

    def _version(self, entry: Entry) -> int | None:
        """The minor version of the format; None if Docker does not know it."""
        value = entry.value
        text = value.value if isinstance(value, ScalarNode) else None
        if isinstance(value, ScalarNode) and self.resolver.resolve(value).kind is not STRING:
            return None  # the schema says so
        if text in ("", "3"):
            return NEWEST
        for minor in range(NEWEST + 1):
            if text == f"3.{minor}":
                return minor
        if text is not None:
            self.resolver.refuse(value, *remarks.unsupported_version(text, NEWEST))
        return None

    def value(self, shape: Shape, node: Node, key: Place) -> None:
        """Judge a value; `key` is the key or the list that it belongs to."""
        kind = type(node)
        if kind is AliasNode:
            target = follow(node)
            mark = (id(target), id(shape))
            if mark not in self._seen:  # otherwise, nested aliases could take forever
                self._seen.add(mark)
                self.value(shape, target, key)
        elif shape.ignored and isinstance(key, ScalarNode):
            self.ignored.append(key)
            self._inside(shape, node, key)
        else:
            self._inside(shape, node, key)

    def _inside(self, shape: Shape, node: Node, key: Place) -> None:
        if shape.is_labels:
            return  # the reader of labels judges those
        if shape.anything:
            self._anything(node)
        elif isinstance(node, ScalarNode):
            self._scalar(shape, node, key)
        elif isinstance(node, MappingNode) and shape.mapping is not None:
            self.mapping(shape.mapping, node, key)
        elif isinstance(node, SequenceNode) and shape.items is not None:
            self._sequence(shape, shape.items, node, key)
        else:
            self.resolver.refuse(node, *remarks.wrong_type(shape, node, key))

    def mapping(self, keys: Keys, node: MappingNode, of: Place = None) -> None:
        named, names, others = keys.named, keys.names, keys.others
        pairs = iter(node.children)
        for key in pairs:
            value = next(pairs)
            if type(key) is ScalarNode:
                name = key.value
                shape = named.get(name)
                if shape is None and name in names and not key.style and not key.tag:
                    shape = others
            else:
                shape = None
            if shape is None:
                if is_merge(key):
                    self._merged(keys, node, of)
                    return
                shape = self._other(keys, node, key)
                if shape is None:
                    continue
            if (
                type(value) is ScalarNode
                and value.value in (shape.quoted if value.style else shape.known)
                and not value.tag
                and not shape.ignored
            ):
                continue
            self.value(shape, value, key)
        if keys.required or keys.check:
            self._conditions(keys, node, of)

    def _merged(self, keys: Keys, node: MappingNode, of: Place) -> None:
        """Judge a mapping that merges others: what is overridden does not matter."""
        for name, entry in self.resolver.entries(node).items():
            shape = keys.named.get(name) or self._other(keys, node, entry.key)
            if shape is not None:
                if not isinstance(entry.value, ScalarNode):
                    mark = (id(entry.value), id(shape))
                    if mark in self._seen:
                        continue
                    self._seen.add(mark)
                self.value(shape, entry.value, entry.key)
        if keys.required or keys.check:
            self._conditions(keys, node, of)

    def _other(self, keys: Keys, node: MappingNode, key: Node) -> Shape | None:
        """The shape of the value of a key without a name in the schema; refuses unknown keys."""
        scalar = follow(key)
        if not isinstance(scalar, ScalarNode):
            self.resolver.reject(key, "a key must be a string, not a collection")
            return None
        self.resolver.check_key(scalar)
        name = scalar.value
        if keys.extensions is not None and name.startswith("x-"):
            if not keys.extensions:
                return ANYTHING
        elif keys.pattern is not None and keys.pattern.search(name) and keys.others is not None:
            if is_plainly_a_string(scalar) and len(keys.names) < _MOST_KNOWN:
                keys.names.add(name)
            return keys.others
        elif keys.rest is not None:
            return keys.rest
        remark, right = remarks.unknown_key(keys, name, self.resolver.entries(node))
        self.resolver.refuse(scalar, *remark)
        if right is None:
            return None
        self.resolver.read_as(node, name, right)  # one mistake must not hide or cause others
        return keys.named[right]

    def _scalar(self, shape: Shape, node: ScalarNode, key: Place) -> None:
        value = typed(self.resolver, node)
        if value is None or self._fits(shape, value, node, key):
            known = shape.quoted if node.style else shape.known
            if value is not None and value.constant and not node.tag and len(known) < _MOST_KNOWN:
                known.add(node.value)

    def _fits(self, shape: Shape, value: Typed, node: ScalarNode, key: Place) -> bool:
        remark = remarks.misfit(shape, value, node, key)
        if remark is None:
            return True
        self.resolver.refuse(node, *remark)
        return False

    def _sequence(self, shape: Shape, items: Shape, node: SequenceNode, key: Place) -> None:
        known, quoted = items.known, items.quoted
        plain = True
        for item in node.children:
            if type(item) is ScalarNode and not item.tag:
                if item.value in (quoted if item.style else known):
                    continue
            else:
                plain = False
            self.value(items, item, Item(key))
        children = node.children
        if shape.unique and len(children) > 1:
            if plain and len({item.value for item in children if type(item) is ScalarNode}) == len(
                children
            ):
                return
            self._unique(children)

    def _unique(self, children: Iterable[Node]) -> None:
        """Docker compares the items after variables are replaced."""
        seen = set()
        for item in children:
            same = canonical(self.resolver, follow(item))
            if same is None:
                continue
            if same in seen:
                self.resolver.refuse(item, *remarks.twice(self.resolver.span(item).text))
            seen.add(same)

    def _conditions(self, keys: Keys, node: MappingNode, of: Place) -> None:
        entries = self.resolver.entries(node)
        for name in keys.required:
            if name not in entries:
                self.resolver.refuse(node, *remarks.missing(name, of))
        values = {name: entry.value for name, entry in entries.items()}
        if keys.check == "mount":
            self._mount(values)
        elif keys.check is not None:
            self._external(keys.check, {name: entry.key for name, entry in entries.items()}, values)

    def _mount(self, values: dict[str, Value]) -> None:
        kind, source = self._text(values.get("type")), values.get("source")
        if kind == "bind" and (source is None or self._text(source) == ""):
            place = source if source is not None and source.end > source.start else values["type"]
            self.resolver.refuse(place, *remarks.no_source())

    def _external(self, check: str, keys: dict[str, ScalarNode], values: dict[str, Value]) -> None:
        external = values.get("external")
        if isinstance(external, MappingNode):
            inner = self.resolver.entries(external).get("name")
            if inner is not None and self._text(inner.value) and self._text(values.get("name")):
                self.resolver.refuse(inner.key, *remarks.two_names())
        is_external = isinstance(external, MappingNode) or (
            isinstance(external, ScalarNode)
            and BOOLEAN_WORDS.get((self._text(external) or "").lower(), False)
        )
        if check == "external-volume" and is_external:
            for name in ("driver", "driver_opts", "labels"):
                if name in keys and not self._is_empty(values[name]):
                    self.resolver.refuse(keys[name], *remarks.external_with(name))
                    break

    def _is_empty(self, value: Value) -> bool:
        """Whether a value has no effect; True as well if it is unknown."""
        return not value.children if not isinstance(value, ScalarNode) else not self._text(value)

    def _text(self, value: Value | None) -> str | None:
        """The text of a scalar; None if it is not one, or if it is unknown."""
        if not isinstance(value, ScalarNode):
            return None
        return self.resolver.text(value).value

    def _anything(self, node: Node) -> None:
        """Look for what Docker cannot even represent: keys that are not strings, and `.inf`."""
        pending = [node]
        while pending:
            each = pending.pop()
            if isinstance(each, ScalarNode):
                if not is_plainly_a_string(each):
                    self.resolver.resolve(each)
            elif isinstance(each, SequenceNode):
                pending.extend(each.children)
            elif isinstance(each, MappingNode):
                self._keys(each)
                pending.extend(each.children[1::2])

    def _keys(self, node: MappingNode) -> None:
        for key, value in node.pairs:
            scalar = follow(key)
            if not isinstance(scalar, ScalarNode):
                self.resolver.refuse(
                    key, RefusalKind.VALUE, "a key must be a string, not a collection"
                )
            elif is_merge(scalar):
                self.resolver.check_merge(value)
            else:
                self.resolver.check_key(scalar)
