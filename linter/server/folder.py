"""Judges the stacks of a folder as they are in the editor, saved or not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from linter.checking import registry
from linter.checking.judging import new_checker
from linter.files import search, settings, sifting
from linter.files.loader import Loader
from linter.files.request import STDIN, Job, Request
from linter.files.settings import UsageError
from linter.model.diagnostic import Diagnostic, Unjudged
from linter.model.fault import fault
from linter.model.stack import Stack
from linter.routing.routes import Fleet, Route
from linter.server.recovery import Reader, absolute
from linter.syntax.source import Source

_Loaded = tuple[Job, Stack]
_T = TypeVar("_T")


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
    The stacks below the folders that are open in an editor, and the texts of open files.

    A file is judged with the stacks that share hosts with it, as they were when the folders were
    last `look`ed at. Paths are absolute, except for texts that are in no file.
    """

    def __init__(self, roots: Iterable[str] = ()) -> None:
        self.roots = tuple(roots)
        self.texts: dict[str, str] = {}
        self.writing: dict[str, int] = {}
        self._stacks: list[_Loaded] = []

    def look(self) -> dict[str, Judged]:
        """Read everything again; returns every file that belongs to a stack, or is open."""
        reader, unjudged, stacks = Reader(self.texts, self.writing), [], list[_Loaded]()
        problems: dict[str, str] = {}
        # An editor may have folders open that are on no disk.
        for sources in ((root,) for root in self.roots if os.path.isabs(root)):
            try:
                loader = self._loader(sources, reader)
                stacks += loader.stacks()
                unjudged += loader.unjudged
            except UsageError as error:
                problems = dict.fromkeys(self.texts, str(error))
        for path in self.texts.keys() - problems.keys():
            try:
                own, found = self._open(path, reader)
            except UsageError as error:
                problems[path] = str(error)
                continue
            files = {path, *_files(own)}
            stacks = [each for each in stacks if files.isdisjoint(_files([each]))] + own
            unjudged = [each for each in unjudged if absolute(each.path) != path] + found
        self._stacks = stacks
        judged = self._judged(stacks, {*_files(stacks), *self.texts}, unjudged, reader)
        return judged | {path: Judged(path, problem=text) for path, text in problems.items()}

    def judge(self, path: str) -> dict[str, Judged]:
        """Judge one file that is open; returns it and the other files of its stacks."""
        reader = Reader(self.texts, self.writing)
        try:
            own, unjudged = self._open(path, reader)
        except UsageError as error:
            return {path: Judged(path, problem=str(error))}
        files = {path, *_files(own)}
        hosts = set(_hosts(stack for _, stack in own))
        others = [
            each
            for each in self._stacks
            if files.isdisjoint(_files([each])) and not hosts.isdisjoint(_hosts([each[1]]))
        ]
        return self._judged([*own, *others], files, unjudged, reader)

    def _open(self, path: str, reader: Reader) -> tuple[list[_Loaded], list[Unjudged]]:
        """The stacks of an open file, whatever is on the disk, and what could not be judged."""
        try:
            return self._loaded(path, reader)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug about one file must not hide the others
            return [], [fault(path, error)]

    def _loaded(self, path: str, reader: Reader) -> tuple[list[_Loaded], list[Unjudged]]:
        loader = self._loader((STDIN,), reader, path)
        known = loader.settings(path)
        if any(path in stack.files for stack in known.stacks):
            loader = self._loader((path,), reader)
        elif known.excludes(path) or not self._may_be_one(path):
            return [], []
        return list(loader.stacks()), loader.unjudged

    def _may_be_one(self, path: str) -> bool:
        """Whether an open file may be a stack file, by its name, or because it has a label."""
        name, data = os.path.basename(path), self._text(path)
        if name in settings.FILE_NAMES:
            return False
        return (
            search.is_stack_file(path)
            or b"com.docker" in data
            or sifting.decoded(data, path, by_name=False) is not None
        )

    def _loader(self, sources: tuple[str, ...], reader: Reader, path: str = "") -> Loader:
        request = Request(sources, stdin_filename=path, allow_empty=True)
        return Loader(request, registry.names(), lambda: self._text(path), reader)

    def _text(self, path: str) -> bytes:
        return self.texts.get(path, "").encode("utf-8", "surrogatepass")

    def _judged(
        self,
        stacks: Iterable[_Loaded],
        paths: Iterable[str],
        unjudged: Iterable[Unjudged],
        reader: Reader,
    ) -> dict[str, Judged]:
        checker = new_checker()
        fleet = Fleet()
        for job, stack in stacks:
            checker.judge(stack, job.settings)
            if not stack.is_override:
                fleet.add(stack)
        report = checker.finish()
        problems = [*unjudged, *report.unjudged]
        problems += (
            Unjudged(path, error.reason, error.span) for path, error in reader.broken.items()
        )
        own = _by_path((source.path, each) for _, each in stacks for source in each.sources)
        findings = _by_path((each.path, each) for each in report.diagnostics)
        unread = _by_path((absolute(each.path), each) for each in problems)
        routes = _by_path(
            (path, route)
            for route in fleet.routes
            for path in {path for backend in route.backends for path in backend.stack}
        )
        return {
            path: Judged(
                path,
                tuple(dict.fromkeys(own.get(path, ()))),
                tuple(findings.get(path, ())),
                tuple(unread.get(path, ())),
                tuple(routes.get(path, ())),
            )
            for path in paths
        }


def _by_path(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for path, each in pairs:
        found.setdefault(path, []).append(each)
    return found


def _files(stacks: Iterable[_Loaded]) -> set[str]:
    """The paths of all files of stacks."""
    return {source.path for _, stack in stacks for source in stack.sources}


def _hosts(stacks: Iterable[Stack]) -> Iterator[object]:
    for stack in stacks:
        for service in stack.services:
            yield from (host.name for host in service.hosts)
            if service.is_on("default_backend"):
                yield None
