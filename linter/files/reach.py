"""
Which files a configuration may name.

It comes with the repository that is checked, which may be from anybody. So it reaches nothing
outside of the repository, or without one, outside of its own folder.
"""

from __future__ import annotations

import os

from linter.files.decoding import Unreadable
from linter.record import Record

# What is in there is made up by the system, and can be the environment of this process.
SYSTEM = ("/proc", "/sys", "/dev")

# Of these, /dev also has shared memory with ordinary files; whatever else is in it, is no file.
_WITHOUT_FILES = ("/proc", "/sys")


class Outside(Unreadable):
    """A file that a configuration may not name."""


class Reach(Record):
    """The folder that the files must be in, after all links, and what that is called."""

    __slots__ = ("folder", "name")

    def __init__(self, folder: str, name: str) -> None:
        self.folder = folder
        self.name = name

    def find(self, path: str) -> str:
        """Where a path leads after all links. Raises Unreadable, Outside if that is outside."""
        try:
            found = os.path.realpath(path)
        except ValueError:  # a NUL byte in the name
            raise Unreadable("not a valid file name") from None
        if not is_in(found, self.folder) or any(
            is_in(found, each) and not is_in(self.folder, each) for each in SYSTEM
        ):
            is_link = is_in(os.path.abspath(path), self.folder)
            raise Outside(
                f"it is a link that leads out of the {self.name}"
                if is_link
                else f"it is outside of the {self.name}"
            )
        return found


def reach_of(folder: str) -> Reach:
    """What a configuration in a folder may name."""
    folder = os.path.realpath(folder)
    parent = folder
    while not is_repository(parent):
        if parent == os.path.dirname(parent):
            return Reach(folder, "folder of the configuration")
        parent = os.path.dirname(parent)
    return Reach(parent, "repository")


def is_repository(folder: str) -> bool:
    """Whether a folder is the root of a repository."""
    return os.path.exists(os.path.join(folder, ".git"))


def system_folder(path: str) -> str | None:
    """The folder with nothing but what the system makes up that a path without links is in."""
    return next((each for each in _WITHOUT_FILES if is_in(path, each)), None)


def is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder, or somewhere in it."""
    return path == folder or path.startswith(os.path.join(folder, ""))
