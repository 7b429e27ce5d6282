"""Finds out which services and labels a finding is about."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate

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
        first = self._at(finding.span, around=True)
        seen = {id(service) for service, _ in first}
        yield from first
        for note in finding.notes:
            for service, _ in self._at(note.span, around=False):
                if id(service) not in seen:
                    seen.add(id(service))
                    yield service, None
        if not seen:
            yield None, None

    def _at(self, span: Span, *, around: bool) -> list[tuple[Service, Label | None]]:
        """The services with something that begins at a span, or else with a label around it."""
        candidates = self._by_start.get((span.source, span.start), ())
        if not candidates and around and span.source in self._around:
            candidates = self._around[span.source].covering(span)
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

    @cached_property
    def _around(self) -> dict[Source, _Places]:
        """The labels and values of each source, with the services that have them."""
        found: dict[Source, dict[tuple[int, int], list[Service]]] = {}
        for service in self.services:
            for label in (*service.written, *service.container_labels):
                for source, start, end in {label.span, label.value.span}:
                    found.setdefault(source, {}).setdefault((start, end), []).append(service)
        return {source: _Places(places) for source, places in found.items()}


class _Places:
    """Ranges of one source, with the services that have them."""

    def __init__(self, services: Mapping[tuple[int, int], Iterable[Service]]) -> None:
        self._ranges = sorted(services)
        self._services = services
        # The furthest end of the ranges up to each: before that, none covers what is beyond.
        self._ends = list(accumulate((end for _, end in self._ranges), max))

    def covering(self, span: Span) -> list[Service]:
        """The services with a range around a span."""
        found: dict[int, Service] = {}
        number = bisect_right(self._ranges, (span.start, sys.maxsize))
        while number and self._ends[number - 1] >= span.end:
            number -= 1
            if self._ranges[number][1] >= span.end:
                found.update((id(each), each) for each in self._services[self._ranges[number]])
        return list(found.values())


def label_at(service: Service, span: Span) -> Label | None:
    for label in (*service.written, *service.container_labels):
        if label.span.covers(span) or label.value.span.covers(span):
            return label
    return None
