"""Counts files, stacks and services, each once, however many stacks a template can become."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.stack import Service, Stack


class Census:
    """What was seen so far."""

    def __init__(self) -> None:
        self.files = 0
        self.stacks = 0
        self.services = 0
        self._seen: set[tuple[str, int, int]] = set()

    def add(self, stack: Stack) -> list[Service]:
        """Count a stack; returns its services, without those that alternatives of it had."""
        number, of = stack.alternative
        if not number:
            self.files += len(stack.sources)
            self.stacks += 1
        found = list(stack.services if of == 1 else self._new(stack))
        self.services += len(found)
        return found

    def _new(self, stack: Stack) -> Iterator[Service]:
        for service in stack.services:
            place = service.name.span.sort_key
            if place not in self._seen:
                self._seen.add(place)
                yield service
