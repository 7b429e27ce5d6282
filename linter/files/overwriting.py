"""Keeps reports from being written over the files that are read."""

from __future__ import annotations

import os
from collections.abc import Iterable

from linter.files.settings import UsageError


class Reports:
    """The files that reports will be written to."""

    def __init__(self, paths: Iterable[str]) -> None:
        found = ((_identity(path), path) for path in paths)
        self._paths = {identity: path for identity, path in found if identity is not None}

    def must_not_be(self, *names: str | None) -> None:
        """Raises UsageError for a file that a report would be written over, under any name."""
        for name in filter(None, names if self._paths else ()):
            identity = _identity(name)
            path = self._paths.get(identity) if identity else None
            if path is not None:
                same = "it" if path == name else f"it is the same file as {name}, which"
                raise UsageError(f"--output: {path}: {same} is read too; choose another file")


def _identity(path: str) -> tuple[int, int] | None:
    """What all names of a file have in common; None if it does not exist."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
