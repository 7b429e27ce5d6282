"""Tells which services of several stacks are one, because a template can become any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.model.stack import Service, Stack


def in_alternatives(stacks: Iterable[Stack]) -> dict[int, frozenset[int]]:
    """For each service of a template, by identity, those that it is in other alternatives."""
    places: dict[tuple[str, int, int], list[int]] = {}
    for stack in stacks:
        if stack.alternative.of > 1:
            for service in stack.services:
                places.setdefault(service.name.span.sort_key, []).append(id(service))
    return {each: frozenset(same) for same in places.values() for each in same}


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
