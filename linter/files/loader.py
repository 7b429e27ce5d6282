"""Loads the stacks that a command line names, with their settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from linter.files import decoding, search
from linter.files.decoding import Unreadable
from linter.files.globs import glob
from linter.files.settings import FILE_NAMES, Settings, StackFiles, UsageError, find
from linter.model.diagnostic import Severity, Unjudged
from linter.model.fault import fault
from linter.model.proxy import Proxy
from linter.model.stack import Stack
from linter.model.targets import Target
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import LINE_BREAK, Source

STDIN = "-"


class Request(NamedTuple):
    """What to load, from the command line."""

    sources: tuple[str, ...] = (".",)
    compose_files: tuple[str, ...] = ()
    stdin_filename: str = "<stdin>"
    config: str | None = None
    isolated: bool = False
    target: Target | None = None
    proxy: Proxy | None = None
    stack_name: str | None = None
    env_files: tuple[str, ...] = ()
    env: bool = False
    fail_on: Severity | None = None
    force_exclude: bool = False
    exclude: tuple[str, ...] = ()


class Job(NamedTuple):
    """The sources of one stack, with its settings."""

    sources: tuple[Source, ...]
    settings: Settings
    environment: Environment
    name: str | None
    env_files: tuple[str, ...] = ()

    @property
    def options(self) -> ReadOptions:
        """What is known in addition to the sources."""
        return ReadOptions(
            environment=self.environment,
            extra_labels=self.settings.extra_labels,
            stack_name=self.name,
            target=self.settings.target,
            proxy=self.settings.proxy,
        )


class Loader:
    """
    Turns a request into jobs.

    What cannot be read is appended to `unjudged`; `skipped` counts stack files without anything to
    check. `stdin` returns the bytes of standard input; `reader` reads the sources of a stack.
    """

    def __init__(
        self,
        request: Request,
        rules: frozenset[str],
        stdin: Callable[[], bytes],
        reader: Callable[[Iterable[Source], ReadOptions], Stack] = read,
    ) -> None:
        self._reader = reader
        self.request = request
        self.rules = rules
        self.stdin = cache(stdin)  # can be read only once, but may be named several times
        self.unjudged: list[Unjudged] = []
        self.skipped = 0
        self._settings_by_path: dict[str | None, Settings] = {}
        self._settings_by_folder: dict[str, Settings] = {}
        self._environment = Environment()
        self._seen: set[StackFiles] = set()
        self._read: set[str] = set()
        self._exclude = tuple(map(glob, request.exclude))

    def stacks(self) -> Iterator[tuple[Job, Stack]]:
        """The stacks that can be read. Raises UsageError."""
        yield from self._stacks(self.jobs())

    def others(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Stack]]:
        """Other configured stacks that share files with these jobs. Raises UsageError."""
        yield from self._stacks(self._other_jobs(jobs))

    def _stacks(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Stack]]:
        for job in jobs:
            try:
                stack = self._reader(job.sources, job.options)
            except NotYaml as error:
                path = error.span.source.path
                self.unjudged.append(Unjudged(path, error.reason, error.span))
            except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
                self.unjudged.append(fault(job.sources[0].path, error))
            else:
                yield job, stack

    def _other_jobs(self, jobs: Iterable[Job]) -> Iterator[Job]:
        for job in jobs:
            own = [os.path.abspath(source.path) for source in job.sources]
            for path in own:
                for stack in _stacks_of(path, job.settings):
                    if own != list(map(os.path.normpath, stack.files)):
                        yield from self._configured(stack, job.settings)

    def jobs(self) -> Iterator[Job]:
        """The stacks to load, each once. Raises UsageError."""
        request = self.request
        self._environment = _environment(request.env_files, process=request.env)
        if STDIN in request.sources:  # stands for the file with its name
            self._is_new(request.stdin_filename)
        if request.compose_files:
            settings = self.settings(request.compose_files[0])
            if (sources := self._read_all(request.compose_files)) is not None:
                yield self._job(sources, settings)
        for name in dict.fromkeys(request.sources):
            if name == STDIN:
                yield from self._stdin()
            elif os.path.isdir(name):
                yield from self._folder(name)
            else:
                yield from self._file(name)

    def _stdin(self) -> Iterator[Job]:
        name = self.request.stdin_filename
        try:
            source = decoding.decode(self.stdin(), name)
        except Unreadable as error:
            self._fail(name, error)
            return
        yield self._single(source, self.settings(name))

    def _file(self, name: str) -> Iterator[Job]:
        settings = self.settings(name)
        if self.request.force_exclude and self._excludes(name, settings):
            return
        stacks = _stacks_of(name, settings)
        for stack in stacks:
            yield from self._configured(stack, settings)
        if stacks or not self._is_new(name):
            return
        if (sources := self._read_all([name])) is not None:
            yield self._single(sources[0], settings)

    def _folder(self, folder: str) -> Iterator[Job]:
        for name in search.search(folder):
            settings = self.settings(name)
            if self._excludes(name, settings) or os.path.basename(name) in FILE_NAMES:
                continue
            stacks = _stacks_of(name, settings)
            for stack in stacks:
                yield from self._configured(stack, settings)
            if stacks:
                continue
            by_name = search.is_stack_file(name)
            try:
                source = decoding.read(name)
            except Unreadable as error:
                if by_name:
                    self._fail(name, error)
                continue
            if not search.contains_labels(source, by_name=by_name):
                self.skipped += by_name
            elif self._is_new(name):
                yield self._single(source, settings)

    def _excludes(self, name: str, settings: Settings) -> bool:
        """Whether the command line or the configuration excludes a file."""
        path = os.path.relpath(name).replace(os.sep, "/") if self._exclude else name
        return settings.excludes(name) or any(each.matches(path) for each in self._exclude)

    def _is_new(self, name: str) -> bool:
        """Whether a file has not been read yet, under this name or another."""
        path = os.path.realpath(name)
        if path in self._read:
            return False
        self._read.add(path)
        return True

    def _configured(self, stack: StackFiles, settings: Settings) -> Iterator[Job]:
        if stack in self._seen:
            return
        self._seen.add(stack)
        environment, env_files = self._environment, self.request.env_files
        config = os.path.relpath(settings.path) if settings.path else ""
        if stack.env_file:
            env_files = (os.path.relpath(stack.env_file),)
            origin = f"{config}: `env-file`"
            environment = _environment(env_files, process=self.request.env, origin=origin)
        names = [os.path.relpath(path) for path in stack.files]
        origin = f"; listed under `stacks` in {config}"
        if (sources := self._read_all(names, origin)) is not None:
            name = self.request.stack_name or stack.name
            yield Job(sources, settings, environment, name, env_files)

    def _single(self, source: Source, settings: Settings) -> Job:
        return self._job((source,), settings)

    def _job(self, sources: tuple[Source, ...], settings: Settings) -> Job:
        request = self.request
        return Job(sources, settings, self._environment, request.stack_name, request.env_files)

    def _read_all(self, names: Iterable[str], origin: str = "") -> tuple[Source, ...] | None:
        """All files of a stack, or None if one cannot be read; `origin` says what names them."""
        sources: list[Source] = []
        complete = True
        for name in names:
            try:
                if name == STDIN:
                    sources.append(decoding.decode(self.stdin(), self.request.stdin_filename))
                else:
                    sources.append(decoding.read(name))
            except Unreadable as error:
                self._fail(name, error, origin)
                complete = False
        return tuple(sources) if complete else None

    def _fail(self, name: str, error: Unreadable, origin: str = "") -> None:
        self.unjudged.append(Unjudged(name, f"cannot be read: {error}{origin}"))

    def settings(self, name: str) -> Settings:
        """The settings for a file: the nearest configuration, overridden by the command line."""
        folder = os.path.dirname(os.path.abspath(name))
        settings = self._settings_by_folder.get(folder)
        if settings is None:
            settings = self._settings_by_folder[folder] = self._settings_of(folder)
        return settings

    def _settings_of(self, folder: str) -> Settings:
        request = self.request
        found = request.config
        if found is None and not request.isolated:
            found = find(folder)
        if found not in self._settings_by_path:
            settings = self._load(found) if found else Settings()
            self._settings_by_path[found] = settings._replace(
                target=request.target or settings.target,
                proxy=request.proxy or settings.proxy,
                fail_on=request.fail_on or settings.fail_on,
            )
        return self._settings_by_path[found]

    def _load(self, path: str) -> Settings:
        from linter.files import config_file

        return config_file.load(path, self.rules)


def _stacks_of(name: str, settings: Settings) -> list[StackFiles]:
    """The configured stacks that a file belongs to."""
    if not settings.stacks:
        return []
    absolute = os.path.abspath(name)
    return [stack for stack in settings.stacks if absolute in map(os.path.normpath, stack.files)]


_ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")


def _environment(
    env_files: Iterable[str], *, process: bool, origin: str = "--env-file"
) -> Environment:
    """Variables from files, later ones first, then from the process environment if enabled."""
    variables = dict(os.environ) if process else {}
    given = process
    for name in env_files:
        given = True
        try:
            text = decoding.read(name, stream=True).text
        except Unreadable as error:
            raise UsageError(f"{origin}: {name}: cannot be read: {error}") from None
        for number, line in enumerate(LINE_BREAK.split(text), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            match = _ASSIGNMENT.fullmatch(line.strip())
            if not match:
                raise UsageError(f"{name}:{number}: expected NAME=VALUE")
            variables[match["name"]] = _unquoted(match["value"].strip())
    return Environment(variables, complete=given)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
