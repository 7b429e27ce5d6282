"""
The way from each service of a document to its labels, as written.

`Outline` reads and changes nothing. What may be written where is told by its conditions, which
raise Impossible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from heapq import nsmallest
from typing import NamedTuple

from linter.editing.layout import Layout
from linter.editing.sharing import ELSEWHERE, Sharing
from linter.model.words import MOST_NAMED, some
from linter.reading.resolver import Entry, Resolver
from linter.syntax.interpolation import Environment
from linter.syntax.nodes import (
    AliasNode,
    Branch,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
    follow,
    heads,
    length,
    nodes,
    part,
)

_STRING_TAG = "tag:yaml.org,2002:str"


class Found(NamedTuple):
    """A pair of a mapping: which mapping has it, at which number, and what is written there."""

    holder: MappingNode
    number: int
    key: Node
    written: Node


class Chain(NamedTuple):
    """The way from a service to its labels: the pairs that lead there, and what is at their end."""

    service: Found
    mapping: MappingNode
    link: Found | None = None
    deploy: Node | None = None
    block: Found | None = None
    labels: Branch | None = None

    def outermost(self, labels: Branch, resolver: Resolver) -> tuple[MappingNode | None, int]:
        """
        The pair that can go when nothing is left of its labels: `labels`, or `deploy` with it.

        None where something would be lost, or come by a merge instead.
        """
        block, link, deploy = self.block, self.link, self.deploy
        if not (block and link and isinstance(deploy, MappingNode)):
            return None, 0
        if block.written is not labels or block.holder is not deploy or labels.anchor is not None:
            return None, 0
        if resolver.entries(deploy)["labels"].shadowed is not None:
            return None, 0
        if length(deploy) > 1:
            return deploy, block.number
        alone = link.written is deploy and link.holder is self.mapping and deploy.anchor is None
        shadowed = resolver.entries(self.mapping)["deploy"].shadowed is not None
        if alone and not shadowed and length(self.mapping) > 1:
            return self.mapping, link.number
        return None, 0


class NotOnThisLevel(Exception):
    """There is nothing to change on one level between a service and its labels; try the next."""


class Impossible(Exception):
    """Why something cannot be done on one level."""

    def __init__(self, reason: str, node: Node, others: AbstractSet[str] = frozenset()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node
        self.others = others


@lru_cache(maxsize=8)
def outline_of(document: Document) -> Outline:
    """The outline of a document, made once."""
    return Outline(document)


class Outline:
    """The services of one document, as they are written."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        self.layout = Layout(document)
        self.resolver = Resolver(document.source, Environment())
        services = self.find(document.root, "services")
        root = follow(services.written) if services else None
        self.top = root if isinstance(root, MappingNode) else None
        self.services: dict[str, MappingNode] = {}
        self.found: dict[str, Found] = {}
        for name, entry in self.resolver.entries(self.top).items() if self.top else ():
            if isinstance(entry.value, MappingNode):
                self.found[name] = _found(entry)
                self.services[name] = entry.value
        self.sharing = Sharing(document, self.resolver, self.services)
        self._anchors: dict[str, list[Value]] = {}
        for node in nodes(document.root):
            if not isinstance(node, AliasNode) and node.anchor is not None:
                self._anchors.setdefault(node.anchor, []).append(node)

    def find(self, root: Node | None, name: str) -> Found | None:
        """The pair by which a mapping has a key, its own or of one that it merges."""
        if not isinstance(root, MappingNode):
            return None
        entry = self.resolver.entries(root).get(name)
        return _found(entry) if entry is not None else None

    def chain(self, name: str) -> Chain:
        """The way to the labels of a service, as far as it goes."""
        mapping, found = self.services[name], self.found[name]
        link = self.find(mapping, "deploy")
        deploy = follow(link.written) if link else None
        block = self.find(deploy, "labels")
        labels = follow(block.written) if block else None
        shown = labels if isinstance(labels, MappingNode | SequenceNode) else None
        return Chain(found, mapping, link, deploy, block, shown)

    def has(self, service: str, key: str) -> bool:
        """Whether a service has a label here."""
        if service not in self.services:
            return False
        labels = self.chain(service).labels
        if isinstance(labels, MappingNode):
            return self.find(labels, key) is not None
        return labels is not None and bool(items_of(labels, key))

    def says(self, service: str, key: str, value: str | None) -> bool:
        """Whether a service has a label here with the very text, variables and all."""
        labels = self.chain(service).labels if self.has(service, key) else None
        if isinstance(labels, SequenceNode):
            item = follow(labels.children[items_of(labels, key)[-1]])
            return isinstance(item, ScalarNode) and item.value == f"{key}={value}"
        pair = self.find(labels, key)
        found = follow(pair.written) if pair else None
        return isinstance(found, ScalarNode) and "$" in found.value and found.value == value

    def rank(self, service: str, key: str) -> int:
        """How much this source is the one that decides on a label of a service."""
        if service not in self.services:
            return 0
        if self.has(service, key):
            return 3
        return 2 if self.chain(service).labels is not None else 1

    def is_shadowing(self, key: str, labels: Branch | None) -> bool:
        """Whether labels have a key more than once, of which the first one counts."""
        if not isinstance(labels, MappingNode):
            return False
        return self.resolver.entries(labels)[key].shadowed is not None

    def anchor(self, node: Branch, offset: int) -> str | None:
        """The name by which an alias at an offset would stand for a node."""
        same = self._anchors.get(node.anchor or "", [])
        before = bisect_left(same, offset, key=lambda each: each.start)
        return node.anchor if before and same[before - 1] is node else None

    @cached_property
    def everybody(self) -> set[str]:
        """All services, and whatever else may use a place."""
        return {*self.services, ELSEWHERE}

    # -- Conditions --------------------------------------------------------------------------------

    def takers(self, branch: Branch) -> AbstractSet[str]:
        """Who has all that a collection holds."""
        return self.sharing.takers(branch, "<<")

    def must_be_only_for(self, branch: Branch, key: str, meant: AbstractSet[str]) -> None:
        """Nobody else would get a key that a collection is given."""
        others = self.sharing.takers(branch, key) - meant
        if others:
            raise self.shared(branch, others)

    def must_be_read_only_by(self, node: Node, meant: AbstractSet[str]) -> None:
        """Nobody else has a label, `labels` or `deploy` from a key or an item."""
        others = self.sharing.readers(node) - meant
        if others:
            raise self.shared(node, others)

    def must_be_free(self, written: Node) -> None:
        """A value is a text that nobody else uses."""
        if not isinstance(follow(written), ScalarNode):
            raise Impossible("its value is no text", written)
        if self.sharing.is_aliased(written):
            raise Impossible("its value has an anchor that is used elsewhere", written)
        if isinstance(written, ScalarNode) and written.tag not in ("", _STRING_TAG):
            raise Impossible("its value has a tag", written)

    def must_hold_no_anchor(self, collection: Branch, numbers: Iterable[int]) -> None:
        """Nothing in some pairs or items has a name by which it may be used elsewhere."""
        for number in numbers:
            for node in part(collection, number):
                if not isinstance(node, AliasNode) and node.anchor is not None:
                    raise Impossible(f"it has the anchor `&{node.anchor}`", node)

    def shared(self, node: Node, others: AbstractSet[str]) -> Impossible:
        """That others use a place too."""
        services = others - {ELSEWHERE}
        if not services:
            return Impossible("it is used elsewhere in the file too", node, others)
        first = (f"`{name}`" for name in nsmallest(MOST_NAMED, services))
        return Impossible(f"it is shared with {some(first, len(services))}", node, others)


def _found(entry: Entry) -> Found:
    """The pair of an entry, as its holder has it; of the same key twice, the last one counts."""
    number = next(n for n, key in enumerate(heads(entry.holder)) if key is entry.key)
    return Found(entry.holder, number, entry.key, entry.holder.children[2 * number + 1])


def items_of(labels: Branch, key: str) -> list[int]:
    """The numbers of the items of a list that give a label."""
    return [n for n, item in enumerate(labels.children) if key_of(follow(item)) == key]


def key_of(item: Node) -> str | None:
    """The name of the label that an item, or a key, gives."""
    return item.value.partition("=")[0] if isinstance(item, ScalarNode) else None
