"""The two sides of a plan: what a command line names as OLD and NEW, and the stacks there."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.files.at_revision import Revisions
from linter.files.contents import FilesNextTo
from linter.files.decoding import Unreadable
from linter.files.loader import Loader
from linter.files.request import STDIN, Job, Request
from linter.files.revision import PREFIX, is_at_revision, parts_of
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.progress import Progress, nobody
from linter.model.stack import Stack
from linter.model.swarm import FOLDER, Running, Swarm, is_running
from linter.reading.deployed_reader import deployed
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.stack_changes import Side
from linter.syntax.source import Source

Key = tuple[str, ...]
"""The files of a stack, relative to what is named: the same on both sides."""

_OF = "\0"
"""What stands between the path of a record and the stack in it; no path contains it."""
_Stacks = dict[int, tuple[Job, Side]]
"""The stacks that the same files can become, by number."""

_FILES = (".yml", ".yaml", ".json")

Reader = Callable[[Iterable[Source], ReadOptions], Stack]


class Named(NamedTuple):
    """
    One side as the command line names it.

    `base` is what the paths of its stacks are relative to. A side that is `implied` may be empty.
    """

    title: str
    source: str
    base: str
    is_folder: bool
    implied: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it is what runs in a swarm, rather than what files say."""
        return is_running(self.source)

    @classmethod
    def of(cls, source: str, *, implied: bool = False) -> Named:
        """The side that a source means."""
        if is_running(source):
            return cls(source, source, "", is_folder=True)
        title = "work tree" if source == os.curdir else source
        if is_at_revision(source):
            revision, path = parts_of(source)
            title = f"{PREFIX}{revision}" if path in ("", os.curdir) else source
            path = path or os.curdir
            is_folder = not path.endswith(_FILES)
            base = path if is_folder else posixpath.dirname(path)
            return cls(title, source, base, is_folder, implied)
        is_folder = os.path.isdir(source)
        base = source if is_folder else os.path.dirname(source)
        return cls(title, source, base, is_folder, implied)

    def key(self, path: str) -> str:
        """The path of a file, relative to this side."""
        if is_at_revision(path):
            path = parts_of(path)[1] or os.curdir
        return os.path.relpath(path, self.base or os.curdir).replace(os.sep, "/")


class Loaded(NamedTuple):
    """
    The stacks of one side, and the files that could not be read, with their keys.

    `others` are the further stacks that the same files can become.
    """

    named: Named
    stacks: dict[Key, tuple[Job, Side]]
    failed: set[str]
    others: dict[Key, _Stacks]

    @property
    def is_readable(self) -> bool:
        """Whether what is named could be read; if not, nothing can be compared."""
        return self.named.source not in self.failed

    @property
    def is_recorded(self) -> bool:
        """Whether it is what an engine has, or had, rather than what files say."""
        first = next((job.sources[0] for job, _ in self.stacks.values()), None)
        return self.named.is_running or (first is not None and _is_recorded(first))


def _is_recorded(source: Source) -> bool:
    return source.view is not None and source.view.form in ("inspect", "running")


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
    if is_running(source):
        raise UsageError(f"name NEW too: `interlock-lint plan {source} stack.yml`")
    if source == STDIN:
        raise UsageError("name OLD too: `interlock-lint plan OLD -`")
    if is_at_revision(source):
        path = parts_of(source)[1] or os.curdir
        return Named.of(source), Named.of(path, implied=True)
    return Named.of(f"{PREFIX}HEAD:{source}", implied=True), Named.of(source)


