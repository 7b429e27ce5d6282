"""One side of a plan: what a command line names, and the stacks there."""

from __future__ import annotations

import os
import posixpath
from typing import NamedTuple

from linter.files.request import Job
from linter.files.sources import PREFIX, is_at_revision, parts_of
from linter.model.swarm import is_record, is_running
from linter.routing.stack_changes import Side

Key = tuple[str, ...]
"""The files of a stack, relative to what is named: the same on both sides."""

OF = "\0"
"""What stands between the path of a record and the stack in it; no path contains it."""
Stacks = dict[int, tuple[Job, Side]]
"""The stacks that the same files can become, by number."""

FILES = (".yml", ".yaml", ".json")


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
            is_folder = not path.endswith(FILES)
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


class LoadedSide(NamedTuple):
    """
    The stacks of one side, and the files that could not be read, with their keys.

    `others` are the further stacks that the same files can become.
    """

    named: Named
    stacks: dict[Key, tuple[Job, Side]]
    failed: set[str]
    others: dict[Key, Stacks]

    @property
    def is_readable(self) -> bool:
        """Whether what is named could be read; if not, nothing can be compared."""
        return self.named.source not in self.failed

    @property
    def is_recorded(self) -> bool:
        """Whether it is what an engine has, or had, rather than what files say."""
        first = next((job.sources[0] for job, _ in self.stacks.values()), None)
        return self.named.is_running or (first is not None and is_record(first))
