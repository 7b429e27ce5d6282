"""Settings for the files in a folder, and the search for their configuration file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from linter.files.globs import Glob
from linter.model import proxy, targets
from linter.model.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from datetime import date

FILE_NAMES = (".interlock-lint.yaml", ".interlock-lint.yml")


class UsageError(Exception):
    """Invalid usage or configuration; `see` says where to find help."""

    def __init__(self, message: str, see: str = "") -> None:
        super().__init__(message)
        self.see = see


class StackFiles(NamedTuple):
    """Files that make up one stack."""

    files: tuple[str, ...]
    name: str | None = None
    env_file: str | None = None


class ConfiguredIgnore(NamedTuple):
    """An entry under `ignore:`; a field that is None matches everything."""

    rule: str
    path: Glob | None = None
    service: str | None = None
    until: date | None = None

    def covers(self, diagnostic: Diagnostic, path: str, today: date) -> bool:
        """Whether the entry ignores a finding in the file at `path`, relative to the root."""
        services = diagnostic.services or ("",)
        return (
            self.rule == diagnostic.rule
            and (self.until is None or self.until >= today)
            and (self.path is None or self.path.matches(path))
            and (self.service is None or all(fnmatchcase(s, self.service) for s in services))
        )


class Settings(NamedTuple):
    """Settings for the files below `root`, from the configuration file at `path`, if any."""

    root: str = "."
    path: str | None = None
    target: targets.Target | None = None
    proxy: proxy.Proxy | None = None
    fail_on: Severity = Severity.WARNING
    levels: Mapping[str, Severity] = MappingProxyType({})
    exclude: tuple[Glob, ...] = ()
    extra_labels: frozenset[str] = frozenset()
    stacks: tuple[StackFiles, ...] = ()
    ignores: tuple[ConfiguredIgnore, ...] = ()

    def excludes(self, path: str) -> bool:
        if not self.exclude:
            return False
        relative = self.relative(path)
        return any(each.matches(relative) for each in self.exclude)

    def relative(self, path: str) -> str:
        """A path as globs see it: relative to the root, with slashes."""
        root = os.path.join(os.path.abspath(self.root), "")
        return os.path.abspath(path).removeprefix(root).replace(os.sep, "/")


@cache
def find(folder: str) -> str | None:
    """
    The configuration file nearest to a folder, up to the root of its repository.

    Raises UsageError for a folder that has two.
    """
    paths = [os.path.join(folder, name) for name in FILE_NAMES]
    if found := [path for path in paths if os.path.isfile(path)]:
        if len(found) > 1:
            shown = min(found[0], os.path.relpath(found[0]), key=len)
            raise UsageError(f"{shown}: {FILE_NAMES[1]} exists too; remove one of them")
        return found[0]
    pyproject = os.path.join(folder, "pyproject.toml")
    if os.path.isfile(pyproject) and _has_table(pyproject):
        return pyproject
    parent = os.path.dirname(folder)
    if os.path.exists(os.path.join(folder, ".git")) or parent == folder:
        return None
    return find(parent)


def _has_table(pyproject: str) -> bool:
    try:
        with open(pyproject, "rb") as file:
            return b"[tool.interlock-lint" in file.read()
    except OSError:  # not our file, so not our error to report
        return False
