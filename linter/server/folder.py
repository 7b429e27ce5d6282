"""Judges the stacks of a folder as they are in the editor, saved or not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from linter.checking import registry
from linter.checking.engine import Engine
from linter.checking.plan import Selection
from linter.files.loader import Loader
from linter.files.request import STDIN, Job, Request
from linter.files.settings import UsageError
from linter.model.diagnostic import Diagnostic, Unjudged
from linter.model.stack import Stack
from linter.routing.routes import Fleet, Route
from linter.server.recovery import Reader
from linter.syntax.source import Source


class Judged(NamedTuple):
    """
    What is known of a file: the stacks that it is part of, and what the rules find in it.

    `problem` is why it could not be judged, or the configuration that is wrong. `routes` are those
    of its services, with all other services on them.
    """

    path: str
    stacks: tuple[Stack, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    routes: tuple[Route, ...] = ()
    problem: str = ""

    @property
    def source(self) -> Source | None:
        """The text of the file, as far as it can be read."""
        sources = (source for stack in self.stacks for source in stack.sources)
        return next((each for each in sources if each.path == self.path), None)


class Folder:
    """
    The stacks below a folder, and the texts of files that are open in the editor.

    A file is judged with the stacks that share hosts with it, as they were when the folder was
    last `look`ed at. Paths are absolute.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.texts: dict[str, str] = {}
        self.writing: dict[str, int] = {}
        self._rules = registry.load()
        self._stacks: list[tuple[Job, Stack]] = []

    def look(self) -> dict[str, Judged]:
        """Read all stacks of the folder again; returns every file that belongs to one."""
        reader = Reader(self.texts, self.writing)
        try:
            loader = self._loader((self.root,), reader)
            self._stacks = list(loader.stacks())
        except UsageError as error:
            return {path: Judged(path, problem=str(error)) for path in self.texts}
        paths = {source.path for _, stack in self._stacks for source in stack.sources}
        found = self._judged(self._stacks, paths, loader.unjudged, reader)
        for path in self.texts.keys() - found.keys():
            found[path] = self.judge(path)
        return found

    def judge(self, path: str) -> Judged:
        """Judge one file that is open."""
        reader = Reader(self.texts, self.writing)
        sources = (path,) if os.path.isfile(path) else (STDIN,)
        try:
            loader = self._loader(sources, reader, path)
            own = list(loader.stacks())
        except UsageError as error:
            return Judged(path, problem=str(error))
        files = {source.path for _, stack in own for source in stack.sources}
        hosts = set(_hosts(stack for _, stack in own))
        others = [
            (job, stack)
            for job, stack in self._stacks
            if files.isdisjoint(source.path for source in stack.sources)
            and not hosts.isdisjoint(_hosts([stack]))
        ]
        return self._judged([*own, *others], {path}, loader.unjudged, reader)[path]

    def _loader(self, sources: tuple[str, ...], reader: Reader, path: str = "") -> Loader:
        request = Request(sources, stdin_filename=path, allow_empty=True)

        def text() -> bytes:
            return self.texts.get(path, "").encode("utf-8", "surrogatepass")

        return Loader(request, frozenset(self._rules), text, reader)

    def _judged(
        self,
        stacks: Iterable[tuple[Job, Stack]],
        paths: Iterable[str],
        unjudged: Iterable[Unjudged],
        reader: Reader,
    ) -> dict[str, Judged]:
        today = date.today()  # noqa: DTZ011 - a day of the user's calendar
        engine = Engine(self._rules.values(), Selection(), today)
        fleet = Fleet()
        for job, stack in stacks:
            engine.judge(stack, job.settings)
            if not stack.is_override:
                fleet.add(stack)
        report = engine.finish()
        problems = [*unjudged, *report.unjudged]
        problems += (
            Unjudged(path, error.reason, error.span) for path, error in reader.broken.items()
        )
        found = {path: Judged(path) for path in paths}
        for path in found:
            own = [stack for _, stack in stacks if any(each.path == path for each in stack.sources)]
            found[path] = Judged(
                path,
                tuple(own),
                tuple(each for each in report.diagnostics if each.path == path),
                tuple(each for each in problems if each.path == path),
                tuple(_routes_of(fleet, own)),
            )
        return found


def _hosts(stacks: Iterable[Stack]) -> Iterator[object]:
    for stack in stacks:
        for service in stack.services:
            yield from (host.name for host in service.hosts)
            if service.is_on("default_backend"):
                yield None


def _routes_of(fleet: Fleet, stacks: list[Stack]) -> Iterator[Route]:
    files = {tuple(source.path for source in stack.sources) for stack in stacks}
    for route in fleet.routes:
        if any(backend.stack in files for backend in route.backends):
            yield route
