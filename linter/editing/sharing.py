"""Finds which services share which parts of a document through anchors and merges."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from heapq import nsmallest
from itertools import islice

from linter.model.words import MOST_NAMED, some
from linter.reading.resolver import Resolver
from linter.syntax.nodes import (
    AliasNode,
    Branch,
    CollectionNode,
    Document,
    MappingNode,
    Node,
    SequenceNode,
    follow,
    nodes,
    with_merged,
)

ELSEWHERE = ""
"""The name for any other use of a part; no service can have this name."""

_MOST_LISTED = 100
"""Limit of the services to list for each of the services that share a part with them."""


class Others:
    """
    Those who use a part of a document too; `names` may contain ELSEWHERE.

    Thousands of services may share a part with thousands of others, so those are sorted once.
    """

    def __init__(self, names: AbstractSet[str]) -> None:
        self.names = names

    def first(self, without: str) -> tuple[str, ...]:
        """The first services, without one of them."""
        return tuple(islice((name for name in self._first if name != without), _MOST_LISTED))

    @cached_property
    def _first(self) -> list[str]:
        return nsmallest(_MOST_LISTED + 1, self.names - {ELSEWHERE})

    @cached_property
    def reason(self) -> str:
        """Why the part cannot be changed: the others would change too."""
        count = len(self.names - {ELSEWHERE})
        if not count:
            return "it is also used elsewhere in the file"
        return (
            f"it is shared with {some((f'`{name}`' for name in self._first[:MOST_NAMED]), count)}"
        )


_NO_NAMES: frozenset[str] = frozenset()
NOBODY = Others(_NO_NAMES)


class Sharing:
    """
    Which services use which parts of a document; `services` are their mappings by name.

    In a document without aliases nothing is shared, so nothing is searched.
    """

    def __init__(
        self, document: Document, resolver: Resolver, services: Mapping[str, MappingNode]
    ) -> None:
        self._resolver = resolver
        self._readers: dict[int, set[str]] = {}
        self._receivers: dict[int, dict[str, Branch]] = {}
        self._receivers_by_key: dict[tuple[int, str], frozenset[str]] = {}
        self._others: dict[tuple[int, int], Others] = {}
        self._compared: list[AbstractSet[str]] = []
        self._walked: set[int] = set()
        self._aliased = _targets(document)
        if not self._aliased:
            return
        for name, service in services.items():
            self._service(name, service)
        if isinstance(document.root, MappingNode):
            for name, entry in resolver.entries(document.root).items():
                if name != "services" and not name.startswith("x-"):
                    self._elsewhere(entry.value)

    def is_aliased(self, node: Node) -> bool:
        """Whether an alias refers to this very node."""
        return id(node) in self._aliased

    def readers(self, node: Node) -> AbstractSet[str]:
        """The services that get a label, `labels` or `deploy` from a key or an item."""
        return self._readers.get(id(node), set())

    def receivers(self, branch: Branch, key: str) -> AbstractSet[str]:
        """The services that would get a key if it were added to a collection."""
        known = self._receivers_by_key.get((id(branch), key))
        if known is None:
            known = frozenset(
                name
                for name, root in self._receivers.get(id(branch), {}).items()
                if root is branch or isinstance(root, SequenceNode) or not self._has_own(root, key)
            )
            self._receivers_by_key[id(branch), key] = known
        return known

    def others(self, users: AbstractSet[str], meant: AbstractSet[str] = _NO_NAMES) -> Others:
        """The users that are not meant; neither of the sets may change any more."""
        key = (id(users), id(meant))
        known = self._others.get(key)
        if known is None:
            self._compared += (users, meant)  # keeps their identities
            names = users - meant
            known = self._others[key] = Others(names) if names else NOBODY
        return known

    def _has_own(self, mapping: MappingNode, key: str) -> bool:
        """Whether a mapping has a key of its own, which overrides merged ones."""
        entry = self._resolver.entries(mapping).get(key)
        return entry is not None and entry.holder is mapping

    def _service(self, name: str, service: MappingNode) -> None:
        self._receive(name, service)
        for key, entry in self._resolver.entries(service).items():
            if key == "deploy":
                self._read(name, entry.key)
                if isinstance(entry.value, MappingNode):
                    self._deploy(name, entry.value)
            elif not key.startswith("x-"):
                self._elsewhere(entry.value)

    def _deploy(self, name: str, deploy: MappingNode) -> None:
        self._receive(name, deploy)
        for key, entry in self._resolver.entries(deploy).items():
            if key != "labels":
                self._elsewhere(entry.value)
                continue
            self._read(name, entry.key)
            if isinstance(entry.value, MappingNode):
                self._receive(name, entry.value)
                for label in self._resolver.entries(entry.value).values():
                    self._read(name, label.key)
            elif isinstance(entry.value, SequenceNode):
                self._receivers.setdefault(id(entry.value), {})[name] = entry.value
                for item in entry.value.children:
                    self._read(name, item)

    def _receive(self, name: str, root: MappingNode) -> None:
        for each in with_merged(root):
            self._receivers.setdefault(id(each), {})[name] = root

    def _read(self, name: str, node: Node) -> None:
        self._readers.setdefault(id(node), set()).add(name)

    def _elsewhere(self, node: Node) -> None:
        """Note that this node, and all it gets by aliases and merges, is used outside of labels."""
        value = follow(node)
        if id(value) in self._walked or not isinstance(value, CollectionNode):
            return
        self._walked.add(id(value))
        if isinstance(value, MappingNode):
            for each in with_merged(value):
                self._receivers.setdefault(id(each), {})[ELSEWHERE] = each
            for entry in self._resolver.entries(value).values():
                self._read(ELSEWHERE, entry.key)
                self._elsewhere(entry.value)
        elif isinstance(value, SequenceNode):
            self._receivers.setdefault(id(value), {})[ELSEWHERE] = value
            for item in value.children:
                self._read(ELSEWHERE, item)
                self._elsewhere(item)


def _targets(document: Document) -> set[int]:
    """The nodes that aliases refer to in the first document."""
    if "*" not in document.source.text:
        return set()
    return {id(node.target) for node in nodes(document.root) if isinstance(node, AliasNode)}
