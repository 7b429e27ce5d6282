"""Reads the files that a stack file names, for a plan: variables, and the content of configs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256

from linter.files.at_revision import Revisions
from linter.files.decoding import Unreadable, decode, read_bytes
from linter.files.reach import reach_of
from linter.files.sources import is_at_revision

MAX_CONTENT_BYTES = 1024 * 1024
"""Size limit; Docker has the same for configs, and half of it for secrets."""


class FilesNextTo:
    """
    The files that a stack file at a path names, at the same revision if it is at one.

    They must be in the repository of the stack file, or without one, in its folder. `asked` says
    whether any was wanted.
    """

    def __init__(self, path: str, revisions: Revisions) -> None:
        self._path = path
        self._revisions = revisions
        self.asked = False

    def variables(self, path: str) -> Mapping[str, str | None] | None:
        """The variables in an `env_file`; None if it cannot be read."""
        data = self._read(path)
        try:
            text = None if data is None else decode(data, path).text
        except Unreadable:
            return None
        return None if text is None else dict(map(_variable, filter(_is_set, text.split("\n"))))

    def digest(self, path: str) -> str | None:
        """What tells two contents apart; None if the file cannot be read."""
        data = self._read(path)
        return None if data is None else sha256(data).hexdigest()

    def _read(self, path: str) -> bytes | None:
        self.asked = True
        try:
            if is_at_revision(self._path):
                at, own = self._revisions.find(self._path)
                found = os.path.normpath(os.path.join(os.path.dirname(own), path))
                return at.read(found.replace(os.sep, "/"))
            folder = os.path.dirname(os.path.abspath(self._path))
            reach = reach_of(folder)
            found = reach.find(os.path.join(folder, path))
            return read_bytes(found, MAX_CONTENT_BYTES, below=reach.folder)
        except Unreadable:
            return None


def _is_set(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _variable(line: str) -> tuple[str, str | None]:
    """`NAME=VALUE`, or `NAME` alone for one that is passed on, as Docker reads it."""
    name, sign, value = line.lstrip().rstrip("\r").partition("=")
    return name.rstrip(), value if sign else None
