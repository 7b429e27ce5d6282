"""Finds the scalars of a file that Docker cannot interpolate."""

from __future__ import annotations

from collections.abc import Iterator

from linter.syntax.interpolation import Environment, InvalidInterpolation, interpolate, unreadable
from linter.syntax.mask import has_hole
from linter.syntax.nodes import CollectionNode, Document, MappingNode, Node, ScalarNode


def unreadable_scalars(document: Document, environment: Environment) -> Iterator[ScalarNode]:
    """Scalars with a `$` that Docker rejects; it leaves the keys of mappings as they are."""
    text = document.source.yaml
    if document.literal or "$" not in text or not _may_be_unreadable(text, environment):
        return
    pending: list[Node] = [document.root] if document.root else []
    while pending:
        node = pending.pop()
        if isinstance(node, CollectionNode):
            values = node.children[1::2] if isinstance(node, MappingNode) else node.children
            pending.extend(reversed(values))
        elif isinstance(node, ScalarNode) and "$" in node.value:
            if has_hole(node.value):
                continue
            try:
                interpolate(node.value, environment)
            except InvalidInterpolation:
                yield node


def _may_be_unreadable(text: str, environment: Environment) -> bool:
    """Whether a closer look is needed: an invalid `$`, or a variable that must be set."""
    return (environment.complete and "?" in text) or next(unreadable(text), None) is not None
