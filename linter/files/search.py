"""Finds the files in a folder that may be stack files."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from linter.files.reach import SYSTEM, system_folder
from linter.files.sources import is_at_revision
from linter.model.progress import Progress, nobody
from linter.model.swarm import is_running
from linter.reading.forms import YAML_SUFFIXES
from linter.record import Record

STACK_FILE = (
    r"(?:(?:docker-)?(?:compose|stack)[^/]*|[^/]*\.(?:compose|stack)(?:\.[^/]*)?)"
    r"\.ya?ml(?:\.(?:j2|jinja2?|tftpl|tpl))?"
)
"""Names of stack files in a folder."""


def is_yaml(name: str) -> bool:
    """Whether a file is YAML by its name."""
    # Emacs marks a file that is being edited with a broken link.
    return name[-5:].lower().endswith(YAML_SUFFIXES) and not name.startswith(".#")


class Found(Record):
    """
    What a search finds.

    `files` are those whose names fit, sorted. `unlisted` are folders that cannot be listed, with
    the reasons. `ignored` are files and folders that git ignores.
    """

    __slots__ = ("files", "ignored", "unlisted")

    def __init__(
        self,
        files: list[str],
        unlisted: list[tuple[str, str]],
        ignored: list[str],
    ) -> None:
        self.files = files
        self.unlisted = unlisted
        self.ignored = ignored


class Scope:
    """What a command line names: files, and folders with the repositories that they are in."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._folder: tuple[str | None, str] = (None, "")

    def real(self, path: str) -> str:
        """The path of a file that was found, without links in it; one folder comes at a time."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder != self._folder[0]:
            self._folder = folder, os.path.realpath(folder)
        return os.path.join(self._folder[1], name)

    def covers(self, path: str) -> bool:
        """Whether a file that was found is part of what is named; `path` has no links in it."""
        return path.startswith(self._folders) or path in self._files

    @property
    def kind(self) -> str:
        """What files that are not covered are outside of."""
        return "repository" if any(root for _, root in self._roots) else "folder"

    @cached_property
    def _roots(self) -> list[tuple[str, str | None]]:
        from linter.files import git  # not imported for files alone

        return [(each, git.root_of(each)) for each in filter(os.path.isdir, self.names)]

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        folders = (root or os.path.realpath(folder) for folder, root in self._roots)
        return tuple(os.path.join(folder, "") for folder in folders)

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(map(os.path.realpath, self.names))


class Repositories:
    """Asks git what it ignores in the repositories of a run, within a total time."""

    def __init__(self) -> None:
        self._taken = 0.0
        self._unanswered: dict[str, list[str]] = {}

    def ignored(self, root: str, folder: str) -> set[str]:
        """
        The files and folders that git ignores in a folder of the repository at `root`.

        Empty if git does not answer, or ignores the folder itself.
        """
        from linter.files import git

        started = time.monotonic()
        below = os.path.relpath(folder, root)
        options = ("-z", "--others", "--ignored", "--exclude-standard", "--directory", "--", below)
        try:
            output = git.run(root, "ls-files", *options, limit=git.LIMIT - self._taken)
        except git.NoAnswer as error:
            self._unanswered.setdefault(str(error), []).append(root)
            return set()
        finally:
            self._taken += time.monotonic() - started
        found = {os.path.normpath(os.path.join(root, name)) for name in _whole(os.fsdecode(output))}
        parents = os.path.join(folder, "")
        return set() if any(parents.startswith(os.path.join(each, "")) for each in found) else found

    def warnings(self) -> Iterator[str]:
        """One sentence for each reason why git did not answer."""
        for reason, roots in self._unanswered.items():
            first = min(roots[0], os.path.relpath(roots[0]), key=len)
            others = f" and {len(roots) - 1} more" if len(roots) > 1 else ""
            yield f"{first}{others}: {reason}; files that it ignores are searched too"


def _whole(output: str) -> Iterator[str]:
    """
    The names in the output of git, without folders that are only partly ignored.

    Git lists a folder whose files are all ignored, but also each of the files.
    """
    names = sorted(filter(None, output.split("\0")))
    for name, following in pairwise([*names, ""]):
        if not (name.endswith("/") and following.startswith(name)):
            yield name


def search(
    folder: str,
    repositories: Repositories,
    fits: Callable[[str], bool] = is_yaml,
    progress: Progress = nobody,
) -> Found:
    """
    The files in a folder and below whose names fit, without those that git ignores.

    `progress` counts folders; how many there are is only known in the end.
    """
    from linter.files import git

    start = os.path.realpath(folder)
    root = git.root_of(start)
    ignored = repositories.ignored(root, start) if root else set()
    found = Found([], [], [])
    # Each folder by its path and its name to show, and whether it is in a repository.
    folders = [(start, os.path.join(folder, "").removeprefix("./"), root is not None)]
    done = 0
    while folders:
        progress(done, done + len(folders))
        done += 1
        path, shown, inside = folders.pop()
        try:
            entries = _entries(path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            found.unlisted.append((shown.rstrip(os.sep) or folder, reason))
            continue
        if path != root and any(entry.name == ".git" for entry in entries):
            ignored |= repositories.ignored(path, path)
            inside = True
        for entry in entries:
            name = entry.name
            is_folder = _is_folder(entry)
            if is_folder:
                if _belongs_to_programs(entry, inside=inside):
                    continue
            elif not fits(name):
                continue
            if ignored and entry.path in ignored:
                found.ignored.append(entry.path)
            elif is_folder:
                folders.append((entry.path, f"{shown}{name}{os.sep}", inside))
            else:
                found.files.append(_as_a_file(shown + name))
    progress(done, done)
    found.files.sort()
    return found


def _as_a_file(path: str) -> str:
    """A path that cannot be taken for a source of another kind."""
    return os.path.join(os.curdir, path) if is_at_revision(path) or is_running(path) else path


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder. Raises OSError if it cannot be listed, or is made up by the system."""
    if folder in SYSTEM or system_folder(folder):
        raise OSError(errno.EINVAL, "the system makes up what is in it")
    with os.scandir(folder) as listing:
        return list(listing)