class Sides:
    """Loads the stacks of both sides; the arguments are those of the loader."""

    def __init__(
        self,
        request: Request,
        rules: frozenset[str],
        stdin: Callable[[], bytes],
        reader: Reader = read,
        progress: Progress = nobody,
        swarm: Callable[[str], Running] = lambda _source: Running(()),
    ) -> None:
        self._swarm = swarm
        self._is_running = any(map(is_running, request.sources))
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

    def load(self, side: Named) -> Loaded:
        """The stacks of a side. Raises UsageError."""
        self._before, self._sides = self._sides, {}
        request = self._request_for(side)
        loaded = Loaded(side, {}, set(), {})
        if request is not None:
            self._load(loaded, request)
        return loaded

    def complete(self, old: Loaded, new: Loaded) -> None:
        """
        Read the stacks that only one folder has in the other one too, if their files are there.

        A file without any label is not looked at in a folder. But if its labels were removed, its
        services were not.
        """
        if self._request.compose_files or not (old.named.is_folder and new.named.is_folder):
            return
        if not (old.is_readable and new.is_readable):
            return
        both = dict(_matches(old, new))
        self._add(new, old.stacks.keys() - both.values())
        self._add(old, new.stacks.keys() - both.keys())

    def unknown_files(self) -> list[Unjudged]:
        """The files of the command line that are on neither side, once both are loaded."""
        reason = "cannot be read: no such file on either side"
        return [Unjudged(name, reason) for name in sorted(self._missing)]

    def _add(self, loaded: Loaded, keys: Iterable[Key]) -> None:
        request = self._request_for(loaded.named)
        for key in sorted(keys):
            names = (_in_base(loaded.named, path) for path in key)
            known = tuple(name for name in names if self._exists(name))
            if request is not None and known and loaded.failed.isdisjoint(key):
                self._load(loaded, request._replace(sources=(), compose_files=known))

    def _load(self, loaded: Loaded, request: Request) -> None:
        progress = self._progress
        loader = Loader(request, self._rules, self._stdin, self._reader, progress, self._as_asked)
        for job, stack in loader.stacks():
            key = tuple(loaded.named.key(each.path) for each in stack.sources)
            if _is_recorded(job.sources[0]) and job.sources[0].is_written:
                # A record may have many stacks, and services that belong to none.
                key = (f"{key[0]}{_OF}{job.name or stack.services[0].name}",)
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
        self.unjudged += (_with_help(each) for each in loader.unjudged)
        self.warnings += loader.warnings

    def _as_asked(self, source: str) -> Running:
        """What runs in a swarm; as many tasks count as should run, as in a file."""
        found = self._swarm(source)
        return found._replace(stacks=tuple(each._replace(swarm=Swarm()) for each in found.stacks))

    def _side(self, job: Job, stack: Stack) -> Side:
        side, depends = self._before.get(id(stack), (None, True))
        if side is None or depends:
            contents = FilesNextTo(job.sources[0].path, self._revisions)
            folder = os.path.dirname(os.path.abspath(stack.path)) if self._is_running else None
            side = Side(stack, deployed(stack, job.environment, contents, folder))
            depends = contents.asked
        self._sides[id(stack)] = (side, depends)
        return side

    def _request_for(self, side: Named) -> Request | None:
        """What to load for a side; None if it is implied, and not there."""
        request = self._request
        env_files = tuple(self._env_file(side, name) for name in request.env_files)
        request = request._replace(env_files=env_files)
        if request.compose_files:
            found = {name: _in_base(side, name) for name in request.compose_files}
            if side.implied or is_at_revision(side.source):
                found = {name: each for name, each in found.items() if self._exists(each)}
            self._missing.difference_update(found)
            names = found.values()
            return request._replace(sources=(), compose_files=tuple(names)) if names else None
        if side.implied and not self._exists(side.source):
            return None
        allow_empty = request.allow_empty or side.implied or side.is_running
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


def _with_help(unjudged: Unjudged) -> Unjudged:
    """With how to write a revision, if a name without prefix may be meant as one."""
    name = unjudged.path
    if is_at_revision(name) or os.path.lexists(name) or unjudged.help or name.endswith(_FILES):
        return unjudged
    return unjudged._replace(help=f"write `{PREFIX}{name}` for a revision")


def _in_base(side: Named, path: str) -> str:
    """A file by its path relative to a side."""
    if not is_at_revision(side.source):
        return os.path.join(side.base, path) if side.base not in ("", os.curdir) else path
    return (
        f"{PREFIX}{parts_of(side.source)[0]}:{posixpath.normpath(posixpath.join(side.base, path))}"
    )


