"""
The path from each service of a document to its labels, as written.

`Outline` only reads. Its conditions decide what may be written where; they raise Impossible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import NamedTuple

from linter.editing.content import Inexact
from linter.editing.layout import Layout
from linter.editing.sharing import ELSEWHERE, NOBODY, Others, Sharing
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
from linter.syntax.source import Span

_STRING_TAG = "tag:yaml.org,2002:str"


class Found(NamedTuple):
    """A pair of a mapping: the mapping that contains it, its number, its key and its value."""

    holder: MappingNode
    number: int
    key: Node
    written: Node


class Chain(NamedTuple):
    """The path from a service to its labels: the pairs along the path, and their values."""

    service: Found
    mapping: MappingNode
    link: Found | None = None
    deploy: Node | None = None
    block: Found | None = None
    labels: Branch | None = None

    def outermost(self, labels: Branch, resolver: Resolver) -> tuple[MappingNode | None, int]:
        """
        The pair to remove when no labels are left: `labels`, or `deploy` with it.

        None if something would be lost, or a merge would replace it.
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
    """There is nothing to change on this level between a service and its labels; try the next."""


class Impossible(Exception):
    """Something cannot be done on this level; says why. `others` use the same place."""

    def __init__(self, reason: str, node: Node, others: Others = NOBODY) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node
        self.others = others


@lru_cache(maxsize=8)
def outline_of(document: Document) -> Outline:
    """The outline of a document, created only once."""
    return Outline(document)