def _belongs_to_programs(folder: os.DirEntry[str], *, inside: bool) -> bool:
    """Whether a folder is of no interest: git's own, made up by the system, or hidden."""
    name = folder.name
    hidden = name.startswith(".") and not inside  # in a repository, such folders are its own
    return name == ".git" or hidden or folder.path in SYSTEM


def why_nothing(others: Sequence[str], ignored: Sequence[str] = ()) -> str:
    """Why there is nothing to judge in a folder with only these other files, and ignored ones."""
    reasons = []
    number = sum(map(is_yaml, others))
    if count := _count(ignored):
        reasons.append(f"git ignores {count:,} YAML {'file' if count == 1 else 'files'}")
    if number == 1:
        reasons.append("1 YAML file does not look like a stack file")
    elif number:
        reasons.append(f"{number:,} YAML files do not look like stack files")
    # A name without a suffix may be that of anything.
    rest = sum("." in os.path.basename(each) for each in others) - number
    if rest == 1:
        reasons.append("1 file of another form contains none")
    elif rest:
        reasons.append(f"{rest:,} files of other forms contain none")
    return f"no stack files found{': ' if reasons else ''}{' and '.join(reasons)}"


def _count(paths: Iterable[str]) -> int:
    """The number of YAML files among these files and in these folders."""
    folders, number = list(paths), 0
    while folders:
        path = folders.pop()
        try:
            with os.scandir(path) as listing:
                for entry in listing:
                    if _is_folder(entry):
                        folders.append(entry.path)
                    else:
                        number += is_yaml(entry.name)
        except OSError:  # a file, or a folder that cannot be listed
            number += is_yaml(os.path.basename(path))
    return number


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # reported when it is read
        return False


def is_stack_file(path: str) -> bool:
    """Whether a file is a stack file by its name."""
    return re.fullmatch(STACK_FILE, path.rpartition("/")[2]) is not None
