"""Proves that fixes outside of labels change only values that Docker rejects."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import Any

from linter.model.diagnostic import Edit
from linter.model.stack import Stack
from linter.syntax.nodes import AliasNode, CollectionNode, Node, ScalarNode, nodes
from linter.syntax.source import Source

Pair = tuple[str, str]
"""The text of a scalar before and after."""


class Unproved(Exception):
    """A change does not do what it declares, or does more; the message says what."""


def mended(before: Stack, after: Stack, edits: Collection[Edit]) -> set[Pair]:
    """
    The scalars outside of labels that edits change, which Docker rejects.

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
                found.add((one.value, other.value))
            elif _described(one) != _described(other):
                raise Unproved("something else would change in the file")
    return found


def _places(stack: Stack, edits: Collection[Edit]) -> Iterator[tuple[Source, int]]:
    """Where the scalars begin that edits change, except for labels."""
    spans = [edit.span for edit in edits]
    for refusal in stack.refusals:
        if Edit(refusal.span, refusal.instead or "") in edits and not _is_label(
            stack, refusal.span
        ):
            yield refusal.span.source, refusal.span.start
    for text in stack.dollars:
        if any(text.span.covers(span) for span in spans):
            yield text.source, text.start


def _is_label(stack: Stack, span: object) -> bool:
    return any(label.value.span == span for each in stack.services for label in each.written)


def _described(node: Node | None) -> object:
    if isinstance(node, ScalarNode):
        return (node.value, node.style, node.tag, node.anchor)
    if isinstance(node, CollectionNode):
        return (type(node), len(node.children), node.tag, node.anchor, node.flow)
    return (AliasNode, node.name) if isinstance(node, AliasNode) else None


def differs_only(old: Any, new: Any, allowed: Collection[Pair]) -> bool:
    """Whether data of the second reader differ only in scalars with these texts."""
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
    return (old == new and type(old) is type(new)) or any(
        _can_be(old, before) and _can_be(new, after) for before, after in allowed
    )


def _can_be(value: Any, text: str) -> bool:
    """Whether the second reader may read a text as this value; it knows other numbers."""
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    if isinstance(value, int | float):
        return bool(text) and text[0] in "+-.0123456789"
    return value is None or isinstance(value, tuple) or value == text
