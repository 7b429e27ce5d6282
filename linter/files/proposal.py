"""Finds out what a first configuration of a folder should contain."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from linter.files import env_files, search
from linter.files.config_file import load_proxy
from linter.files.decoding import Unreadable
from linter.files.env_files import EnvFile
from linter.files.forms import sift, stacks_in
from linter.files.git import root_of
from linter.files.reach import reach_of
from linter.files.settings import FILE_NAMES, UsageError
from linter.files.siblings import environment_of, families, read_alone
from linter.model import targets
from linter.model.progress import Display, Progress, counted, silent
from linter.model.proxy import Proxy
from linter.model.stack import Stack
from linter.model.words import quoted, some
from linter.reading.forms import may_have_one

MOST_STACKS = 1_000
"""As many as a configuration may list."""

MOST_FILES = 5_000
"""Stack files to look at; in real folders, a configuration is for a few hundred."""

_IMAGE = re.compile(r"(?:docker|mirantis)/ucp-interlock[a-z-]*:(3\.[0-9]+\.[0-9]+)\b")
_FIRST_MKE = 3
"""3.2 and older releases are called UCP, 3.3 and newer ones MKE."""


class Entry(NamedTuple):
    """Files that make up one stack, and the file with its variables; paths as they are found."""

    files: tuple[str, ...]
    env_file: str | None = None


class Proposal(NamedTuple):
    """
    What a configuration of a folder should contain.

    `stack_files` is the number of stack files, and `labelled` the number of those with labels;
    `notes` is what a person has to decide. `nothing` says why there are no stack files, if there
    are none.
    """

    entries: tuple[Entry, ...] = ()
    proxy_config: str | None = None
    target: str | None = None
    stack_files: int = 0
    labelled: int = 0
    notes: tuple[str, ...] = ()
    nothing: str = ""


def propose(folder: str, display: Display = silent) -> Proposal:
    """Look at the stack files in a folder and below."""
    return _Search(folder, display("searching folder")).proposal(display("reading file"))


class _Search:
    """What is in a folder; `notes` grows while it is looked at."""

    def __init__(self, folder: str, progress: Progress) -> None:
        repositories = search.Repositories()
        self.folder = folder
        self.reach = reach_of(folder)
        self.found = search.search(folder, repositories, may_have_one, progress)
        self.notes = dict.fromkeys(repositories.warnings())
        for path, why in self.found.unlisted:
            self._note(f"{path} cannot be listed: {why}")
        self._env_files: dict[str, list[EnvFile]] = {}
        self._stems: dict[str, dict[frozenset[str], set[str]]] = {}

    @cached_property
    def ignored(self) -> set[str]:
        """What git ignores, other than YAML files."""
        start = os.path.realpath(self.folder)
        root = root_of(start)
        return search.Repositories().ignored(root, start) if root else set()

    def proposal(self, progress: Progress) -> Proposal:
        paths = [each for each in self.found.files if os.path.basename(each) not in FILE_NAMES]
        looked_at = counted(paths, progress)
        labelled = set(islice(filter(_has_labels, looked_at), MOST_FILES + 1))
        named = [path for path in paths if path in labelled or search.is_stack_file(path)]
        if not named:
            nothing = search.why_nothing(paths, self.found.ignored)
            return Proposal(notes=tuple(self.notes), nothing=nothing)
        folders = {os.path.dirname(path) for path in labelled}
        near = [path for path in paths if os.path.dirname(path) in folders]
        if len(near) > MOST_FILES:
            nothing = f"more than {MOST_FILES:,} stack files are too many for one configuration"
            return Proposal(notes=tuple(self.notes), nothing=nothing)
        stacks = list(self._stacks(near, progress))
        for stack in stacks:
            stems = self._stems.setdefault(os.path.dirname(stack.path), {})
            stems.setdefault(env_files.words(_stem(stack)), set()).add(_stem(stack))
        entries = list(self._entries(stacks, labelled))
        if len(entries) > MOST_STACKS:
            more = len(entries) - MOST_STACKS
            self._note(f"{more:,} more stacks than a configuration may list are left out")
        proxy = self._proxy({self.folder, *folders})
        return Proposal(
            entries=tuple(entries[:MOST_STACKS]),
            proxy_config=proxy.path if proxy else None,
            target=self._target(proxy) if proxy else None,
            stack_files=len(named),
            labelled=len(labelled),
            notes=tuple(self.notes),
        )

    def _stacks(self, paths: Sequence[str], progress: Progress) -> Iterator[Stack]:
        """The files that have services, each read alone."""
        for path in counted(paths, progress):
            try:
                self.reach.find(path)
            except Unreadable:
                continue
            if stack := read_alone(path):  # `check` reports what cannot be read
                yield stack

    def _entries(self, stacks: list[Stack], labelled: set[str]) -> Iterator[Entry]:
        related: set[int] = set()
        for bases, overrides in families(stacks):
            related |= set(map(id, overrides))
            if not any(each.path in labelled for each in (*bases, *overrides)):
                continue
            if len(bases) != 1:
                names = some([quoted(each.path) for each in bases])
                for each in overrides:
                    self._note(
                        f"{each.path} is an override of one of {names}; list it with its base"
                    )
                continue
            related.add(id(bases[0]))
            for each in overrides:
                yield from self._with_variables(bases[0], each)
        for stack in stacks:
            if id(stack) in related or stack.path not in labelled:
                continue
            if stack.is_override:
                self._note(f"{stack.path} is an override, but no file next to it has its services")
                continue
            yield from (each for each in self._with_variables(stack) if each.env_file)

    def _with_variables(self, base: Stack, override: Stack | None = None) -> Iterator[Entry]:
        """One entry for the files of a stack, or one for each environment it has variables for."""
        stacks = (base, override) if override else (base,)
        files = tuple(each.path for each in stacks)
        fitting = env_files.matching(
            self._next_to(base, set(map(_stem, stacks))),
            env_files.used(stacks),
            _stem(base),
            environment_of(override, base) if override else "",
        )
        for each in fitting:
            if each.reason:
                self._note(f"{each.path} is left out: {each.reason}")
        usable = [each.path for each in fitting if not each.reason]
        for entry in (Entry(files, path) for path in usable or (None,)):
            if all(map(self._can_be_named, filter(None, (*files, entry.env_file)))):
                yield entry
            else:
                self._note(f"{files[-1]} is left out because of control characters in a name")

    def _can_be_named(self, path: str) -> bool:
        return os.path.relpath(path, self.folder).isprintable()

    def _next_to(self, stack: Stack, own: set[str]) -> list[EnvFile]:
        """The files with variables in its folder, without those that are named after others."""
        folder = os.path.dirname(stack.path)
        if folder not in self._env_files:
            found = env_files.in_folder(folder, self.reach)
            self._env_files[folder] = [self._unless_ignored(each) for each in found]
        stems = self._stems[folder]
        found = self._env_files[folder]
        return [each for each in found if own.issuperset(stems.get(each.words, ()))]

    def _unless_ignored(self, file: EnvFile) -> EnvFile:
        if file.reason or os.path.realpath(file.path) not in self.ignored:
            return file
        reason = "git ignores it, so others do not have it; pass it with --env-file"
        return file._replace(reason=reason)

    def _note(self, text: str) -> None:
        self.notes[text] = None

    def _proxy(self, folders: Iterable[str]) -> Proxy | None:
        """Interlock's own configuration, if there is one in these folders."""
        where = sorted({os.path.normpath(folder) for folder in folders})
        found = [each for folder in where for each in self._proxies(folder)]
        if len(found) > 1:
            names = some([quoted(each.path) for each in found])
            self._note(f"set `proxy-config` to one of {names}")
        return found[0] if len(found) == 1 else None

    def _proxies(self, folder: str) -> Iterator[Proxy]:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return
        for name in names:
            if name.endswith(".toml") and name != "pyproject.toml":
                path = os.path.normpath(os.path.join(folder, name))
                if os.path.realpath(path) not in self.ignored and self._can_be_named(path):
                    try:
                        yield load_proxy(path, self.reach)
                    except UsageError:  # a file of another program
                        continue

    @staticmethod
    def _target(proxy: Proxy) -> str | None:
        """The version that the images in Interlock's own configuration have."""
        releases = sorted(set(_IMAGE.findall(proxy.text)))
        if len(releases) != 1:
            return None
        minor = int(releases[0].split(".")[1])
        try:
            return str(targets.parse(f"{'mke' if minor >= _FIRST_MKE else 'ucp'}-{releases[0]}"))
        except targets.UnknownTarget:
            return None


def _stem(stack: Stack) -> str:
    return os.path.splitext(os.path.basename(stack.path))[0]


def _has_labels(path: str) -> bool:
    try:
        source = sift(path, by_name=search.is_stack_file(path))
    except Unreadable:
        return False
    return source is not None and any(stacks_in(source))
