"""Finds the stack files in a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from linter.syntax.source import Source

STACK_FILE = re.compile(
    r"(?:(?:docker-)?(?:compose|stack)[^/]*|[^/]*\.(?:compose|stack)(?:\.[^/]*)?)\.ya?ml"
)
"""Names of stack files in a folder."""

_YAML_SUFFIXES = (".yml", ".yaml")
_LABEL = "com.docker.lb."
# Anything a rule can be about contains one of these: labels, misspellings, older labels.
_HINTS = ("com.docker", ".lb.", "interlock.", "ucp-hrm")


def search(folder: str) -> list[str]:
    """The YAML files in a folder and below, sorted, without those that git ignores."""
    listed = _git_files(folder)
    names = _walk(folder) if listed is None else listed
    return sorted(name for name in names if name.endswith(_YAML_SUFFIXES))


def is_stack_file(path: str) -> bool:
    """Whether a file is a stack file by its name."""
    return STACK_FILE.fullmatch(path.rpartition("/")[2]) is not None


def contains_labels(source: Source, *, by_name: bool) -> bool:
    """
    Whether a file found in a folder has to be checked.

    A stack file by name does if it contains anything that a rule can be about, any other YAML file
    if it contains a label of Interlock.
    """
    text = source.text
    return any(hint in text for hint in _HINTS) if by_name else _LABEL in text


def _git_files(folder: str) -> Iterator[str] | None:
    """Files that git tracks or would track; None outside a repository, or without git."""
    parent = os.path.abspath(folder)
    while not os.path.exists(os.path.join(parent, ".git")):
        if parent == os.path.dirname(parent):
            return None
        parent = os.path.dirname(parent)
    import subprocess

    command = ["git", "-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError:
        return None
    if result.returncode:
        return None
    prefix = "" if folder == "." else os.path.join(folder, "")
    names = set(os.fsdecode(result.stdout).split("\0"))
    # A tracked file may not exist any more, and a nested repository is listed as a folder.
    return (prefix + name for name in names if os.path.lexists(prefix + name))


def _walk(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        prefix = "" if parent == "." else os.path.join(parent, "").removeprefix("./")
        yield from (prefix + name for name in names)