def pairs(old: Loaded, new: Loaded) -> Iterator[Pair]:
    """The stacks of both sides; two files are the same stack, whatever they are called."""
    if not (old.is_readable and new.is_readable):
        return
    then = dict(_matches(old, new))
    failed = old.failed | new.failed
    for key, (job, side) in new.stacks.items():
        if failed.isdisjoint((*key, *then.get(key, ()))):
            before = old.stacks[then[key]][1] if key in then else None
            title = _title(job, key, then.get(key, key))
            yield Pair(title, before, side)
            others = old.others.get(then[key], {}) if key in then else {}
            yield from _branches(Pair(title, before, side), others, new.others.get(key, {}))
    if old.is_recorded != new.is_recorded:
        return  # nothing happens to what only runs
    gone = old.stacks.keys() - then.values()
    for key, (job, side) in old.stacks.items():
        if key in gone and failed.isdisjoint(key):
            first = Pair(_title(job, key, key), side, None)
            yield first
            yield from _branches(first, old.others.get(key, {}), {})


def _branches(first: Pair, old: _Stacks, new: _Stacks) -> Iterator[Pair]:
    """
    What else the same files can become, on both sides: the services that change only there.

    Each service is shown once, as it is in the first of these stacks in which it changes.
    """
    shown = {name for name in _names(first) if _changes(first, name)}
    for number in sorted({*old, *new}):
        before, after = (
            each[number][1] if number in each else one
            for each, one in ((old, first.old), (new, first.new))
        )
        pair = Pair(first.title, before, after)
        fresh = {name for name in _names(pair) if name not in shown and _changes(pair, name)}
        shown |= fresh
        if fresh:
            yield Pair(first.title, _only(before, fresh), _only(after, fresh))


def _names(pair: Pair) -> dict[str, None]:
    sides = (side for side in pair[1:] if side)
    return {each.name: None for side in sides for each in side.deployed.services}


def _changes(pair: Pair, name: str) -> bool:
    """Whether a service is not deployed the same on both sides."""
    services = (side.deployed.services if side else () for side in (pair.old, pair.new))
    before, after = ([each for each in found if each.name == name] for found in services)
    return before != after


def _only(side: Side | None, names: Container[str]) -> Side | None:
    """A side with some of its services."""
    if side is None:
        return None
    stack, deployed = side
    services = tuple(each for each in stack.services if str(each.name) in names)
    found = tuple(each for each in deployed.services if each.name in names)
    return Side(stack._replace(services=services), deployed._replace(services=found, objects={}))


def _matches(old: Loaded, new: Loaded) -> Iterator[tuple[Key, Key]]:
    """The stacks that are on both sides, by their keys in NEW and in OLD."""
    if old.is_recorded or new.is_recorded:
        yield from _by_name(old, new)
        return
    folders = old.named.is_folder and new.named.is_folder
    if len(old.stacks) == len(new.stacks) == 1 and not (folders or old.failed or new.failed):
        yield next(iter(new.stacks)), next(iter(old.stacks))
        return
    # A stack may have had fewer files, of which the first one is the base of the others.
    first = {key[0]: key for key in reversed(old.stacks) if key not in new.stacks}
    for key in new.stacks:
        if key in old.stacks:
            yield key, key
        elif key[0] in first:
            yield key, first.pop(key[0])


def _by_name(old: Loaded, new: Loaded) -> Iterator[tuple[Key, Key]]:
    """
    The stacks with the same name. Raises UsageError for files of which the name is not known.

    In a swarm, stacks have no files.
    """
    keys = {_name(job, key, old): key for key, (job, _) in old.stacks.items()}
    for key, (job, _) in new.stacks.items():
        if (name := _name(job, key, new)) in keys:
            yield key, keys[name]


def _name(job: Job, key: Key, side: Loaded) -> str:
    """The name of a stack, or of a service that belongs to none."""
    if job.name is None and not side.is_recorded:
        files = ", ".join(key)
        raise UsageError(f"{files}: name its stack with --stack-name, or under `stacks:`")
    return job.name or f"/{key[-1].rpartition(_OF)[2].removeprefix(FOLDER)}"


def _title(job: Job, key: Key, before: Key) -> str:
    """What to call a stack: its name if it is known, or else its files."""
    if key[0].startswith(FOLDER):
        return job.name or key[0].removeprefix(FOLDER)
    files = ", ".join(each.partition(_OF)[0] for each in key)
    if len(key) == len(before) and key != before and not before[0].startswith(FOLDER):
        files = f"{', '.join(each.partition(_OF)[0] for each in before)} -> {files}"
    name = job.name or key[0].partition(_OF)[2]
    return f"{name} ({files})" if name else files
