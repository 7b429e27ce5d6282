"""Finds out which services and labels a finding is about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from linter.model.diagnostic import Finding
from linter.model.label import Label
from linter.model.stack import Service
from linter.syntax.source import Source, Span


class Attribution:
    """Finds the services that a finding points at; several may share a place in the file."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = services
        self._labels: dict[int, _Labels] = {}

    def about(self, finding: Finding) -> Iterator[tuple[Service | None, Label | None]]:
        """The services at the span of a finding, with the label there, then those at its notes."""
        first = self._at(finding.span, self._around(finding.span))
        seen = {id(service) for service, _ in first}
        yield from first
        for note in finding.notes:
            for service, _ in self._at(note.span, ()):
                if id(service) not in seen:
                    seen.add(id(service))
                    yield service, None
        if not seen:
            yield None, None

    def label_at(self, service: Service, span: Span) -> Label | None:
        """The label of a service that a span is in; None if it is in no label."""
        labels = self._labels.get(id(service))
        if labels is None:
            labels = self._labels[id(service)] = _Labels(service)
        return labels.at(span)

    def _around(self, span: Span) -> list[Service]:
        """The services of the last name, label or value that begins before a span."""
        starts = self._starts.get(span.source, [])
        number = bisect_right(starts, span.start)
        return self._by_start[span.source, starts[number - 1]] if number else []

    def _at(self, span: Span, others: Iterable[Service]) -> list[tuple[Service, Label | None]]:
        """The services with something that begins at a span, or else around it."""
        candidates = self._by_start.get((span.source, span.start), others)
        labels = ((service, self.label_at(service, span)) for service in candidates)
        return [(service, label) for service, label in labels if label] or [
            (service, None)
            for service in candidates
            if span == service.name.span
            or any(block.key == span for block in service.blocks)
            or any(shadowed.by == span for shadowed in service.shadowed)
        ]

    @cached_property
    def _starts(self) -> dict[Source, list[int]]:
        """Where something begins in each source, in order."""
        found: dict[Source, list[int]] = {}
        for source, start in self._by_start:
            found.setdefault(source, []).append(start)
        return {source: sorted(starts) for source, starts in found.items()}

    @cached_property
    def _by_start(self) -> dict[tuple[Source, int], list[Service]]:
        """The services by where their names, labels and values begin."""
        found: dict[tuple[Source, int], list[Service]] = {}
        for service in dict.fromkeys(self._services):
            spans = [service.name.span, *(block.key for block in service.blocks)]
            spans += (shadowed.by for shadowed in service.shadowed)
            for label in (*service.everywhere, *service.labels):
                spans += (label.span, label.value.span)
            for source, start in dict.fromkeys((span.source, span.start) for span in spans):
                found.setdefault((source, start), []).append(service)
        return found


class _Labels:
    """The labels of a service by where they and their values begin, and how far these reach."""

    def __init__(self, service: Service) -> None:
        self._labels = tuple(service.everywhere)
        self._places: list[tuple[str, int, int, int]] = []
        for number, label in enumerate(self._labels):
            path, value = label.key.source.path, label.value
            self._places.append((path, label.start, -number, label.end))
            self._places.append((value.source.path, value.start, -number, value.end))
        self._places.sort()
        self._ends = list(accumulate(((path, end) for path, _, _, end in self._places), max))

    def at(self, span: Span) -> Label | None:
        """The label that a span is in: of several, the one that begins last."""
        path = span.source.path
        number = bisect_right(self._places, (path, span.start, 1)) - 1
        while number >= 0 and self._ends[number] >= (path, span.end):
            label = self._labels[-self._places[number][2]]
            if label.span.covers(span) or label.value.span.covers(span):
                return label
            number -= 1
        return None
