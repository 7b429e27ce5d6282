"""Makes nodes of stack files from values of JSON, with the positions of these values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.reading.json_values import Json
from linter.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode

Pair = tuple["str | ScalarNode", "Node | None"]
"""A key with its value; without a value, the pair is left out."""


def place(node: Node | None) -> tuple[int, int]:
    return (node.start, node.end) if node is not None else (0, 0)


def key_of(text: str, node: Node | None) -> ScalarNode:
    return ScalarNode(text, *place(node), '"')


def string(text: str, node: Node | None) -> ScalarNode:
    return ScalarNode(text, *place(node), '"')


def plain(text: str, node: Node | None) -> ScalarNode:
    return ScalarNode(text, *place(node))


def text(found: Json) -> ScalarNode | None:
    return string(found.text, found.node) if found.text else None


def unless(found: Json, default: str) -> ScalarNode | None:
    return None if found.text == default else text(found)


def number(found: Json, *, zero: bool = False, quoted: bool = False) -> ScalarNode | None:
    if not (found.is_set or (zero and found.text)):
        return None
    return string(found.text, found.node) if quoted else _as_given(found)


def duration(found: Json, *, zero: bool = False) -> ScalarNode | None:
    """A duration, which the engine stores in nanoseconds."""
    return string(f"{found.text}ns", found.node) if found.is_set or (zero and found.text) else None


def switch(found: Json) -> ScalarNode | None:
    return plain("true", found.node) if found.text == "true" else None


def boolean(found: Json) -> ScalarNode | None:
    return _as_given(found) if found.text else None


def _as_given(found: Json) -> ScalarNode:
    """A number or a boolean; if it is a text instead, it stays one, whatever is in it."""
    is_plain = found.scalar is not None and found.scalar.plain
    return (plain if is_plain else string)(found.text, found.node)


def texts(found: Json) -> Node | None:
    return sequence(string(each.text, each.node) for each in found.items)


def texts_by_name(found: Json) -> Node | None:
    return mapping(
        ((key_of(key.value, key), string(value.text, value.node)) for key, value in found.entries)
    )


def sequence(nodes: Iterable[Node | None]) -> SequenceNode | None:
    children = [each for each in nodes if each is not None]
    if not children:
        return None
    found = SequenceNode(children[0].start, "", None, flow=True)
    found.end = children[-1].end
    found.children = children
    return found


def mapping(pairs: Iterable[Pair], node: Node | None = None) -> MappingNode | None:
    """A mapping of what is there; None if nothing is."""
    children = list(_children(pairs))
    if not children:
        return None
    start, end = place(node if node is not None else children[0])
    found = MappingNode(start, "", None, flow=True)
    found.end = end
    found.children = children
    return found


def kept(pairs: Iterable[Pair], found: Json) -> Node:
    """A mapping that makes a difference even if it is empty."""
    empty = MappingNode(0, "", None, flow=True)
    empty.start, empty.end = place(found.node)
    return mapping(pairs, found.node) or empty


def _children(pairs: Iterable[Pair]) -> Iterator[Node]:
    for key, value in pairs:
        if value is not None:
            yield key_of(key, value) if isinstance(key, str) else key
            yield value
