"""Loads the two sides of a plan, OLD and NEW."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Sequence

from linter.files.at_revision import Revisions
from linter.files.contents import FilesNextTo
from linter.files.decoding import Unreadable
from linter.files.loader import Loader
from linter.files.pairing import matches
from linter.files.request import STDIN, Job, Reader, Request
from linter.files.settings import UsageError
from linter.files.side import FILES, OF, Key, LoadedSide, Named
from linter.files.sources import PREFIX, is_at_revision, parts_of
from linter.model.diagnostic import Unjudged
from linter.model.progress import Display, silent
from linter.model.stack import Stack
from linter.model.swarm import Running, is_record, is_running
from linter.reading.deployed_reader import deployed
from linter.routing.stack_changes import Side

Found = Iterable[tuple[Job, Stack]]

_LAST_COMMIT = f"{PREFIX}HEAD:"
"""OLD, if only NEW is named."""


def named(sources: Sequence[str], files: Sequence[str] = ()) -> tuple[Named, Named]:
    """The two sides that these sources, and `files` given with -c, mean. Raises UsageError."""
    if len(sources) > 2:
        raise UsageError("name OLD and NEW, or one of them")
    if len(sources) == 2:
        if STDIN in sources[:1] and sources[0] == sources[1]:
            raise UsageError("only one side can be stdin")
        return Named.of(sources[0]), Named.of(sources[1])
    source = sources[0] if sources else os.curdir
    if is_running(source) and files:
        return Named.of(source), Named.of(os.curdir)
    if is_running(source):
        raise UsageError(f"name NEW too: `interlock-lint plan {source} stack.yml`")
    if source == STDIN:
        raise UsageError("name OLD too: `interlock-lint plan OLD -`")
    if is_at_revision(source):
        path = parts_of(source)[1] or os.curdir
        return Named.of(source), Named.of(path, implied=True)
    return Named.of(f"{_LAST_COMMIT}{source}", implied=True), Named.of(source)


class Sides:
    """
    Loads the stacks of both sides.

    The arguments are those of the loader; what is loaded passes through `announced`.
    """

    def __init__(
        self,
        request: Request,
        rules: frozenset[str],
        stdin: Callable[[], bytes],
        reader: Reader = Job.read,
        progress: Display = silent,
        swarm: Callable[[str], Running] = lambda _source: Running(()),
        announced: Callable[[Found], Found] = iter,
    ) -> None:
        self._swarm = swarm
        self._announced = announced
        # Engines have whole paths; between files, only what is written there counts.
        self._has_whole_paths = any(map(is_running, request.sources))
        self._request = request
        self._rules = rules
        self._stdin = stdin
        self._reader = reader
        self._progress = progress
        self._revisions = Revisions()
        self.unjudged: list[Unjudged] = []
        self.warnings: list[str] = []
        # A stack that is read only once, because it stays the same, is worked out only once.
        self._sides: dict[int, tuple[Side, bool]] = {}
        self._before: dict[int, tuple[Side, bool]] = {}
        self._missing = set(request.compose_files)  # wherever they were looked up
        if any(map(is_at_revision, request.compose_files)):
            raise UsageError("-c: name files only; they are looked up in OLD and NEW")

    def both(self, sources: Sequence[str]) -> tuple[LoadedSide, LoadedSide]:
        """OLD and NEW, as these sources mean them. Raises UsageError."""
        old, new = map(self.load, named(sources, self._request.compose_files))
        self.complete(old, new)
        return old, new

    def load(self, side: Named) -> LoadedSide:
        """The stacks of a side. Raises UsageError."""
        self._before, self._sides = self._sides, {}
        request = self._request_for(side)
        loaded = LoadedSide(side, {}, set(), {})
        if request is not None:
            self._load(loaded, request)
        return loaded

    def complete(self, old: LoadedSide, new: LoadedSide) -> None:
        """
        Read the stacks that only one folder has in the other one too, if their files are there.

        A file without any label is not looked at in a folder. But if its labels were removed, its
        services were not.
        """
        if self._request.compose_files or not (old.named.is_folder and new.named.is_folder):
            return
        if not (old.is_readable and new.is_readable):
            return
        both = dict(matches(old, new))
        self._add(new, old.stacks.keys() - both.values())
        self._add(old, new.stacks.keys() - both.keys())

    def unknown_files(self) -> list[Unjudged]:
        """The files of the command line that are on neither side, once both are loaded."""
        reason = "cannot be read: no such file on either side"
        return [Unjudged(name, reason) for name in sorted(self._missing)]

    def _add(self, loaded: LoadedSide, keys: Iterable[Key]) -> None:
        request = self._request_for(loaded.named)
        for key in sorted(keys):
            names = (_in_base(loaded.named, path) for path in key)
            known = tuple(name for name in names if self._exists(name))
            if request is not None and known and loaded.failed.isdisjoint(key):
                self._load(loaded, request._replace(sources=(), compose_files=known))

    def _load(self, loaded: LoadedSide, request: Request) -> None:
        progress = self._progress
        loader = Loader(request, self._rules, self._stdin, self._reader, progress, self._as_asked)
        for job, stack in self._announced(loader.stacks()):
            key = tuple(loaded.named.key(each.path) for each in stack.sources)
            self._has_whole_paths |= is_record(job.sources[0])
            if is_record(job.sources[0]) and job.sources[0].is_written:
                # A record may have many stacks, and services that belong to none.
                key = (f"{key[0]}{OF}{job.name or stack.services[0].name}",)
            problems = list(stack.unjudged)
            if problems:
                self.unjudged += problems
                loaded.failed.update(key)
            elif number := stack.alternative.number:
                loaded.others.setdefault(key, {})[number] = (job, self._side(job, stack))
            else:
                loaded.stacks[key] = (job, self._side(job, stack))
        for each in loader.unjudged:
            loaded.failed.update((each.path, loaded.named.key(each.path)))
        self.unjudged += (_with_help(each, loaded.named) for each in loader.unjudged)
        self.warnings += loader.warnings

    def _as_asked(self, source: str) -> Running:
        """What runs in a swarm; as many tasks count as should run, as in a file."""
        found = self._swarm(source)
        stacks = (each._replace(swarm=each.swarm.as_asked) for each in found.stacks)
        return found._replace(stacks=tuple(stacks))

    def _side(self, job: Job, stack: Stack) -> Side:
        side, depends = self._before.get(id(stack), (None, True))
        if side is None or depends:
            contents = FilesNextTo(job.sources[0].path, self._revisions)
            folder = os.path.dirname(os.path.abspath(stack.path)) if self._has_whole_paths else None
            side = Side(stack, deployed(stack, job.environment, contents, folder))
            depends = contents.asked
        self._sides[id(stack)] = (side, depends)
        return side

    def _request_for(self, side: Named) -> Request | None:
        """What to load for a side; None if it is implied, and not there."""
        request = self._request
        env_files = tuple(self._env_file(side, name) for name in request.env_files)
        request = request._replace(env_files=env_files)
        if side.is_running:
            return request._replace(sources=(side.source,), compose_files=(), allow_empty=True)
        if request.compose_files:
            found = {name: _in_base(side, name) for name in request.compose_files}
            if side.implied or is_at_revision(side.source):
                found = {name: each for name, each in found.items() if self._exists(each)}
            self._missing.difference_update(found)
            names = found.values()
            return request._replace(sources=(), compose_files=tuple(names)) if names else None
        if side.implied and not self._exists(side.source):
            return None
        allow_empty = request.allow_empty or side.implied
        return request._replace(sources=(side.source,), allow_empty=allow_empty)

    def _env_file(self, side: Named, name: str) -> str:
        """A file with variables as it was at the revision of a side, if it is in there."""
        if not is_at_revision(side.source) or is_at_revision(name):
            return name
        then = f"{PREFIX}{parts_of(side.source)[0]}:{name}"
        try:
            at, path = self._revisions.find(then)
            return then if at.entries(path) else name
        except Unreadable:  # outside of the repository
            return name

    def _exists(self, name: str) -> bool:
        """Whether there is such a file or folder; if in doubt, True."""
        if not is_at_revision(name):
            return os.path.lexists(name)
        try:
            at, path = self._revisions.find(name)
            return bool(at.entries(path))
        except Unreadable:  # which is reported when it is loaded
            return True


def _with_help(unjudged: Unjudged, side: Named) -> Unjudged:
    """With how to name OLD, or a revision, if the name may be meant as one."""
    name = unjudged.path
    if side.implied and name == side.source and name.startswith(_LAST_COMMIT):
        return unjudged._replace(help="name OLD and NEW, as in `plan old.yml new.yml`")
    if is_at_revision(name) or os.path.lexists(name) or unjudged.help or name.endswith(FILES):
        return unjudged
    return unjudged._replace(help=f"write `{PREFIX}{name}` for a revision")


def _in_base(side: Named, path: str) -> str:
    """A file by its path relative to a side."""
    if not is_at_revision(side.source):
        return os.path.join(side.base, path) if side.base not in ("", os.curdir) else path
    return (
        f"{PREFIX}{parts_of(side.source)[0]}:{posixpath.normpath(posixpath.join(side.base, path))}"
    )
