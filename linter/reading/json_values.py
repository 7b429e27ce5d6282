"""Values of JSON as nodes with positions, to look into without asking what is there first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linter.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode, follow


class Json:
    """A value, which may be absent; whatever is below an absent one is absent too."""

    __slots__ = ("node",)

    def __init__(self, node: Node | None) -> None:
        self.node = None if node is None else follow(node)

    def at(self, *path: str) -> Json:
        """The value under these keys, one below the other."""
        found = self
        for name in path:
            found = next((value for key, value in found.entries if key.value == name), _ABSENT)
        return found

    @property
    def entries(self) -> Iterator[tuple[ScalarNode, Json]]:
        """The keys and values of an object."""
        if isinstance(self.node, MappingNode):
            for key, value in self.node.pairs:
                if isinstance(key, ScalarNode):
                    yield key, Json(value)

    @property
    def items(self) -> list[Json]:
        """The items of an array."""
        return list(map(Json, self.node.children)) if isinstance(self.node, SequenceNode) else []

    @property
    def scalar(self) -> ScalarNode | None:
        """A string, a number or a boolean; None for anything else, and for null."""
        node = self.node
        if not isinstance(node, ScalarNode) or (node.plain and node.value == "null"):
            return None
        return node

    @property
    def text(self) -> str:
        """A scalar as text; empty if it is none."""
        scalar = self.scalar
        return "" if scalar is None else scalar.value

    @property
    def is_object(self) -> bool:
        return isinstance(self.node, MappingNode)

    @property
    def is_set(self) -> bool:
        """Whether it is anything but absent, null, false, zero or empty."""
        if isinstance(self.node, MappingNode | SequenceNode):
            return bool(self.node.children)
        return self.text not in ("", "0", "false")


_ABSENT = Json(None)


def nodes_of(value: Any) -> Node:
    """The nodes of values that were never written; they have no positions."""
    if isinstance(value, dict):
        mapping = MappingNode(0, "", None, flow=True)
        for key, each in value.items():
            mapping.children += (ScalarNode(str(key), 0, 0, '"'), nodes_of(each))
        return mapping
    if isinstance(value, list):
        sequence = SequenceNode(0, "", None, flow=True)
        sequence.children += map(nodes_of, value)
        return sequence
    if isinstance(value, str):
        return ScalarNode(value, 0, 0, '"')
    words = {True: "true", False: "false", None: "null"}
    return ScalarNode(
        words[value] if value is None or value is True or value is False else str(value), 0, 0
    )
