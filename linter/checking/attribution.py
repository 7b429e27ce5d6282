"""Finds out which services and labels a finding is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from linter.model.diagnostic import Finding
from linter.model.label import Label
from linter.model.stack import Service
from linter.syntax.source import Source, Span


class Attribution:
    """Finds the services that a finding points at; several may share a place in the file."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = list(dict.fromkeys(services))

    def about(self, finding: Finding) -> Iterator[tuple[Service | None, Label | None]]:
        """The services at the span of a finding, with the label there, then those at its notes."""
        first = self._at(finding.span, self.services)
        seen = {id(service) for service, _ in first}
        yield from first
        for note in finding.notes:
            for service, _ in self._at(note.span, ()):
                if id(service) not in seen:
                    seen.add(id(service))
                    yield service, None
        if not seen:
            yield None, None

    def _at(self, span: Span, others: Iterable[Service]) -> list[tuple[Service, Label | None]]:
        """The services with something that begins at a span, or else around it."""
        candidates = self._by_start.get((span.source, span.start), others)
        labels = ((service, label_at(service, span)) for service in candidates)
        return [(service, label) for service, label in labels if label] or [
            (service, None)
            for service in candidates
            if span == service.name.span
            or any(block.key == span for block in service.blocks)
            or any(shadowed.by == span for shadowed in service.shadowed)
        ]

    @cached_property
    def _by_start(self) -> dict[tuple[Source, int], list[Service]]:
        """The services by where their names, labels and values begin."""
        found: dict[tuple[Source, int], list[Service]] = {}
        for service in self.services:
            spans = [service.name.span, *(block.key for block in service.blocks)]
            spans += (shadowed.by for shadowed in service.shadowed)
            for label in (*service.written, *service.container_labels):
                spans += (label.span, label.value.span)
            for source, start in dict.fromkeys((span.source, span.start) for span in spans):
                found.setdefault((source, start), []).append(service)
        return found


def label_at(service: Service, span: Span) -> Label | None:
    for label in (*service.written, *service.container_labels):
        if label.span.covers(span) or label.value.span.covers(span):
            return label
    return None
