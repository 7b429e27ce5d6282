"""Reads the ports that a service publishes and exposes."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.deployment import Port
from linter.model.text import Text
from linter.reading.resolver import Entries, Resolver
from linter.reading.short_ports import numbers, split
from linter.syntax.nodes import MappingNode, ScalarNode, SequenceNode, Value
from linter.syntax.source import Span


def published(resolver: Resolver, service: Entries) -> Iterator[Port]:
    """The ports under `ports:`."""
    for value in _items(resolver, service, "ports"):
        span = resolver.span(value)
        if isinstance(value, ScalarNode):
            yield _short(span, str(resolver.text(value)))
        elif isinstance(value, MappingNode):
            long = resolver.entries(value)
            mode, protocol = resolver.scalar(long, "mode"), resolver.scalar(long, "protocol")
            yield Port(
                span,
                _numbers(resolver.scalar(long, "target")),
                _numbers(resolver.scalar(long, "published")),
                str(mode) if mode else "ingress",
                str(protocol).lower() if protocol else "tcp",
            )


def exposed(resolver: Resolver, service: Entries) -> Iterator[range | None]:
    """The ports under `expose:`, each None if it is unknown."""
    for value in _items(resolver, service, "expose"):
        if isinstance(value, ScalarNode):
            yield _range(str(resolver.text(value)).partition("/")[0])


def _items(resolver: Resolver, service: Entries, key: str) -> list[Value]:
    entry = service.get(key)
    if entry is None or not isinstance(entry.value, SequenceNode):
        return []
    return [resolver.follow(item)[0] for item in entry.value.children]


def _short(span: Span, text: str) -> Port:
    _, published, target, protocol = split(text)
    return Port(span, _range(target), _range(published), protocol=protocol)


def _numbers(text: Text | None) -> range | None:
    if text is None:
        return range(0)
    return _range(text.value) if text.value is not None else None


def _range(text: str) -> range | None:
    """The numbers in a text; none in an empty one, and None if they are not known."""
    return numbers(text) if text else range(0)
