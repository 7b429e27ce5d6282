"""
Resolves aliases, merges, tags and variables the way Docker does.

Anything that Docker would reject is recorded as a Refusal; the rest is still resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern

from linter import TYPE_CHECKING
from linter.model.refusal import Refusal
from linter.model.text import Text
from linter.model.words import quoted
from linter.syntax.interpolation import (
    Environment,
    InvalidInterpolation,
    Parts,
    Variable,
    interpolate,
    unset,
)
from linter.syntax.mask import filled, has_hole
from linter.syntax.nodes import (
    LIKE_MERGE,
    AliasNode,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    UnknownNode,
    Value,
    as_key,
    is_meant_to_merge,
    is_merge,
    merged_mappings,
)
from linter.syntax.scalars import (
    Resolved,
    Undecodable,
    can_be_key,
    is_not_finite,
    is_plainly_a_string,
    resolve,
)
from linter.syntax.source import Span

if TYPE_CHECKING:
    from linter.model.refusal import RefusalKind
    from linter.syntax.scalars import Kind

_PLAIN_KEYS: set[str] = set()
"""Keys that are known to be strings without quotes; most files have the same ones."""

_MOST_PLAIN_KEYS = 10_000


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

    def __init__(self, document: Document, environment: Environment) -> None:
        self.source = document.source
        self.environment = environment
        self.literally = document.literal
        holes = document.source.masked.holes
        self.has_holes = bool(holes)
        view = document.source.view
        self.is_native = view is not None and view.native
        self._inserted = {hole.visible[0] for hole in holes if hole.is_inserted}
        self.refusals: dict[Span, Refusal] = {}
        """What Docker rejects; for each place only the first reason."""
        self._entries: dict[int, Entries] = {}

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    def refuse(
        self,
        node: Node,
        kind: RefusalKind,
        message: str,
        help_text: str = "",
        instead: str | None = None,
    ) -> None:
        """Record what Docker refuses; the parts of a Refusal, with a node for its place."""
        span = self.span(node)
        self.refusals.setdefault(span, Refusal(span, kind, message, help_text, instead))

    def reject(self, node: Node, message: str, help_text: str = "") -> None:
        """Record a value that Docker refuses and that nothing certain can take the place of."""
        self.refuse(node, "refused-value", message, help_text)

    def resolve(self, scalar: ScalarNode) -> Resolved:
        """The type and the text of a scalar; a string if its tag does not fit, which is refused."""
        try:
            return resolve(scalar)
        except Undecodable as error:
            self.reject(scalar, str(error), "quote the value, or write one that matches its tag")
            return Resolved("string", scalar.value)

    def literal(self, key: ScalarNode) -> Text:
        """A key as written: Docker does not interpolate the keys of mappings."""
        value = intern(key.value)  # the same few keys occur in all files
        parts: Parts = (value,) if value else ()
        if self.has_holes and has_hole(value):
            parts = self.filled(key, parts)
        return Text(self.source, key.start, key.end, parts, "string", key.style)

    def text(self, scalar: ScalarNode) -> Text:
        """The text of a scalar after interpolation."""
        kind: Kind = "string"
        value = scalar.value
        if scalar.tag if self.literally else not is_plainly_a_string(scalar):
            resolved = self.resolve(scalar)
            kind, value = resolved.kind, resolved.text
        parts: Parts = (value,) if value else ()
        invalid: str | None = None
        absent: tuple[str, ...] = ()
        if self.has_holes and has_hole(value):
            parts = self.filled(scalar, self.interpolated(value))
        elif self.literally and isinstance(scalar, UnknownNode):
            parts = (Variable(value),)
        elif kind == "string" and "$" in value and not self.literally:
            parts, invalid = self._interpolated(value)
            absent = tuple(unset(value, self.environment))
        return Text(
            self.source, scalar.start, scalar.end, parts, kind, scalar.style, invalid, absent
        )

    def is_inserted(self, node: Node) -> bool:
        """Whether a key or an item may stand for any number of them."""
        return node.start in self._inserted

    def is_open(self, entry: Entry | None) -> bool:
        """
        Whether there may be more in a collection than can be seen.

        An expression of a template may be all of it, or some of its keys or items.
        """
        if not self.has_holes or entry is None:
            return False
        value = entry.value
        if isinstance(value, ScalarNode):
            return (value.plain or self.is_native) and has_hole(value.value)
        if any(map(self.is_inserted, value.children)):
            return True
        if isinstance(value, MappingNode):
            return any(
                is_merge(key) and isinstance(each, ScalarNode) and has_hole(each.value)
                for key, each in value.pairs
            )
        return False

    def filled(self, scalar: ScalarNode, parts: Parts) -> Parts:
        """The parts of a value with the expressions of a template, which are unknown."""
        return filled(parts, self.source.holes(scalar.start, scalar.end))

    def interpolated(self, value: str) -> Parts:
        """A value with holes after interpolation; all of it is unknown if a `$` is before one."""
        if self.literally or "$" not in value:
            return (value,)
        try:
            return interpolate(value, self.environment)
        except InvalidInterpolation:
            return (Variable("a template"),)

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
        nodes = iter(mapping.children)
        for node, value in zip(nodes, nodes):  # noqa: B905 - a keyword argument takes longer
            key = node if type(node) is ScalarNode else as_key(node)
            if key is None:
                self.reject(node, "a key must be a string, not a collection", "write a string")
                continue
            name = key.value
            if name in LIKE_MERGE and self._merges(mapping, node, value):
                merged.extend(self._merged(value))
                continue
            if key.style or key.tag or name not in _PLAIN_KEYS:
                self.check_key(key)
            if name in own:  # a key that is an alias; other duplicates are found elsewhere
                self._check_replaced(own[name].value)
            if isinstance(value, AliasNode):
                own[name] = Entry(mapping, key, value.target, (self.span(value),))
            else:
                own[name] = Entry(mapping, key, value, ())
        for entries in merged:
            _merge(own, entries)
        self._entries[id(mapping)] = own
        return own

    def check_key(self, key: ScalarNode) -> None:
        """Refuse a key that YAML does not read as a string."""
        if is_plainly_a_string(key):
            if not key.style and len(_PLAIN_KEYS) < _MOST_PLAIN_KEYS:
                _PLAIN_KEYS.add(key.value)
            return
        try:
            accepted = can_be_key(key)
        except Undecodable as error:
            self.reject(key, str(error), "write the key as a string")
            return
        if not accepted:
            text = f'"{key.value}"' if key.value and not key.tag else None
            remedy = "remove its tag" if key.tag else "quote the key"
            message = f"the key `{key.value}` is not a string"
            self.refuse(key, "refused-value", message, remedy, text)

    def _merges(self, mapping: MappingNode, key: Node, value: Node) -> bool:
        """Whether a key merges its value, or was meant to, which is refused."""
        if is_merge(key):
            return True
        if not is_meant_to_merge(key, value):
            return False
        again = sum(each.value in LIKE_MERGE for each in mapping.children[::2]) > 1
        tag = isinstance(key, ScalarNode) and key.tag
        written = quoted(self.source.text[key.start : key.end])
        self.refuse(
            key,
            "refused-value",
            f"{written} merges nothing" + (" with a tag" if tag else "; did you mean `<<`?"),
            "combine both in one `<<`, as a list" if again else "write `<<`",
            None if again or tag else "<<",
        )
        return True

    def check_merge(self, value: Node) -> None:
        """Refuse a value of `<<` that cannot be merged."""
        if merged_mappings(value) is None and not (
            isinstance(value, ScalarNode) and has_hole(value.value)
        ):
            message = "`<<` must merge a mapping or a list of mappings"
            self.reject(value, message, "use an alias of a mapping, such as `<<: *defaults`")

    def read_as(self, mapping: MappingNode, name: str, right: str) -> None:
        """Read a misspelled key of a mapping as the one that was meant."""
        entries = self.entries(mapping)
        if right != "labels":  # a rule has a fix for those
            entries.setdefault(right, entries[name])

    def _check_replaced(self, value: Value) -> None:
        """Refuse a value that Docker reads although another one replaces it."""
        if isinstance(value, ScalarNode) and not is_not_finite(value):
            self.resolve(value)

    def _merged(self, value: Node) -> Iterator[Entries]:
        self.check_merge(value)
        for mapping, aliases in merged_mappings(value) or ():
            via = tuple(map(self.span, aliases))
            entries = self.entries(mapping)
            if any(type(key) is AliasNode for key in mapping.children[::2]):
                entries = {**entries, **self._first(mapping)}
            yield (
                {name: _through(via, entry) for name, entry in entries.items()} if via else entries
            )

    def _first(self, mapping: MappingNode) -> Entries:
        """The entries that a merge takes of keys that occur twice, as aliases may."""
        found: Entries = {}
        for node, value in mapping.pairs:
            key = as_key(node)
            if key is not None and not is_merge(node):
                found.setdefault(key.value, Entry(mapping, key, *self.follow(value)))
        return found

    def follow(self, node: Node) -> tuple[Value, tuple[Span, ...]]:
        """The value that a node stands for, and the alias that leads to it, if any."""
        if isinstance(node, AliasNode):
            return node.target, (self.span(node),)
        return node, ()

    def scalar(self, entries: Entries, key: str) -> Text | None:
        """The value of a key, if it is a scalar."""
        entry = entries.get(key)
        if entry is None or not isinstance(entry.value, ScalarNode):
            return None
        return self.text(entry.value)

    def section(self, entries: Entries, name: str) -> list[tuple[str, Entry]]:
        """The names and entries of a mapping such as `networks`; none if it is something else."""
        entry = entries.get(name)
        if entry is None or not isinstance(entry.value, MappingNode):
            return []
        return list(self.entries(entry.value).items())

    def is_null(self, value: Value) -> bool:
        return isinstance(value, ScalarNode) and self.resolve(value).kind == "null"


def _through(via: tuple[Span, ...], entry: Entry) -> Entry:
    return Entry(entry.holder, entry.key, entry.value, via + entry.via, entry.shadowed)


def _merge(own: Entries, merged: Entries) -> None:
    for name, entry in merged.items():
        mine = own.setdefault(name, entry)
        if mine is not entry and mine.shadowed is None:
            own[name] = Entry(mine.holder, mine.key, mine.value, mine.via, entry)
