"""Finds out which services and labels a finding is about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, chain

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
        """The services of the last thing that begins before a span, if any reaches beyond it."""
        starts, ends = self._places.get(span.source, ([], []))
        number = bisect_right(starts, span.start) - 1
        if number < 0 or ends[number] < span.end:
            return []
        return self._by_start[span.source, starts[number]]

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
    def _each(self) -> tuple[Service, ...]:
        """The services, each once."""
        return tuple(dict.fromkeys(self._services))

    @cached_property
    def _places(self) -> dict[Source, tuple[list[int], list[int]]]:
        """Where something begins in each source, in order, and how far all until there reaches."""
        found: dict[Source, dict[int, int]] = {}
        for span in chain.from_iterable(map(_places_of, self._each)):
            ends = found.setdefault(span.source, {})
            ends[span.start] = max(span.end, ends.get(span.start, 0))
        ordered = {source: dict(sorted(ends.items())) for source, ends in found.items()}
        return {
            source: (list(ends), list(accumulate(ends.values(), max)))
            for source, ends in ordered.items()
        }

    @cached_property
    def _by_start(self) -> dict[tuple[Source, int], list[Service]]:
        """The services by where their names, labels and values begin."""
        found: dict[tuple[Source, int], list[Service]] = {}
        for service in self._each:
            places = ((span.source, span.start) for span in _places_of(service))
            for source, start in dict.fromkeys(places):
                found.setdefault((source, start), []).append(service)
        return found


def _places_of(service: Service) -> Iterator[Span]:
    """The name of a service, its blocks, and its labels with their values."""
    yield service.name.span
    yield from (block.key for block in service.blocks)
    yield from (shadowed.by for shadowed in service.shadowed)
    for label in (*service.everywhere, *service.labels):
        yield label.span
        yield label.value.span


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
