"""Proves that fixes outside of labels change only values that Docker rejects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import product, zip_longest
from typing import Any

from linter.model.diagnostic import Edit
from linter.model.stack import Stack
from linter.syntax.nodes import AliasNode, CollectionNode, Node, ScalarNode, nodes
from linter.syntax.source import Source

Pair = tuple[str, str]
"""A text before and after, or the kind of value that it stands for."""

# No text begins with the first character, because YAML does not allow it.
_BOOLEAN, _NUMBER, _OTHER = "\0boolean", "\0number", "\0other"


class Unproved(Exception):
    """A change does not do what it declares, or does more; the message says what."""


def repaired(before: Stack, after: Stack, edits: Collection[Edit]) -> set[Pair]:
    """
    What may differ, because edits change scalars outside of labels that Docker rejects.

    Raises Unproved if anything but these scalars and labels differs.
    """
    places = set(_places(before, edits))
    found: set[Pair] = set()
    if not places:
        return found
    for old, new in zip(before.documents, after.documents, strict=True):
        for one, other in zip_longest(nodes(old.root), nodes(new.root)):
            if isinstance(one, ScalarNode) and (old.source, one.start) in places:
                if not isinstance(other, ScalarNode):
                    raise Unproved("a value would become something else")
                found.update(_allowed(one.value, other.value))
            elif _described(one) != _described(other):
                raise Unproved("something else would change in the file")
    return found


def _places(stack: Stack, edits: Collection[Edit]) -> Iterator[tuple[Source, int]]:
    """Where the scalars begin that edits change, except for labels."""
    made, starts = set(edits), sorted(edit.span.sort_key for edit in edits)
    labels = {label.value.span for service in stack.services for label in service.written}
    for refusal in stack.refusals:
        applied = refusal.edits and made.issuperset(refusal.edits)
        if applied and refusal.span not in labels:
            yield refusal.span.source, refusal.span.start
    for text in stack.dollars:
        first = bisect_left(starts, text.span.sort_key[:2])
        if first < len(starts) and starts[first] <= (text.source.path, text.end, text.end):
            yield text.source, text.start


def _described(node: Node | None) -> object:
    if isinstance(node, ScalarNode):
        return (node.value, node.style, node.tag, node.anchor)
    if isinstance(node, CollectionNode):
        return (type(node), len(node.children), node.tag, node.anchor, node.flow)
    return (AliasNode, node.name) if isinstance(node, AliasNode) else None


def differs_only(old: Any, new: Any, allowed: Collection[Pair]) -> bool:
    """Whether data of the second reader differ only as allowed."""
    if isinstance(old, dict) and isinstance(new, dict):
        return len(old) == len(new) and all(
            differs_only(one, other, allowed) and differs_only(old[one], new[other], allowed)
            for one, other in zip(old, new, strict=True)
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(
            differs_only(one, other, allowed) for one, other in zip(old, new, strict=True)
        )
    if isinstance(old, dict | list) or isinstance(new, dict | list):
        return False
    if old == new and type(old) is type(new):
        return True
    return (_kind(old), _kind(new)) in allowed


def _allowed(before: str, after: str) -> Iterator[Pair]:
    """What the second reader may read for the text of a scalar before and after."""
    return product(_kinds(before), _kinds(after))


def _kinds(text: str) -> Iterator[str]:
    """How the second reader may read a text; it knows other numbers than Docker."""
    yield text
    yield _OTHER
    if text.lower() in ("true", "false"):
        yield f"{_BOOLEAN} {text.lower()}"
    if text and text[0] in "+-.0123456789":
        yield _NUMBER


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return f"{_BOOLEAN} {value}".lower()
    if isinstance(value, int | float):
        return _NUMBER
    return _OTHER if value is None or isinstance(value, tuple) else str(value)
