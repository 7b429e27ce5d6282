"""
Compares a stack file with the schema of `docker stack deploy`, and finds what Docker refuses.

Like Docker, it looks at each file after aliases and merges are resolved, and before the files of a
stack are merged. What depends on an unknown variable is never refused.

Every value of every file passes through here, so the loops first look for what is obviously right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from linter.reading import remarks
from linter.reading.remarks import Item, Place
from linter.reading.resolver import Entry, Resolver
from linter.reading.shapes import ANYTHING, NEWEST, Keys, Shape, stack_shape
from linter.reading.typed import BOOLEAN_WORDS, Typed, canonical, typed
from linter.syntax.mask import has_hole
from linter.syntax.nodes import (
    LIKE_MERGE,
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
    follow,
    is_meant_to_merge,
    is_merge,
)
from linter.syntax.scalars import is_plainly_a_string
from linter.syntax.source import Span, mentions

_NO_SHAPES: dict[str | None, Shape] = {}
_NO_TEXTS: set[str] = set()

_MOST_KNOWN = 10_000
"""Limit of the texts that a shape remembers."""


class Validator:
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
        self._has_variables = mentions(resolver.source.yaml, "$") or resolver.has_holes
        self._has_tags = mentions(resolver.source.yaml, "!")  # then, texts alone say nothing

    def document(self, root: MappingNode, version: Entry | None) -> None:
        """Validate a whole file; `version` is the entry of its version, if it has one."""
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
        if isinstance(value, ScalarNode) and self.resolver.resolve(value).kind != "string":
            return None  # the schema says so
        if text is not None and has_hole(text):
            return None
        if text in ("", "3"):
            return NEWEST
        for minor in range(NEWEST + 1):
            if text == f"3.{minor}":
                return minor
        if text is not None:
            self.resolver.refuse(value, *remarks.unsupported_version(NEWEST))
        return None

    def value(self, shape: Shape, node: Node, key: Place) -> None:
        """Validate a value; `key` is the key or the list that it belongs to."""
        if isinstance(node, AliasNode):
            mark = (id(node.target), id(shape))
            if mark in self._seen:  # otherwise, nested aliases could take forever
                return
            self._seen.add(mark)
            node = node.target
        if shape.ignored and isinstance(key, ScalarNode):
            self.ignored.append(key)
        if isinstance(node, ScalarNode) and not shape.is_labels and not shape.anything:
            self._scalar(shape, node, key)
        elif isinstance(node, MappingNode) and shape.mapping is not None and not shape.is_labels:
            self.mapping(shape.mapping, node, key)
        elif isinstance(node, SequenceNode) and shape.items is not None and not shape.is_labels:
            self._sequence(shape, shape.items, node, key)
        elif shape.anything:
            self._anything(node)
        elif not shape.is_labels:  # the reader of labels validates those
            self.resolver.refuse(node, *remarks.wrong_type(shape, node, key))

    def mapping(self, keys: Keys, node: MappingNode, of: Place = None) -> None:
        """Validate a mapping; what nearly all files have costs as little as possible here."""
        shapes = _NO_SHAPES if self._has_tags else keys.shapes
        nodes = iter(node.children)
        for key, value in zip(nodes, nodes):  # noqa: B905 - a keyword argument takes longer
            shape = shapes.get(key.value)
            if shape is None:
                if (is_merge(key) and not self._merges_what_fits(keys, value)) or is_meant_to_merge(
                    key, value
                ):
                    self._merged(keys, node, of)
                    return
                self._odd(keys, node, key, value)
                continue
            text = value.value
            if text is None:
                if type(value) is MappingNode and shape.inner is not None:
                    self.mapping(shape.inner, value, key)
                elif type(value) is SequenceNode and shape.listed is not None:
                    self._sequence(shape, shape.listed, value, key)
                else:
                    self.value(shape, value, key)
            elif text not in (shape.quoted if value.style else shape.known):
                self.value(shape, value, key)
        if keys.has_conditions:
            self._conditions(keys, node, of)

    def _odd(self, keys: Keys, node: MappingNode, key: Node, value: Node) -> None:
        if self.resolver.is_inserted(key):
            return
        shape = None if is_merge(key) else self._shape(keys, node, key)
        if shape is not None:
            self.value(shape, value, key)

    def _shape(self, keys: Keys, node: MappingNode, key: Node) -> Shape | None:
        """The shape of the value of a key, which need not be a plain scalar."""
        scalar = follow(key)
        if isinstance(scalar, ScalarNode) and scalar.value in keys.named:
            found = keys.shapes.get(scalar.value)
            if found is None:
                found = keys.shapes[scalar.value] = keys.named[scalar.value]
            return found
        if isinstance(scalar, ScalarNode) and has_hole(scalar.value):
            return keys.others or keys.rest
        return self._other(keys, node, key)

    def _merges_what_fits(self, keys: Keys, value: Node) -> bool:
        """Whether a merge obviously changes nothing: all keys are alike, and all values fit."""
        target, others = follow(value), keys.others
        if keys.named or others is None or not isinstance(target, MappingNode) or self._has_tags:
            return False
        shapes, known, quoted = keys.shapes, others.known, others.quoted
        nodes = iter(target.children)
        for key, each in zip(nodes, nodes):  # noqa: B905 - a keyword argument takes longer
            if key.value not in shapes or each.value not in (quoted if each.style else known):
                return False
        return True

    def _merged(self, keys: Keys, node: MappingNode, of: Place) -> None:
        """Validate a mapping that merges others: what is overridden does not matter."""
        for entry in [*self.resolver.entries(node).values()]:  # a misspelled key adds one
            if self.resolver.is_inserted(entry.key):
                continue
            shape = self._shape(keys, node, entry.key)
            if shape is not None:
                if not isinstance(entry.value, ScalarNode):
                    mark = (id(entry.value), id(shape))
                    if mark in self._seen:
                        continue
                    self._seen.add(mark)
                self.value(shape, entry.value, entry.key)
        if keys.has_conditions:
            self._conditions(keys, node, of)

    def _other(self, keys: Keys, node: MappingNode, key: Node) -> Shape | None:
        """The shape of the value of a key without a name in the schema; refuses unknown keys."""
        scalar = follow(key)
        if not isinstance(scalar, ScalarNode):
            self.resolver.reject(key, "a key must be a string, not a collection", "write a string")
            return None
        if not is_plainly_a_string(scalar):
            self.resolver.check_key(scalar)
        name = scalar.value
        if keys.extensions is not None and name.startswith("x-"):
            if not keys.extensions:
                return ANYTHING
        elif keys.others is not None and (keys.pattern is None or re.search(keys.pattern, name)):
            if name or keys.empty:
                plain = not scalar.style and name not in LIKE_MERGE and is_plainly_a_string(scalar)
                if plain and len(keys.shapes) < _MOST_KNOWN:  # of all files, however they write it
                    keys.shapes[name] = keys.others
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
        known = shape.quoted if node.style else shape.known
        if shape.free and is_plainly_a_string(node):
            if "$" not in node.value and not has_hole(node.value):
                _remember(known, node.value)
            return
        if self.resolver.is_native and has_hole(node.value):
            return  # an expression may become anything, even in quotes
        value = typed(self.resolver, node)
        fits = value is not None and self._fits(shape, value, node, key)
        constant = value is not None and value.constant and value.text is not None
        if fits and constant and not (node.tag or shape.ignored):
            _remember(known, node.value)

    def _fits(self, shape: Shape, value: Typed, node: ScalarNode, key: Place) -> bool:
        remark = remarks.misfit(shape, value, node, key)
        if remark is None:
            return True
        self.resolver.refuse(node, *remark)
        return False

    def _sequence(self, shape: Shape, items: Shape, node: SequenceNode, key: Place) -> None:
        known, quoted, plain = items.known, items.quoted, not self._has_variables
        has_holes = self.resolver.has_holes
        if self._has_tags:
            known, quoted, plain = _NO_TEXTS, _NO_TEXTS, False
        for item in node.children:
            text = item.value
            if text is None:
                plain = False
                self.value(items, item, Item(key))
            elif has_holes and self.resolver.is_inserted(item):
                plain = False
            elif text not in (quoted if item.style else known):
                self.value(items, item, Item(key))
        children = node.children
        if shape.unique and len(children) > 1:
            if plain and len({item.value for item in children}) == len(children):
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
                self.resolver.refuse(item, *remarks.twice())
            seen.add(same)

    def _conditions(self, keys: Keys, node: MappingNode, of: Place) -> None:
        entries = self.resolver.entries(node)
        if not keys.required and "external" not in entries:
            return
        inserts = self.resolver.has_holes and any(
            self.resolver.is_inserted(entry.key) for entry in entries.values()
        )
        for name in keys.required:
            if name not in entries and not inserts:
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
            if type(each) is ScalarNode:
                if each.style or each.tag or each.value not in ANYTHING.known:
                    self._anything_scalar(each)
            elif type(each) is SequenceNode:
                pending += each.children
            elif type(each) is MappingNode:
                self._keys(each)
                pending += each.children[1::2]

    def _anything_scalar(self, scalar: ScalarNode) -> None:
        if not is_plainly_a_string(scalar):
            self.resolver.resolve(scalar)
            refusals = self.resolver.refusals
            refused = refusals and self.resolver.span(scalar) in refusals
            if not (scalar.style or scalar.tag or refused):
                _remember(ANYTHING.known, scalar.value)

    def _keys(self, node: MappingNode) -> None:
        for key, value in node.pairs:
            if type(key) is ScalarNode and key.value != "<<" and is_plainly_a_string(key):
                continue
            scalar = follow(key)
            if not isinstance(scalar, ScalarNode):
                self.resolver.reject(
                    key, "a key must be a string, not a collection", "write a string"
                )
            elif is_merge(scalar):
                self.resolver.check_merge(value)
            elif not is_plainly_a_string(scalar):
                self.resolver.check_key(scalar)


def _remember(known: set[str], text: str) -> None:
    """Remember a text, unless so many are known already that they would only take space."""
    if len(known) < _MOST_KNOWN:
        known.add(text)
