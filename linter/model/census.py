"""Counts files, stacks and services; a template that can become several stacks counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.model.stack import Service, Stack
from linter.record import Record
from linter.syntax.source import Source


def in_alternatives(stacks: Iterable[Stack]) -> dict[int, frozenset[int]]:
    """For each service of a template, by identity, those that it is in other alternatives."""
    places: dict[tuple[str, int, int], list[int]] = {}
    for stack in stacks:
        if stack.alternative.of > 1:
            for service in stack.services:
                places.setdefault(service.name.span.sort_key, []).append(id(service))
    return {each: frozenset(same) for same in places.values() for each in same}


class Counts(Record):
    """The numbers of files, stacks and services."""

    __slots__ = ("files", "services", "stacks")

    def __init__(self, files: int = 0, stacks: int = 0, services: int = 0) -> None:
        self.files = files
        self.stacks = stacks
        self.services = services


_NOTHING = Counts()


class Census:
    """What was seen so far, by the first file of each stack."""

    def __init__(self) -> None:
        self.by_path: dict[str, Counts] = {}
        self._seen: set[tuple[str, int, int]] = set()
        self._texts: set[str] = set()

    def add(self, stack: Stack) -> list[Service]:
        """Count a stack; returns its services, without those that alternatives of it had."""
        alternative = stack.alternative
        counts = self.by_path.get(stack.path, _NOTHING)
        files, stacks = counts.files, counts.stacks
        if not alternative.number:
            files += sum(map(self._is_new_file, stack.sources))
            stacks += 1
        found = list(stack.services if alternative.of == 1 else self._new(stack))
        self.by_path[stack.path] = Counts(files, stacks, counts.services + len(found))
        return found

    @property
    def total(self) -> Counts:
        """The numbers over everything."""
        counts = self.by_path.values()
        return Counts(
            sum(each.files for each in counts),
            sum(each.stacks for each in counts),
            sum(each.services for each in counts),
        )

    def _is_new_file(self, source: Source) -> bool:
        """Whether a source counts as a file; several stacks may be in one."""
        if source.path in self._texts or not source.is_written:
            return False
        if source.view is not None:
            self._texts.add(source.path)
        return True

    def _new(self, stack: Stack) -> Iterator[Service]:
        for service in stack.services:
            place = service.name.span.sort_key
            if place not in self._seen:
                self._seen.add(place)
                yield service
