"""Finds the scalars of a file that Docker cannot interpolate, or misreads."""

from __future__ import annotations

from collections.abc import Iterator

from linter.syntax.interpolation import (
    Environment,
    InvalidInterpolation,
    interpolate,
    messages_with_dash,
    unreadable,
)
from linter.syntax.mask import has_hole
from linter.syntax.nodes import CollectionNode, Document, MappingNode, Node, ScalarNode


def misread_scalars(document: Document, environment: Environment) -> Iterator[ScalarNode]:
    """
    Scalars with a `$` that Docker rejects, or with a message that it takes for a default.

    It leaves the keys of mappings as they are.
    """
    text = document.source.yaml
    if document.literal or "$" not in text or not _may_be_misread(text, environment):
        return
    pending: list[Node] = [document.root] if document.root else []
    while pending:
        node = pending.pop()
        if isinstance(node, CollectionNode):
            values = node.children[1::2] if isinstance(node, MappingNode) else node.children
            pending.extend(reversed(values))
        elif isinstance(node, ScalarNode) and _is_misread(node.value, environment):
            yield node


def _is_misread(text: str, environment: Environment) -> bool:
    if "$" not in text or has_hole(text):
        return False
    try:
        interpolate(text, environment)
    except InvalidInterpolation:
        return True
    return next(messages_with_dash(text), None) is not None


def _may_be_misread(text: str, environment: Environment) -> bool:
    """Whether a closer look is needed: an invalid `$`, or a variable that must be set."""
    if next(unreadable(text), None) is not None:
        return True
    return "?" in text and (environment.complete or "-" in text)
