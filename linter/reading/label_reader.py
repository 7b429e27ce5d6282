"""Reads labels from `labels:`, and from keys that were meant to be `labels:`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from sys import intern

from linter import TYPE_CHECKING
from linter.model.label import Label, LabelBlock, Misplaced, StrayItem
from linter.model.text import Text
from linter.model.vocabulary import (
    PREFIX,
    belongs_to_docker,
    may_be_ours,
    meant,
    resembles_labels,
    rows,
    without_secret,
)
from linter.reading import remarks
from linter.reading.resolver import Entries, Entry, Resolver
from linter.syntax.interpolation import Parts, Variable, can_be_equal, display
from linter.syntax.nodes import (
    BLOCK_STYLES,
    AliasNode,
    Branch,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
)
from linter.syntax.source import Span

if TYPE_CHECKING:
    from linter.model.label import Form


Via = tuple[Span, ...]


class LabelReader:
    """Reads the labels of one source; `extra` are known labels in addition to Interlock's own."""

    def __init__(self, resolver: Resolver, extra: Collection[str]) -> None:
        self.resolver = resolver
        self.extra = extra
        self.names = rows().keys()

    def block(self, entry: Entry, via: Via) -> LabelBlock:
        key, value = self.resolver.span(entry.key), entry.value
        via += entry.via
        if isinstance(value, MappingNode):
            labels = tuple(self._map_labels(self.resolver.entries(value).values(), via))
            is_open = self._is_open(entry, labels)
            return LabelBlock(key, "map", self.resolver.span(value), labels, is_open=is_open)
        if self.resolver.is_open(entry) and isinstance(value, ScalarNode):
            return LabelBlock(key, "map", self.resolver.span(value), is_open=True)
        if isinstance(value, SequenceNode):
            written: list[Label] = []
            stray: list[StrayItem] = []
            seen: set[Parts] = set()
            for item in value.children:
                if self.resolver.is_inserted(item):
                    continue
                scalar, item_via = self.resolver.follow(item)
                whole = self.resolver.text(scalar) if isinstance(scalar, ScalarNode) else None
                if whole is None or whole.kind != "string":
                    stray.append(self._stray(item, scalar, via + item_via))
                    continue
                if whole.parts in seen:
                    self.resolver.refuse(item, *remarks.twice())
                seen.add(whole.parts)
                written.append(self._list_label(whole, via + item_via))
            is_open, span = self._is_open(entry, written), self.resolver.span(value)
            return LabelBlock(key, "list", span, tuple(written), tuple(stray), is_open)
        return LabelBlock(key, None, self.resolver.span(value))

    def _is_open(self, entry: Entry, labels: Iterable[Label]) -> bool:
        """Whether there may be more labels than can be seen, or whether some may be any."""
        if not self.resolver.has_holes:
            return False
        return self.resolver.is_open(entry) or any(may_be_ours(each.key.parts) for each in labels)

    def _map_labels(self, entries: Iterable[Entry], via: Via) -> Iterator[Label]:
        for entry in entries:
            if self.resolver.is_inserted(entry.key):
                continue
            if not entry.key.value.strip("\n"):
                self.resolver.reject(entry.key, "a label must have a name", "add a name")
                continue
            # Docker interpolates the values of a mapping, but not its keys.
            key = self.resolver.literal(entry.key)
            if isinstance(entry.value, ScalarNode):
                value = self.resolver.text(entry.value)
            elif entry.key.value == "labels":  # a rule reports that one
                continue
            elif key.value is None and can_be_equal(key.parts, ("<<",)):  # it may merge the value
                value = self._unknown(entry.key, entry.value)
            else:
                value = self._collection(entry.key, entry.value)
            inside = key.start < value.start  # not true for the value of an alias
            end = value.end if inside else key.end
            yield self._label(key, value, key.start, end, "map", via + entry.via)

    def _collection(self, key: ScalarNode, value: Branch) -> Text:
        """A value that Docker rejects: a list stands for its items with commas between them."""
        items = [self.resolver.follow(item)[0] for item in value.children]
        name = self.resolver.source.shown(key.value)
        texts = [
            item.value
            for item in items
            if isinstance(item, ScalarNode) and item.value and "," not in item.value
            if not self.resolver.is_null(item)
        ]
        joined = ",".join(texts)
        is_list = isinstance(value, SequenceNode) and len(texts) == len(items) > 0
        # Only Interlock is known to separate values with commas, and others may be secret.
        clear = is_list and belongs_to_docker(key.value)
        column = self.resolver.span(value).position.column
        movable = value.flow or column > self.resolver.span(key).position.column
        fixable = clear and movable and joined.isprintable() and not set(joined) & set('"\\')
        shape = "a list" if isinstance(value, SequenceNode) else "a mapping"
        self.resolver.refuse(
            value,
            "label-not-a-string",
            f"the value of `{without_secret(name)}` is {shape}, not a string",
            f"write `{joined}`" if clear else "write the value as one string",
            f'"{joined}"' if fixable else None,
        )
        if is_list:
            return self.resolver.text(ScalarNode(joined, value.start, value.end, '"'))
        return self._unknown(key, value)

    def _unknown(self, key: ScalarNode, value: Branch) -> Text:
        name = self.resolver.source.shown(key.value)
        return Text(self.resolver.source, value.start, value.end, (Variable(name),))

    def _list_label(self, whole: Text, via: Via) -> Label:
        """Read `key=value`: Docker interpolates all of it, then splits it at the first `=`."""
        source, start, end, style = whole.source, whole.start, whole.end, whole.style
        key_parts, value_parts = _split(whole.parts)
        key_end, value_start = end, start
        margin = 1 if style else 0
        prefix = display(key_parts)
        if source.text.startswith(prefix, start + margin, end) and style not in BLOCK_STYLES:
            start, end = start + margin, end - margin
            key_end = start + len(prefix)
            value_start = min(key_end + 1, end)
        wrong = whole.invalid if "$" in prefix else None
        key = Text(source, start, key_end, key_parts, "string", style, wrong)
        value = Text(
            source, value_start, end, value_parts, "string", style, whole.invalid, whole.unset
        )
        return self._label(key, value, whole.start, whole.end, "list", via)

    def _label(self, key: Text, value: Text, start: int, end: int, form: Form, via: Via) -> Label:
        text = key.value or ""
        name = text.removeprefix(PREFIX) if text.startswith(PREFIX) else None
        known = name is not None and (name in self.names or text in self.extra)
        near = None if known or not text else meant(text)
        return Label(key, value, start, end, form, via, name, known, near)

    def _stray(self, item: Node, value: Value, via: Via) -> StrayItem:
        span = self.resolver.span(item)
        if isinstance(value, ScalarNode):
            return StrayItem(span, self.resolver.text(value), meant=self._meant(item, value))
        if not isinstance(value, MappingNode):
            return StrayItem(span)
        labels = tuple(self._listed(value, via))
        if isinstance(item, MappingNode) and len(value.children) == 2:
            key, inner = value.children
            if isinstance(key, ScalarNode) and isinstance(inner, ScalarNode):
                meant = self._meant(item, key, inner)
                texts = self.resolver.text(key), self.resolver.text(inner)
                return StrayItem(span, *texts, meant, labels)
        return StrayItem(span, labels=labels)

    def _listed(self, mapping: MappingNode, via: Via) -> Iterator[Label]:
        """The labels of a mapping that should be items of a list, so that all are strings."""
        for entry in self.resolver.entries(mapping).values():
            key, value = entry.key, entry.value
            if isinstance(value, ScalarNode) and "=" not in key.value:
                text = self._as_string(key), self._as_string(value)
                end = max(key.end, value.end)
                yield self._label(*text, key.start, end, "list", via + entry.via)

    def _as_string(self, scalar: ScalarNode) -> Text:
        """A scalar as it would be read inside of quotes."""
        null = scalar.plain and self.resolver.is_null(scalar)
        text = "" if null else scalar.value
        return self.resolver.text(ScalarNode(text, scalar.start, scalar.end, scalar.style or '"'))

    def _meant(self, item: Node, *scalars: ScalarNode) -> str | None:
        """
        The string that an item was meant to be; None for null, and if the item may be shared.

        In `- rule=Host: a.example.com`, the key already contains the `=`: all of it was meant.
        """
        if isinstance(item, AliasNode) or any(each.tag or each.anchor for each in (item, *scalars)):
            return None
        if any(self.resolver.resolve(scalar).kind == "null" for scalar in scalars):
            return None
        if len(scalars) > 1 and "=" in scalars[0].value:
            plain = all(scalar.plain for scalar in scalars)
            return self.resolver.source.text[scalars[0].start : scalars[-1].end] if plain else None
        return "=".join(scalar.value for scalar in scalars)

    def misplaced(self, entries: Entries, parent: str, via: Via) -> Iterator[Misplaced]:
        """Routing labels as keys of a service or of `deploy`, and `label:` instead of `labels:`."""
        refused = self.resolver.refusals
        if not (refused or self.resolver.has_holes or self.resolver.literally):
            return  # Docker refuses such keys, unless an expression of a template is in them
        for name, entry in entries.items():
            if refused and self._is_nearly_labels(entry):
                found = self._misplaced(entry, parent, self.block(entry, via))
                if found.labels:
                    yield found
            elif name.startswith(PREFIX) or (refused and meant(name)):
                key = self.resolver.literal(entry.key)
                yield Misplaced(key.span, parent, key, tuple(self._map_labels([entry], via)))

    def _is_nearly_labels(self, entry: Entry) -> bool:
        refusal = self.resolver.refusals.get(self.resolver.span(entry.key))
        is_unknown = refusal is not None and refusal.kind == "unknown-key"
        return is_unknown and resembles_labels(entry.key.value)

    def nested(self, labels: Entry, via: Via) -> Iterator[Misplaced]:
        """`labels:` inside `labels:`, empty or not."""
        if isinstance(labels.value, MappingNode):
            entry = self.resolver.entries(labels.value).get("labels")
            if entry is not None:
                found = self._misplaced(entry, "`labels`", self.block(entry, via + labels.via))
                if found.labels or self.resolver.is_null(entry.value):
                    yield found

    def _misplaced(self, entry: Entry, parent: str, block: LabelBlock) -> Misplaced:
        key = self.resolver.literal(entry.key)
        ours = tuple(label for label in block.meant if label.is_ours)
        return Misplaced(key.span, parent, key, ours, block)


def _split(parts: Parts) -> tuple[Parts, Parts]:
    """Split at the first `=` of the known text; without one, all of it is the key."""
    if len(parts) == 1 and isinstance(parts[0], str):  # the usual case
        key, sign, value = parts[0].partition("=")
        # The same few keys occur in all files, and are kept as long as the services are.
        return (intern(key),) if key else (), (value,) if sign and value else ()
    for index, part in enumerate(parts):
        if isinstance(part, str) and "=" in part:
            left, _, right = part.partition("=")
            head = (*parts[:index], left) if left else parts[:index]
            tail = (right, *parts[index + 1 :]) if right else parts[index + 1 :]
            return head, tail
    return parts, ()
