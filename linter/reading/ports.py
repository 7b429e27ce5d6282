"""Reads the ports that a service publishes and exposes."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.deployment import Port
from linter.model.text import Text
from linter.reading.resolver import Entries, Resolver
from linter.syntax.nodes import MappingNode, ScalarNode, SequenceNode, Value
from linter.syntax.scalars import whole_number
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


def _items(resolver: Resolver, service: Entries, key: str) -> Iterator[Value]:
    entry = service.get(key)
    if entry is not None and isinstance(entry.value, SequenceNode):
        for item in entry.value.children:
            yield resolver.follow(item)[0]


def _short(span: Span, text: str) -> Port:
    """Read `[[address:]published:]target[/protocol]`; both ports are numbers or ranges."""
    ports, _, protocol = text.partition("/")
    *outside, target = ports.rsplit(":", 2)
    return Port(
        span,
        _range(target),
        _range(outside[-1] if outside else ""),
        protocol=protocol.lower() or "tcp",
    )


def _numbers(text: Text | None) -> range | None:
    if text is None:
        return range(0)
    return _range(text.value) if text.value is not None else None


def _range(text: str) -> range | None:
    """Read `80` or `8000-8010`; an empty text is an empty range, any other text None."""
    if not text:
        return range(0)
    start, _, end = text.partition("-")
    first, last = whole_number(start), whole_number(end or start)
    return None if first is None or last is None else range(first, last + 1)
