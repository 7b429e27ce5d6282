"""Keeps reports from being written over the files that are read, or that a stack names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import product

from linter.files.request import Job
from linter.files.settings import UsageError
from linter.files.sources import is_at_revision, parts_of


class Reports:
    """The files that reports will be written to."""

    def __init__(self, paths: Iterable[str]) -> None:
        found = ((_identity(path), path) for path in paths)
        self._paths = {identity: path for identity, path in found if identity is not None}

    def must_not_be(self, *names: str | None) -> None:
        """Raises UsageError for a file that a report would be written over, under any name."""
        for name in filter(None, names if self._paths else ()):
            if path := self._written_over(name):
                same = "it" if path == name else f"it is the same file as {name}, which"
                raise _refused(path, f"{same} is read too")

    def checked(self, job: Job) -> Job:
        """
        The same job.

        Raises UsageError for a file that a report would be written over, if a file of the stack
        names it, such as one under `env_file`, or is that file at a revision.
        """
        for source in job.sources if self._paths else ():
            if not source.is_written:
                continue
            from linter.reading.named_files import named_files

            at = is_at_revision(source.path)
            on_disk = parts_of(source.path)[1] if at else source.path
            folder = os.path.dirname(on_disk)
            self.must_not_be(on_disk, os.path.join(folder, ".env"))
            # Where a script will run is not known.
            folders = (folder, "") if source.view and source.view.by_hand else (folder,)
            for name, start in product(named_files(source, job.environment), folders):
                if path := self._written_over(os.path.join(start, name)):
                    raise _refused(path, f"{source.path} names it")
        return job

    def _written_over(self, name: str) -> str | None:
        """The path of a report that would be written over a file; None if there is none."""
        identity = _identity(name)
        return self._paths.get(identity) if identity else None


def _refused(path: str, why: str) -> UsageError:
    return UsageError(f"--output: {path}: {why}; choose another file")


def _identity(path: str) -> tuple[int, int] | None:
    """What all names of a file have in common; None if it does not exist."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
