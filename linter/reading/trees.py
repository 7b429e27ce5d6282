"""Turns the nodes of a stack file into plain mappings, lists and texts, as Docker reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from linter import TYPE_CHECKING
from linter.reading.resolver import Resolver
from linter.syntax.interpolation import Environment, Parts, is_known, partition
from linter.syntax.nodes import Document, MappingNode, Node, ScalarNode, SequenceNode, Value

if TYPE_CHECKING:
    from linter.syntax.scalars import Kind


class Scalar(NamedTuple):
    """A text with its variables replaced, and what type it has in YAML."""

    parts: Parts
    kind: Kind

    @property
    def is_null(self) -> bool:
        return self.kind == "null"


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | Scalar"


def tree_of(document: Document, environment: Environment) -> dict[str, Tree]:
    """The first document of a file; empty if it is not a mapping."""
    if not isinstance(document.root, MappingNode):
        return {}
    found = _Trees(Resolver(document, environment)).of(document.root)
    return found if isinstance(found, dict) else {}


class _Trees:
    """Turns each node into a tree once, however many aliases lead to it."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[int, Tree] = {}

    def of(self, node: Node) -> Tree:
        value, _ = self._resolver.follow(node)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._tree(value)
        return known

    def _tree(self, value: Value) -> Tree:
        if isinstance(value, MappingNode):
            entries = self._resolver.entries(value)
            shown = self._resolver.source.shown
            return {shown(name): self.of(entry.value) for name, entry in entries.items()}
        if isinstance(value, SequenceNode):
            return [self.of(item) for item in value.children]
        return self._scalar(value)

    def _scalar(self, node: ScalarNode) -> Scalar:
        text = self._resolver.text(node)
        return Scalar(text.parts, text.kind)


# -- Looking into a tree; what does not have the expected form counts as not written --------------


def mapping(tree: Tree | None) -> dict[str, Tree]:
    """The mapping that a tree is."""
    return tree if isinstance(tree, dict) else {}


def items(tree: Tree | None) -> list[Tree]:
    """The list that a tree is."""
    return tree if isinstance(tree, list) else []


def scalar(tree: Tree | None) -> Parts | None:
    """The text that a tree is; None for null."""
    return tree.parts if isinstance(tree, Scalar) and not tree.is_null else None


def scalars(tree: Tree | None) -> Iterator[Parts]:
    """The texts of a list, or the one text that is written instead."""
    for each in [tree] if isinstance(tree, Scalar) else items(tree):
        parts = scalar(each)
        if parts is not None:
            yield parts


def whole(parts: Parts | None) -> str | None:
    """A text without unknown variables; None if there are any, or no text."""
    if parts is None or not is_known(parts):
        return None
    return "".join(map(str, parts))


def at(tree: Tree | None, name: str) -> Tree | None:
    """What is found under a dotted name."""
    for key in name.split("."):
        tree = mapping(tree).get(key)
    return tree


def flat(tree: Tree | None) -> tuple[Parts, ...]:
    """Every text in a tree, with the keys that lead to it."""
    if isinstance(tree, Scalar):
        return (tree.parts,)
    if isinstance(tree, list):
        return tuple(word for each in tree for word in flat(each))
    pairs = sorted(mapping(tree).items())
    return tuple(word for key, each in pairs for word in (text_of(key), *flat(each)))


def pairs(tree: Tree | None) -> Iterator[tuple[Parts, tuple[Parts, ...]]]:
    """The entries of a mapping, or of a list with `name=value`; null is no value."""
    for name, each in mapping(tree).items():
        if isinstance(each, Scalar):
            yield text_of(name), () if each.is_null else (each.parts,)
    for parts in scalars(items(tree)):
        key, value = partition(parts, "=")
        yield key, () if value is None else (value,)


def text_of(text: str) -> Parts:
    """A known text; an empty one has no parts."""
    return (text,) if text else ()


def is_zero(parts: Parts) -> bool:
    """Whether a text is what Docker takes for not set, in most settings."""
    return parts in ((), ("0",), ("false",))