class Outline:
    """The services of one document, as written."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        self._root = document.root
        self.layout = Layout(document)
        self.resolver = Resolver(document, Environment())
        self._numbers: dict[int, dict[int, int]] = {}
        services = self.find(document.root, "services")
        root = follow(services.written) if services else None
        self.top = root if isinstance(root, MappingNode) else None
        self.services: dict[str, MappingNode] = {}
        self.found: dict[str, Found] = {}
        for name, entry in self.resolver.entries(self.top).items() if self.top else ():
            if isinstance(entry.value, MappingNode):
                self.found[name] = self._found(entry)
                self.services[name] = entry.value
        self.sharing = Sharing(document, self.resolver, self.services)

    def find(self, root: Node | None, name: str) -> Found | None:
        """The pair with a key, in the mapping itself or in one that it merges."""
        if not isinstance(root, MappingNode):
            return None
        entry = self.resolver.entries(root).get(name)
        return self._found(entry) if entry is not None else None

    def _found(self, entry: Entry) -> Found:
        """The pair of an entry in its holder; if the key occurs twice, the last one counts."""
        holder = entry.holder
        numbers = self._numbers.get(id(holder))
        if numbers is None:
            numbers = {key.start: number for number, key in enumerate(heads(holder))}
            self._numbers[id(holder)] = numbers
        number = numbers[entry.key.start]
        return Found(holder, number, entry.key, holder.children[2 * number + 1])

    def chain(self, name: str) -> Chain:
        """The path to the labels of a service, as far as it exists. Raises Inexact."""
        if name not in self.services:
            start = Span(self.source, 0, 0)
            raise Inexact("Docker does not read the part of the file that the service is in", start)
        mapping, found = self.services[name], self.found[name]
        link = self.find(mapping, "deploy")
        deploy = follow(link.written) if link else None
        block = self.find(deploy, "labels")
        labels = follow(block.written) if block else None
        shown = labels if isinstance(labels, MappingNode | SequenceNode) else None
        return Chain(found, mapping, link, deploy, block, shown)

    def has(self, service: str, key: str) -> bool:
        """Whether a service has a label in this document."""
        if service not in self.services:
            return False
        labels = self.chain(service).labels
        if isinstance(labels, MappingNode):
            return self.find(labels, key) is not None
        return labels is not None and bool(items_of(labels, key))

    def has_exactly(self, service: str, key: str, value: str | None) -> bool:
        """Whether a service has a label here with exactly this text, including variables."""
        labels = self.chain(service).labels if self.has(service, key) else None
        if isinstance(labels, SequenceNode):
            item = follow(labels.children[items_of(labels, key)[-1]])
            return isinstance(item, ScalarNode) and item.value == f"{key}={value}"
        pair = self.find(labels, key)
        found = follow(pair.written) if pair else None
        return isinstance(found, ScalarNode) and "$" in found.value and found.value == value

    def rank(self, service: str, key: str) -> int:
        """How suitable this source is for a label of a service; the highest rank is edited."""
        if service not in self.services:
            return 0
        if self.has(service, key):
            return 3
        return 2 if self.chain(service).labels is not None else 1

    def is_shadowing(self, key: str, labels: Branch | None) -> bool:
        """Whether a label overrides a merged one with the same key."""
        if not isinstance(labels, MappingNode):
            return False
        return self.resolver.entries(labels)[key].shadowed is not None

    @cached_property
    def _anchors(self) -> Mapping[str, list[Value]]:
        """The nodes with each anchor, in order."""
        found: dict[str, list[Value]] = {}
        for node in nodes(self._root):
            if not isinstance(node, AliasNode) and node.anchor is not None:
                found.setdefault(node.anchor, []).append(node)
        return found

    def anchor(self, node: Branch, offset: int) -> str | None:
        """The anchor by which an alias at an offset would refer to a node."""
        same = self._anchors.get(node.anchor or "", [])
        before = bisect_left(same, offset, key=lambda each: each.start)
        return node.anchor if before and same[before - 1] is node else None

    @cached_property
    def everybody(self) -> set[str]:
        """All services, and anything else that may use a place."""
        return {*self.services, ELSEWHERE}

    # -- Conditions --------------------------------------------------------------------------------

    def receivers(self, branch: Branch) -> AbstractSet[str]:
        """The services that get everything in a collection."""
        return self.sharing.receivers(branch, "<<")

    def must_be_only_for(self, branch: Branch, key: str, meant: AbstractSet[str]) -> None:
        """Require that only the `meant` services would get a key added to a collection."""
        self._must_be_nobody(self.sharing.receivers(branch, key), meant, branch)

    def must_be_used_only_by(self, node: Node, meant: AbstractSet[str]) -> None:
        """Require that only the `meant` services use a key or an item."""
        self._must_be_nobody(self.sharing.readers(node), meant, node)

    def _must_be_nobody(self, users: AbstractSet[str], meant: AbstractSet[str], node: Node) -> None:
        others = self.sharing.others(users, meant)
        if others is not NOBODY:
            raise Impossible(others.reason, node, others)

    def must_be_replaceable(self, written: Node) -> None:
        """Require that a value is a scalar that is not used elsewhere."""
        if not isinstance(follow(written), ScalarNode):
            raise Impossible("its value is a list or a mapping", written)
        if self.sharing.is_aliased(written):
            raise Impossible("its value has an anchor that is used elsewhere", written)
        if isinstance(written, ScalarNode) and written.tag not in ("", _STRING_TAG):
            raise Impossible("its value has a tag", written)

    def must_hold_no_anchor(self, collection: Branch, numbers: Iterable[int]) -> None:
        """Require that pairs or items have no anchor, by which they may be used elsewhere."""
        for number in numbers:
            for node in part(collection, number):
                if not isinstance(node, AliasNode) and node.anchor is not None:
                    raise Impossible(f"it has the anchor `&{node.anchor}`", node)


def items_of(labels: Branch, key: str) -> list[int]:
    """The numbers of the items of a list that set a label."""
    return [n for n, item in enumerate(labels.children) if key_of(follow(item)) == key]


def key_of(item: Node) -> str | None:
    """The name of the label that an item or a key sets."""
    return item.value.partition("=")[0] if isinstance(item, ScalarNode) else None
