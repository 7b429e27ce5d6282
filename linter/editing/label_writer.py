"""Writes labels in the style of the labels around them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from linter.editing.content import Content, Items, Pairs, common_quote, flow_text, scalar_text
from linter.editing.outline import Chain, Found, Impossible, Outline, key_of
from linter.model.diagnostic import Edit
from linter.syntax.nodes import (
    Branch,
    MappingNode,
    ScalarNode,
    SequenceNode,
    follow,
    heads,
    is_merge,
    length,
)

Wanted = Mapping[str, str | None]
"""The values of labels by key; None for a label that should not exist."""

_QUOTES = ("'", '"')


class Style(NamedTuple):
    """How labels are written, so that new ones look the same; `quote` is for values or items."""

    listed: bool = False
    key_quote: str = ""
    quote: str = ""


class LabelWriter:
    """Writes labels into one source."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.layout = outline.layout

    def content(self, chain: Chain, changes: Wanted, offset: int, *, flow: bool) -> Content:
        """Labels with changes, and with everything that they would inherit at an offset."""
        labels = chain.labels
        style = self.style(labels)
        wanted = [(key, value) for key, value in changes.items() if value is not None]
        if style.listed:
            items = [self.item(key, value, style.quote, flow=flow) for key, value in wanted]
            if isinstance(labels, SequenceNode):
                items = [*self._item_copies(labels, changes, flow=flow), *items]
            return Items(tuple(items)) if items else "[]"
        pairs = [self.pair(key, value, style, flow=flow) for key, value in wanted]
        if isinstance(labels, MappingNode) and labels.children:
            name = self.outline.anchor(labels, offset)
            if name and len(wanted) == len(changes):
                pairs.insert(0, ("<<", f"*{name}"))
            else:
                pairs = [*self.copies(labels, changes, flow=flow), *pairs]
        return Pairs(tuple(pairs)) if pairs else "{}"

    def deploy(self, chain: Chain, changes: Wanted, offset: int, *, flow: bool) -> Content:
        """A `deploy` with labels, and with everything else that it would inherit."""
        labels = self.content(chain, changes, offset, flow=flow)
        if not (isinstance(chain.deploy, MappingNode) and chain.link and chain.deploy.children):
            return Pairs(((self.key("labels", chain.mapping), labels),))
        name = self.outline.anchor(chain.deploy, offset)
        if name is None:
            raise Impossible(
                "its whole `deploy` comes from a merge and has no anchor of its own",
                chain.link.key,
                self.outline.sharing.others(self.outline.receivers(chain.deploy)),
            )
        return Pairs((("<<", f"*{name}"), (self.key("labels", chain.mapping), labels)))

    def copies(
        self, labels: MappingNode, left_out: Container[str], *, flow: bool
    ) -> Iterator[tuple[str, Content]]:
        for name, entry in self.outline.resolver.entries(labels).items():
            if name not in left_out:
                if not isinstance(entry.value, ScalarNode):
                    raise Impossible("a label has a list or a mapping as its value", entry.key)
                copy = self.layout.copy
                yield copy(entry.key, flow=flow), copy(entry.value, flow=flow)

    def _item_copies(
        self, labels: SequenceNode, left_out: Container[str | None], *, flow: bool
    ) -> Iterator[str]:
        for item in map(follow, labels.children):
            if not isinstance(item, ScalarNode):
                raise Impossible("an item of its labels is a list or a mapping", item)
            if key_of(item) not in left_out:
                yield self.layout.copy(item, flow=flow)

    def key(self, name: str, mapping: MappingNode) -> str:
        """A key, quoted like the other keys of a mapping."""
        return scalar_text(name, self._keys_quote(mapping))

    def pair(self, key: str, value: str, style: Style, *, flow: bool) -> tuple[str, Content]:
        return (
            scalar_text(key, style.key_quote, flow=flow),
            scalar_text(value, style.quote, flow=flow),
        )

    def item(self, key: str, value: str, quote: str, *, flow: bool) -> str:
        return scalar_text(f"{key}={value}", quote if quote in _QUOTES else "", flow=flow)

    def write(self, pair: Found, value: str) -> Iterator[Edit]:
        """Replace a value, keeping its quotes."""
        self.outline.must_be_replaceable(pair.written)
        style = pair.written.style if isinstance(pair.written, ScalarNode) else ""
        quote = style if style in _QUOTES else ""
        text = scalar_text(value, quote, flow=pair.holder.flow)
        yield from self.layout.set_value(pair.holder, pair.key, pair.written, text)

    def rewrite(
        self,
        chain: Chain,
        labels: Branch,
        removed: set[int],
        added: Pairs | Items,
    ) -> Iterator[Edit]:
        """Remove some labels from a collection and add others."""
        if not added[0]:
            yield from self.remove(chain, labels, removed)
        elif labels.flow and len(removed) == length(labels) > 0:
            yield Edit(self.layout.span(labels), flow_text(added))
        else:
            if removed:
                self.outline.must_hold_no_anchor(labels, removed)
                yield from self.layout.remove(labels, removed)
            yield from self.layout.add(labels, added, last_of_docker(labels))

    def remove(self, chain: Chain, labels: Branch, numbers: set[int]) -> Iterator[Edit]:
        """Remove labels; with the last one, also `labels`, and `deploy` if it is then empty."""
        if not numbers:
            return
        self.outline.must_hold_no_anchor(labels, numbers)
        if len(numbers) < length(labels):
            yield from self.layout.remove(labels, numbers)
            return
        parent, number = chain.outermost(labels, self.outline.resolver)
        # Several services that share the labels would each remove a different pair.
        if chain.block and len(self.outline.sharing.readers(chain.block.key)) > 1:
            parent = None
        if parent is None:
            yield from self.layout.empty(labels)
        else:
            yield from self.layout.remove(parent, {number})

    @cached_property
    def _usual_style(self) -> Style:
        """How the labels of the last service with labels are written."""
        found = (self.outline.chain(name).labels for name in reversed(self.outline.services))
        labels = next((each for each in found if each and each.children), None)
        if labels is not None:
            return self.style(labels)
        quote = (
            self._keys_quote(self.outline.top) if self.outline.top and self.outline.top.flow else ""
        )
        return Style(key_quote=quote, quote=quote)

    def style(self, labels: Branch | None) -> Style:
        """How to write labels here: like the existing ones, or else like other services'."""
        if labels is None or not labels.children:
            return self._usual_style
        if isinstance(labels, SequenceNode):
            return Style(listed=True, quote=common_quote(labels.children))
        values = [value for key, value in labels.pairs if not is_merge(key)]
        return Style(
            key_quote=self._keys_quote(labels),
            quote=common_quote(values),
        )

    def _keys_quote(self, mapping: MappingNode) -> str:
        return common_quote(key for key, _ in mapping.pairs if not is_merge(key))


def last_of_docker(labels: Branch) -> int | None:
    """The number of the last of Docker's own labels; new labels go after it."""
    keys = [key_of(follow(each)) or "" for each in heads(labels)]
    ours = [number for number, key in enumerate(keys) if key.startswith("com.docker.")]
    return ours[-1] if ours else None
