"""
Resolves aliases, merges, tags and variables the way Docker does.

Anything that Docker would reject is recorded as a Rejection; the rest is still resolved.
"""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.stack import Rejection
from linter.model.text import Text
from linter.syntax.interpolation import Environment, InvalidInterpolation, Parts, interpolate, unset
from linter.syntax.nodes import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    Value,
    as_key,
    is_merge,
    merged_mappings,
)
from linter.syntax.scalars import (
    STRING,
    Kind,
    Resolved,
    Undecodable,
    can_be_key,
    is_plainly_a_string,
    resolve,
)
from linter.syntax.source import Source, Span


class Entry:
    """
    A key of a mapping with its value, and the aliases through which the mapping gets it.

    `holder` is the mapping that contains the key: the mapping itself, or one that it merges.
    `shadowed` is the merged entry that the mapping's own key overrides.
    """

    __slots__ = ("holder", "key", "shadowed", "value", "via")

    def __init__(
        self,
        holder: MappingNode,
        key: ScalarNode,
        value: Value,
        via: tuple[Span, ...],
        shadowed: Entry | None = None,
    ) -> None:
        self.holder = holder
        self.key = key
        self.value = value
        self.via = via
        self.shadowed = shadowed


Entries = dict[str, Entry]


class Resolver:
    """Resolves the nodes of one source."""

    def __init__(self, source: Source, environment: Environment) -> None:
        self.source = source
        self.environment = environment
        self.rejections: list[Rejection] = []
        self._entries: dict[int, Entries] = {}

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    def reject(self, node: Node, reason: str) -> None:
        self.rejections.append(Rejection(self.span(node), reason))

    def resolve(self, scalar: ScalarNode) -> Resolved:
        try:
            return resolve(scalar)
        except Undecodable as error:
            self.reject(scalar, str(error))
            return Resolved(Kind.STRING, scalar.value)

    def literal(self, key: ScalarNode) -> Text:
        """A key as written: Docker does not interpolate the keys of mappings."""
        value = key.value
        parts = (value,) if value else ()
        return Text(self.source, key.start, key.end, parts, STRING, key.style)

    def text(self, scalar: ScalarNode) -> Text:
        """The text of a scalar after interpolation."""
        kind, value = STRING, scalar.value
        if not is_plainly_a_string(scalar):
            kind, value = self.resolve(scalar)
        parts: Parts = (value,) if value else ()
        invalid: str | None = None
        absent: tuple[str, ...] = ()
        if kind is STRING and "$" in value:
            parts, invalid = self._interpolated(value)
            absent = tuple(unset(value, self.environment))
        return Text(
            self.source, scalar.start, scalar.end, parts, kind, scalar.style, invalid, absent
        )

    def _interpolated(self, value: str) -> tuple[Parts, str | None]:
        try:
            return interpolate(value, self.environment), None
        except InvalidInterpolation as error:
            return (value,), error.reason

    def entries(self, mapping: MappingNode) -> Entries:
        """Keys and values of a mapping and its merges: own keys win, then the first merge."""
        known = self._entries.get(id(mapping))
        if known is not None:
            return known
        own: Entries = {}
        merged: list[Entries] = []
        for node, value in mapping.pairs:
            key = node if isinstance(node, ScalarNode) else as_key(node)
            if key is None:
                self.reject(node, "a key must be a string")
                continue
            name = key.value
            if name == "<<" and is_merge(node):
                merged.extend(self._merged(value))
                continue
            if not is_plainly_a_string(key):
                self._check_key(key)
            if isinstance(value, AliasNode):
                own[name] = Entry(mapping, key, value.target, (self.span(value),))
            else:
                own[name] = Entry(mapping, key, value, ())
        for entries in merged:
            _merge(own, entries)
        self._entries[id(mapping)] = own
        return own

    def _check_key(self, key: ScalarNode) -> None:
        try:
            if not can_be_key(key):
                name = f"`{key.value}`"
                remedy = f"remove the tag of {name}" if key.tag else f"put {name} in quotes"
                self.reject(key, f"a key must be a string; {remedy}")
        except Undecodable as error:
            self.reject(key, str(error))

    def _merged(self, value: Node) -> Iterator[Entries]:
        mappings = merged_mappings(value)
        if mappings is None:
            self.reject(value, "`<<` must be a mapping or a list of mappings")
            return
        for mapping, aliases in mappings:
            via = tuple(map(self.span, aliases))
            entries = self.entries(mapping)
            yield (
                {name: _through(via, entry) for name, entry in entries.items()} if via else entries
            )

    def follow(self, node: Node) -> tuple[Value, tuple[Span, ...]]:
        if isinstance(node, AliasNode):
            return node.target, (self.span(node),)
        return node, ()

    def section(self, entries: Entries, name: str) -> list[tuple[str, Entry]]:
        entry = entries.get(name)
        if entry is None:
            return []
        if not isinstance(entry.value, MappingNode):
            # Docker rejects these sections if they are empty.
            self.reject(entry.key, f"`{name}` must be a mapping")
            return []
        return list(self.entries(entry.value).items())

    def is_null(self, value: Value) -> bool:
        return isinstance(value, ScalarNode) and self.resolve(value).kind is Kind.NULL


def _through(via: tuple[Span, ...], entry: Entry) -> Entry:
    return Entry(entry.holder, entry.key, entry.value, via + entry.via, entry.shadowed)


def _merge(own: Entries, merged: Entries) -> None:
    for name, entry in merged.items():
        mine = own.setdefault(name, entry)
        if mine is not entry and mine.shadowed is None:
            own[name] = Entry(mine.holder, mine.key, mine.value, mine.via, entry)
