"""The two sides of a plan: what a command line names as OLD and NEW, and the stacks there."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.files.at_revision import Revisions
from linter.files.contents import FilesNextTo
from linter.files.decoding import Unreadable
from linter.files.loader import Loader
from linter.files.request import STDIN, Job, Request
from linter.files.revision import PREFIX, NoRevision, is_at_revision, parts_of
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.stack import Stack
from linter.reading.deployed_reader import deployed
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.stack_changes import Side
from linter.syntax.source import Source

Key = tuple[str, ...]
"""The files of a stack, relative to what is named: the same on both sides."""

Reader = Callable[[Iterable[Source], ReadOptions], Stack]
LoaderOf = Callable[[Request, Reader], Loader]


class Named(NamedTuple):
    """
    One side as the command line names it.

    `base` is what the paths of its stacks are relative to. One that is `implied` may be empty.
    """

    title: str
    source: str
    base: str
    implied: bool = False

    @classmethod
    def of(cls, source: str, *, implied: bool = False) -> Named:
        """The side that a source means."""
        title = "work tree" if source == os.curdir else source
        if is_at_revision(source):
            revision, path = parts_of(source)
            title = f"{PREFIX}{revision}" if path in ("", os.curdir) else source
            path = path or os.curdir
            is_file = path.endswith((".yml", ".yaml", ".json"))
            return cls(title, source, posixpath.dirname(path) if is_file else path, implied)
        is_folder = os.path.isdir(source)
        return cls(title, source, source if is_folder else os.path.dirname(source), implied)

    def key(self, path: str) -> str:
        """The path of a file, relative to this side."""
        if is_at_revision(path):
            path = parts_of(path)[1]
        return os.path.relpath(path, self.base or os.curdir).replace(os.sep, "/")


class Loaded(NamedTuple):
    """The stacks of one side, and the files that could not be read, by their keys."""

    named: Named
    stacks: dict[Key, tuple[Job, Side]]
    failed: set[str]


class Pair(NamedTuple):
    """A stack on both sides; None where it is not there."""

    title: str
    old: Side | None
    new: Side | None


def named(sources: Sequence[str]) -> tuple[Named, Named]:
    """The two sides that these sources mean. Raises UsageError."""
    if len(sources) > 2:
        raise UsageError("name OLD and NEW, or one of them")
    if len(sources) == 2:
        if STDIN in sources[:1] and sources[0] == sources[1]:
            raise UsageError("only one side can be stdin")
        return Named.of(sources[0]), Named.of(sources[1])
    source = sources[0] if sources else os.curdir
    if source == STDIN:
        raise UsageError("name OLD too: `interlock-lint plan OLD -`")
    if is_at_revision(source):
        path = parts_of(source)[1] or os.curdir
        return Named.of(source), Named.of(path, implied=True)
    return Named.of(f"{PREFIX}HEAD:{source}", implied=True), Named.of(source)


class Sides:
    """Loads the stacks of both sides; `request` is what else the command line says."""

    def __init__(self, request: Request, loader_of: LoaderOf, reader: Reader = read) -> None:
        self._reader = reader
        self._request = request
        self._loader_of = loader_of
        self._revisions = Revisions()
        self.unjudged: list[Unjudged] = []
        self.warnings: list[str] = []
        # A stack that is read only once, because it stays the same, is worked out only once.
        self._sides: dict[int, tuple[Side, bool]] = {}
        self._before: dict[int, tuple[Side, bool]] = {}

    def load(self, side: Named) -> Loaded:
        """The stacks of a side. Raises UsageError."""
        self._before, self._sides = self._sides, {}
        request = self._request_for(side)
        loaded = Loaded(side, {}, set())
        if request is not None:
            self._load(loaded, request)
        return loaded

    def complete(self, one: Loaded, other: Loaded) -> None:
        """
        Read the stacks that only one side has on the other side too, if their files are there.

        In a folder, a file without any label is not looked at. But if its labels were removed, its
        services were not.
        """
        for key in [key for key in one.stacks if key not in other.stacks]:
            names = [_in_base(other.named, path) for path in key]
            known = tuple(name for name in names if self._exists(name))
            if known and not other.failed.intersection(key):
                request = self._request_for(other.named)
                if request is not None:
                    self._load(other, request._replace(sources=(), compose_files=known))

    def _load(self, loaded: Loaded, request: Request) -> None:
        loader = self._loader_of(request, self._reader)
        for job, stack in loader.stacks():
            key = tuple(loaded.named.key(each.path) for each in stack.sources)
            problems = list(stack.unjudged)
            if problems:
                self.unjudged += problems
                loaded.failed.update(key)
            else:
                loaded.stacks[key] = (job, self._side(job, stack))
        for each in loader.unjudged:
            loaded.failed.add(loaded.named.key(each.path))
        self.unjudged += loader.unjudged
        self.warnings += loader.warnings

    def _side(self, job: Job, stack: Stack) -> Side:
        side, depends = self._before.get(id(stack), (None, True))
        if side is None or depends:
            contents = FilesNextTo(job.sources[0].path, self._revisions)
            side = Side(stack, deployed(stack, job.environment, contents))
            depends = contents.asked
        self._sides[id(stack)] = (side, depends)
        return side

    def _request_for(self, side: Named) -> Request | None:
        """What to load for a side; None if it is implied, and not there."""
        request = self._request
        env_files = tuple(self._env_file(side, name) for name in request.env_files)
        request = request._replace(env_files=env_files)
        if request.compose_files:
            names = [_in_base(side, name) for name in request.compose_files]
            if side.implied or is_at_revision(side.source):
                names = [name for name in names if self._exists(name)]
            return request._replace(sources=(), compose_files=tuple(names)) if names else None
        if side.implied and not self._exists(side.source):
            return None
        allow_empty = request.allow_empty or side.implied
        return request._replace(sources=(side.source,), allow_empty=allow_empty)

    def _env_file(self, side: Named, name: str) -> str:
        """A file with variables as it was at the revision of a side, if it is in there."""
        if is_at_revision(side.source) and not is_at_revision(name):
            then = f"{PREFIX}{parts_of(side.source)[0]}:{name}"
            if self._exists(then):
                return then
        return name

    def _exists(self, name: str) -> bool:
        if not is_at_revision(name):
            return os.path.lexists(name)
        try:
            at, path = self._revisions.find(name)
            return bool(at.entries(path))
        except NoRevision:
            return True  # which is reported when it is loaded
        except Unreadable:
            return False


def _in_base(side: Named, path: str) -> str:
    """A file by its path relative to a side."""
    if not is_at_revision(side.source):
        return os.path.join(side.base, path) if side.base not in ("", os.curdir) else path
    return (
        f"{PREFIX}{parts_of(side.source)[0]}:{posixpath.normpath(posixpath.join(side.base, path))}"
    )


def pairs(old: Loaded, new: Loaded) -> Iterator[Pair]:
    """The stacks of both sides; a single one on each side is the same, whatever it is called."""
    keys = list(dict.fromkeys((*new.stacks, *old.stacks)))
    if len(old.stacks) == len(new.stacks) == 1 and not (old.failed or new.failed):
        ((_, before),) = old.stacks.values()
        ((key, (job, after)),) = new.stacks.items()
        yield Pair(_title(job, key), before, after)
        return
    failed = old.failed | new.failed
    for key in keys:
        if failed.isdisjoint(key):
            then, now = old.stacks.get(key), new.stacks.get(key)
            jobs = [each[0] for each in (now, then) if each]
            yield Pair(_title(jobs[0], key), then[1] if then else None, now[1] if now else None)


def _title(job: Job, key: Iterable[str]) -> str:
    """What to call a stack: its name if it is known, or else its files."""
    files = ", ".join(key)
    return f"{job.name} ({files})" if job.name else files
