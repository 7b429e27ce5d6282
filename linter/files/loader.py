"""Loads the stacks that a command line names, with their settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache

from linter import TYPE_CHECKING
from linter.files import decoding, search
from linter.files.at_revision import Revisions
from linter.files.configurations import Configurations
from linter.files.configured import ConfiguredStacks
from linter.files.environment import dotenv_next_to, environment, process_variables
from linter.files.forms import StackParts, alternatives, sift, stacks_in, without_stack
from linter.files.overwriting import Reports
from linter.files.references import References, stack_name
from linter.files.request import STDIN, Job, Reader, Request, is_folder
from linter.files.settings import FILE_NAMES, Settings, StackFiles, UsageError
from linter.files.sources import is_at_revision, unchangeable
from linter.model.diagnostic import Unjudged
from linter.model.fault import fault
from linter.model.globs import path_glob
from linter.model.progress import Display, silent
from linter.model.proxy import Proxy
from linter.model.stack import Stack
from linter.model.swarm import Running, is_running
from linter.reading.forms import may_have_one
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

if TYPE_CHECKING:
    from linter.files.revision import Revision


class Loader:
    """
    Turns a request into jobs.

    What cannot be read is appended to `unjudged`; `skipped` counts stack files without anything to
    check, and `without_labels` has their paths and those of other YAML files. `warnings` says,
    after the last job, what else should be known about the search. `proxies` are configurations of
    Interlock itself among the sources. `stdin` returns the bytes of standard input; `reader` reads
    the stack of a job, `swarm` finds what runs. `progress` shows how far it is.
    """

    def __init__(
        self,
        request: Request,
        rules: frozenset[str],
        stdin: Callable[[], bytes],
        reader: Reader = Job.read,
        progress: Display = silent,
        swarm: Callable[[str], Running] = lambda _source: Running(()),
    ) -> None:
        self._reader, self._swarm = reader, swarm
        self._progress, self._searching = progress("reading file"), progress("searching folder")
        self.skipped = self._done = self._known = self._others = 0
        self.request = request
        self.stdin = cache(stdin)  # can be read only once, but may be named several times
        self.unjudged: list[Unjudged] = []
        self.without_labels: list[str] = []
        self._environment = Environment()
        self.proxies: list[tuple[Proxy, Settings]] = []
        self._configured_stacks = ConfiguredStacks(process_variables(request), self.unjudged)
        self._read: set[str] = set()
        self._exclude = tuple(map(path_glob, request.exclude))
        self._repositories = search.Repositories()
        self._scope = search.Scope((*request.compose_files, *(request.sources or [os.curdir])))
        self._revisions = Revisions(self._fail)
        self._nothing: list[str] = []
        said = (self.unjudged, self._nothing)
        self._references = References(self._first, self._is_new, said, request.form)
        self._reports = Reports(request.outputs)
        configurations = Configurations(request, rules, self._reports)
        self.settings, self.settings_in = configurations.of, configurations.of_folder
        self._reports.must_not_be(*request.env_files, request.proxy.path if request.proxy else None)

    @property
    def warnings(self) -> list[str]:
        """What should be known about the search of folders."""
        return [*self._repositories.warnings(), *self._revisions.warnings, *self._nothing]

    def stacks(self) -> Iterator[tuple[Job, Stack]]:
        """The stacks that can be read. Raises UsageError."""
        yield from self.read(self.jobs())

    def others(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Stack]]:
        """Other configured stacks that share files with these jobs. Raises UsageError."""
        yield from self.read(self._other_jobs(jobs))

    def read(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Stack]]:
        """Those of these stacks that can be read."""
        for job in jobs:
            stack, why = job.attempt(self._reader)
            self.unjudged += why
            if stack is not None:
                yield job, stack

    def _other_jobs(self, jobs: Iterable[Job]) -> Iterator[Job]:
        known: set[str] = set()
        for job in jobs:
            own = [os.path.abspath(source.path) for source in job.sources]
            new = [path for path in own if path not in known]
            known.update(new)
            for path in new:
                for stack in self._configured_stacks.of(path, job.settings):
                    if own != list(stack.files):
                        yield from self._configured(stack, job.settings)

    def jobs(self) -> Iterator[Job]:
        """The stacks to load, each once. Raises UsageError."""
        request = self.request
        self._environment = environment(request, self._revisions)
        if STDIN in request.sources:  # stands for the file with its name
            self._is_new(os.path.realpath(request.stdin_filename))
        if request.compose_files:
            settings = self.settings(request.compose_files[0])
            if (sources := self._read_all(request.compose_files)) is not None:
                for each in alternatives(sources, request.form):
                    yield self._job(each, settings)
        nothing = not (request.sources or request.compose_files)
        names = [os.curdir] if nothing else list(dict.fromkeys(request.sources))
        folders = {name for name in names if is_folder(name)}
        self._known = len(names) - len(folders)
        for name in names:
            if name in folders:
                yield from self._guarded(name, self._folder(name))
                continue
            self._begin()
            if name == STDIN:
                yield from self._stdin()
            elif is_at_revision(name):
                yield from self._guarded(name, self._at_revision(name))
            elif is_running(name):
                yield from self._guarded(name, self._running(name))
            else:
                yield from self._guarded(name, self._file(name))
        self._progress(self._known, self._known)

    def _guarded(self, name: str, jobs: Iterator[Job]) -> Iterator[Job]:
        """The jobs of one file or folder; a bug while they are made must not stop the others."""
        try:
            yield from jobs
        except (UsageError, OSError):  # about more than this one
            raise
        except Exception as error:  # noqa: BLE001 - the same as above
            self.unjudged.append(fault(name, error))

    def _begin(self) -> None:
        """Say that the next file begins; it is done when the one after it begins."""
        self._progress(self._done, self._known)
        self._done += 1

    def _stdin(self) -> Iterator[Job]:
        name = self.request.stdin_filename
        try:
            source = decoding.decode(self.stdin(), name)
        except decoding.Unreadable as error:
            self._fail(name, error)
            return
        yield from self._each(source, self.settings(name))

    def _file(self, name: str) -> Iterator[Job]:
        self._reports.must_not_be(name)
        settings = self.settings(name)
        if self.request.force_exclude and self._excludes(name, settings):
            return
        if name.endswith(".toml"):
            self._add_proxy(name, settings)
            return
        stacks = self._configured_stacks.of(name, settings)
        for stack in stacks:
            yield from self._configured(stack, settings)
        if stacks or not self._is_new(os.path.realpath(name)):
            return
        if (sources := self._read_all([name])) is not None:
            yield from self._each(sources[0], settings)

    def _add_proxy(self, name: str, settings: Settings) -> None:
        """Read a configuration of Interlock itself."""
        from linter.files.config_file import load_proxy

        if self._is_new(name):
            try:
                self.proxies.append((load_proxy(name), settings))
            except UsageError as error:
                self.unjudged.append(Unjudged(name, f"cannot be read: {error}"))

    def _folder(self, folder: str) -> Iterator[Job]:
        found = search.search(folder, self._repositories, may_have_one, self._searching)
        self._report_unlisted(found.unlisted)
        names = [name for name in found.files if os.path.basename(name) not in FILE_NAMES]
        before = self._others
        self._known += len(names)
        for name in names:
            self._begin()
            yield from self._guarded(name, self._found(name))
        if self._others - before == len(names) and not found.unlisted:
            self._report_nothing(folder, search.why_nothing(names, found.ignored))

    def _at_revision(self, name: str) -> Iterator[Job]:
        """The stacks in a file or a folder at a revision of git."""
        others, failed, paths = self._others, len(self.unjudged), list[str]()
        for found in self._revisions.files(name):
            paths.append(found.path)
            settings = self.settings(found.on_disk)
            if not found.is_named and self._excludes(found.on_disk, settings):
                continue
            stacks = self._configured_stacks.of(found.on_disk, settings)
            for stack in stacks:
                yield from self._configured(stack, settings, found.at)
            source = None if stacks else self._revisions.sift(found)
            if source and found.is_named and self._is_new(found.identity):
                yield from self._each(source, settings)
            if stacks or found.is_named:
                continue
            parts = self._counted(source, by_name=found.by_name)
            if parts and self._is_new(found.identity):
                yield from self._jobs_of(parts, settings)
        if self._others - others == len(paths) and len(self.unjudged) == failed:
            self._report_nothing(name, search.why_nothing(paths))

    def _running(self, name: str) -> Iterator[Job]:
        """The stacks that run in a swarm; only one of them, if its name is given."""
        from linter.files import running  # only for this source

        found, problems = running.find(name, self.request, self._swarm)
        self.unjudged += problems
        if found is not None:
            self._nothing += (f"{name}: {each}" for each in found.warnings)
            yield from running.jobs(name, self.request, self.settings_in(os.curdir), found)

    def _found(self, name: str) -> Iterator[Job]:
        """The stacks that a file in a folder belongs to, or is."""
        by_name = search.is_stack_file(name)
        if by_name or search.is_yaml(name):
            self._reports.must_not_be(name)
        settings = self.settings(name)
        if self._excludes(name, settings):
            return
        stacks = self._configured_stacks.of(name, settings)
        for stack in stacks:
            yield from self._configured(stack, settings)
        if stacks or (path := self._scope.real(name)) in self._read:
            return  # any number of links may lead to one file
        try:
            source = sift(name, by_name=by_name)
        except decoding.Unreadable as error:
            self._fail(name, error)
            return
        found = self._counted(source, by_name=by_name)
        if not found:
            self.without_labels.append(name)
        else:
            self._read.add(path)
            self._reports.must_not_be(name)
            jobs = self._jobs_of(found, settings)
            if self._scope.covers(path):
                yield from jobs
                return
            where = f"links to a file outside of the {self._scope.kind}"
            outside = Unjudged(name, where, help="name that file to change it")
            yield from (job._replace(protected=(outside,)) for job in jobs)

    def _counted(self, source: Source | None, *, by_name: bool) -> list[StackParts]:
        """The stacks in a file of a folder; without any, it is counted as one of the others."""
        found = list(stacks_in(source, self.request.form)) if source else []
        self.skipped += by_name and not found
        self._others += not (by_name or found)
        return found

    def _report_unlisted(self, folders: Iterable[tuple[str, str]]) -> None:
        for name, reason in folders:
            inside = os.path.join(name, "stack.yml")
            if not self._excludes(inside, self.settings(inside)):
                self.unjudged.append(Unjudged(name, f"cannot be listed: {reason}"))

    def _report_nothing(self, folder: str, why: str) -> None:
        if self.request.sources and not self.request.allow_empty:
            help_text = "name the files to read, or use --allow-empty if this is expected"
            self.unjudged.append(Unjudged(folder, why, help=help_text))
        elif not self.request.allow_empty:
            self._nothing.append(why)

    def _excludes(self, name: str, settings: Settings) -> bool:
        """Whether the command line or the configuration excludes a file."""
        path = os.path.relpath(name).replace(os.sep, "/") if self._exclude else name
        return settings.excludes(name) or any(each.matches(path) for each in self._exclude)

    def _is_new(self, path: str) -> bool:
        """Whether a file has not been read yet; links in its path are resolved."""
        is_new = path not in self._read
        self._read.add(path)
        return is_new

    def _configured(
        self, stack: StackFiles, settings: Settings, at: Revision | None = None
    ) -> Iterator[Job]:
        if not self._configured_stacks.is_new(stack, at):
            return
        environment, env_files = self._environment, self.request.env_files
        if stack.env_file:
            env_files = (os.path.relpath(stack.env_file),)
            environment = self._configured_stacks.environment(stack.env_file, stack, settings, at)
        if sources := self._configured_stacks.sources(stack, settings, at):
            for each in alternatives(sources, self.request.form):
                job = self._job(each, settings, stack.name)
                yield job._replace(environment=environment, env_files=env_files)

    def _each(self, source: Source, settings: Settings) -> Iterator[Job]:
        """The stacks in one file that is named."""
        form, found = self.request.form, list(stacks_in(source, self.request.form))
        if not found and not self.request.allow_empty:
            self.unjudged.append(without_stack(source, form))
        yield from self._jobs_of(found, settings)

    def _jobs_of(self, found: Iterable[StackParts], settings: Settings) -> Iterator[Job]:
        for parts in found:
            for sources in self._references.resolved(parts):
                yield self._job(sources, settings, stack_name(parts))

    def _job(self, sources: tuple[Source, ...], settings: Settings, name: str | None = None) -> Job:
        request, view = self.request, sources[0].view
        stack = request.stack_name or name or (view.stack if view else None)
        fixed, dotenv = unchangeable(sources), dotenv_next_to(sources)
        job = Job(sources, settings, self._environment, stack, request.env_files, fixed, dotenv)
        return self._reports.checked(job)

    def _read_all(self, names: Collection[str]) -> tuple[Source, ...] | None:
        """All files of a stack, or None if one cannot be read."""
        sources: list[Source] = []
        for name in names:
            self._reports.must_not_be(name)
            try:
                if name == STDIN:
                    sources.append(decoding.decode(self.stdin(), self.request.stdin_filename))
                else:
                    sources.append(self._revisions.read(name))
            except decoding.Unreadable as error:
                self._fail(name, error)
        return tuple(sources) if len(sources) == len(names) else None

    def _first(self, path: str) -> Source | None:
        """A file that another one names; None if it is excluded, or cannot be read."""
        found = None if self._excludes(path, self.settings(path)) else self._read_all([path])
        return found[0] if found else None

    def _fail(self, name: str, error: decoding.Unreadable) -> None:
        self.unjudged.append(Unjudged(name, f"cannot be read: {error}"))
