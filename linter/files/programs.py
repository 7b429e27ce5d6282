"""Finds the programs to run."""

from __future__ import annotations

import os
import sys


def path_of(name: str) -> str | None:
    """
    The path of a program; None if it is not on the PATH.

    Only absolute folders are searched: a relative one in PATH could be part of a repository.
    """
    if sys.platform == "win32":
        name += ".exe"
    for folder in filter(os.path.isabs, os.get_exec_path()):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
