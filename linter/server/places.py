"""Finds what is at a place in a stack file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linter.model.label import Label, LabelBlock
from linter.model.stack import Service, Stack
from linter.syntax.documents import document_of
from linter.syntax.nodes import AliasNode, Node, nodes
from linter.syntax.source import Source, Span


class Found(NamedTuple):
    """A label of a service at a place; `in_value` if the place is in its value."""

    stack: Stack
    service: Service
    label: Label
    in_value: bool


class Inside(NamedTuple):
    """A `labels:` block that a place is in, and what is written on its line before the place."""

    stack: Stack
    service: Service
    block: LabelBlock
    before: str


class Anchor(NamedTuple):
    """An anchor: its name, the content it stands for, and where it and its aliases are."""

    name: str
    content: Span
    spans: list[Span]


def labels_at(stacks: tuple[Stack, ...], path: str, offset: int) -> Iterator[Found]:
    """The labels at an offset, of each service that gets them from there."""
    for stack in stacks:
        for service in stack.services:
            for label in service.everywhere:
                span = label.span
                if span.source.path == path and span.start <= offset <= span.end:
                    in_value = label.value.start <= offset <= label.value.end
                    yield Found(stack, service, label, in_value and offset > label.key.end)


def block_at(stacks: tuple[Stack, ...], source: Source, offset: int) -> Inside | None:
    """
    The `labels:` under `deploy` that an offset is in, by the indentation of its line.

    In flow style, what is written before the place is that of its item alone.
    """
    found: tuple[Stack, Service, LabelBlock] | None = None
    for stack in stacks:
        for service in stack.services:
            for block in service.blocks:
                key = block.key
                is_before = key.start <= offset and key.source.path == source.path
                if is_before and (found is None or found[2].key.start < key.start):
                    found = stack, service, block
    if found is None:
        return None
    key, value = found[2].key, found[2].value
    if value.start < offset < value.end and source.text[value.start] in "{[":
        item = re.split(r"[{\[,]", source.text[value.start : offset])[-1]
        return Inside(*found, item.lstrip("\r\n"))
    start = source.line_start(offset)
    before = source.text[start:offset]
    column = len(before) - len(before.lstrip(" -"))
    left = key.position.column - 1
    is_inside = left < column and _is_inside(source, key, start, left)
    return Inside(*found, before) if is_inside else None


def _is_inside(source: Source, key: Span, start: int, left: int) -> bool:
    """Whether all lines between a key and a line are further to the right than the key."""
    between = source.text[source.next_line(key.start) : start].splitlines()
    return start > source.line_start(key.start) and all(
        len(line) - len(line.lstrip(" ")) > left or line.lstrip().startswith("-")
        for line in filter(str.strip, between)
    )


def service_at(stacks: tuple[Stack, ...], path: str, offset: int) -> Service | None:
    """The service whose definition is the last to begin before an offset."""
    found: Service | None = None
    for stack in stacks:
        for service in stack.services:
            name = service.name
            if name.source.path == path and name.start <= offset:
                found = service if found is None or found.name.start < name.start else found
    return found


def anchor_at(source: Source, offset: int) -> Anchor | None:
    """What the alias or the anchor at an offset stands for."""
    document = document_of(source)
    if document.literal:
        return None
    found: dict[int, Anchor] = {}
    chosen: int | None = None
    for node in nodes(document.root):
        target: Node = node.target if isinstance(node, AliasNode) else node
        name = node.name if isinstance(node, AliasNode) else getattr(node, "anchor", None)
        if name is None:
            continue
        span = document.span(node)
        if not isinstance(node, AliasNode):
            span = _anchor_span(source, node.start, name)
        content = document.span(target)
        found.setdefault(id(target), Anchor(name, content, [])).spans.append(span)
        if span.start <= offset <= span.end:
            chosen = id(target)
    return None if chosen is None else found[chosen]


def _anchor_span(source: Source, start: int, name: str) -> Span:
    """The `&name` before a node."""
    place = source.text.rfind(f"&{name}", 0, start)
    return Span(source, place, place + len(name) + 1) if place >= 0 else Span(source, start, start)
