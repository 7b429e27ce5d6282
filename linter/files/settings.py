"""Settings for the files in a folder, and the search for their configuration file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from linter import TYPE_CHECKING
from linter.files import reach
from linter.files.decoding import MAX_SETTINGS_BYTES, TooLarge, Unreadable, read_bytes
from linter.files.reach import Reach
from linter.files.sources import is_at_revision, parts_of
from linter.model import proxy, targets
from linter.model.diagnostic import Diagnostic, Severity
from linter.model.globs import Glob
from linter.record import Record

if TYPE_CHECKING:
    from datetime import date

FILE_NAMES = (".interlock-lint.yaml", ".interlock-lint.yml")


class UsageError(Exception):
    """Invalid usage or configuration; `see` says where to find help."""

    def __init__(self, message: str, see: str = "") -> None:
        super().__init__(message)
        self.see = see


class StackFiles(Record):
    """Files that make up one stack; the places are where the configuration names them."""

    __slots__ = ("env_file", "env_file_place", "files", "files_place", "name")

    def __init__(
        self,
        files: tuple[str, ...],
        name: str | None = None,
        env_file: str | None = None,
        files_place: str = "",
        env_file_place: str = "",
    ) -> None:
        self.files = files
        self.name = name
        self.env_file = env_file
        self.files_place = files_place
        self.env_file_place = env_file_place


class BaselineFile(Record):
    """A file with known findings; `place` is where the configuration names it, if it does."""

    __slots__ = ("path", "place")

    def __init__(self, path: str, place: str = "") -> None:
        self.path = path
        self.place = place


class ConfiguredIgnore(Record):
    """An entry under `ignore:`; a field that is None matches everything."""

    __slots__ = ("path", "reason", "rule", "service", "until")

    def __init__(
        self,
        rule: str,
        path: Glob | None = None,
        service: Glob | None = None,
        until: date | None = None,
        reason: str = "",
    ) -> None:
        self.rule = rule
        self.path = path
        self.service = service
        self.until = until
        self.reason = reason

    def applies(self, rule: str, path: str, today: date) -> bool:
        """Whether it is about findings of a rule in the file at `path`, relative to the root."""
        return (
            self.rule == rule
            and (self.until is None or self.until >= today)
            and (self.path is None or self.path.matches(path))
        )


class ConfiguredIgnores:
    """The entries under `ignore:`, arranged so that many findings can be looked up in many."""

    def __init__(self, entries: Iterable[ConfiguredIgnore] = ()) -> None:
        self.entries = tuple(entries)
        self._ignored: dict[tuple[str, str, date], _IgnoredServices] = {}

    def cover(self, diagnostic: Diagnostic, path: str, today: date) -> str | None:
        """
        The reason of an entry that ignores a finding in the file at `path`, relative to the root.

        It is empty if the entry states none. None if there is no such entry.
        """
        key = (diagnostic.rule, path, today)
        ignored = self._ignored.get(key)
        if ignored is None:
            applying = [each for each in self.entries if each.applies(*key)]
            ignored = self._ignored[key] = _ignored_services(applying)
        return ignored.cover(diagnostic.services or ("",))


class _IgnoredServices(Record):
    """
    The services of ignored findings, by their names and by globs that match them, with the reasons.

    `everything` is the reason to ignore the findings of all services, if there is one.
    """

    __slots__ = ("everything", "globs", "names")

    def __init__(
        self,
        everything: str | None,
        names: Mapping[str, str],
        globs: tuple[tuple[Glob, str], ...],
    ) -> None:
        self.everything = everything
        self.names = names
        self.globs = globs

    def cover(self, services: Iterable[str]) -> str | None:
        """The reason of an entry that matches all of these services."""
        if self.everything is not None:
            return self.everything
        different = set(services)
        if len(different) == 1 and (reason := self.names.get(*different)) is not None:
            return reason
        fitting = (reason for glob, reason in self.globs if all(map(glob.matches, different)))
        return next(fitting, None)


def _ignored_services(entries: Sequence[ConfiguredIgnore]) -> _IgnoredServices:
    everything = (each.reason for each in entries if each.service is None)
    named = [(each.service, each.reason) for each in entries if each.service is not None]
    return _IgnoredServices(
        everything=next(everything, None),
        names={glob.text: reason for glob, reason in reversed(named) if glob.is_plain},
        globs=tuple((glob, reason) for glob, reason in named if not glob.is_plain),
    )


_NO_IGNORES = ConfiguredIgnores()
_NOWHERE = Reach("", "")


class Settings(Record):
    """Settings for the files below `root`, from the configuration file at `path`, if any."""

    __slots__ = (
        "baseline",
        "exclude",
        "extra_labels",
        "fail_on",
        "ignores",
        "levels",
        "path",
        "proxy",
        "reach",
        "root",
        "stacks",
        "target",
    )

    def __init__(
        self,
        root: str = ".",
        path: str | None = None,
        target: targets.Target | None = None,
        proxy: proxy.Proxy | None = None,
        fail_on: Severity = Severity.WARNING,
        levels: Mapping[str, Severity] = MappingProxyType({}),
        exclude: tuple[Glob, ...] = (),
        extra_labels: frozenset[str] = frozenset(),
        stacks: tuple[StackFiles, ...] = (),
        ignores: ConfiguredIgnores = _NO_IGNORES,
        baseline: BaselineFile | None = None,
        reach: Reach = _NOWHERE,
    ) -> None:
        self.root = root
        self.path = path
        self.target = target
        self.proxy = proxy
        self.fail_on = fail_on
        self.levels = levels
        self.exclude = exclude
        self.extra_labels = extra_labels
        self.stacks = stacks
        self.ignores = ignores
        self.baseline = baseline
        self.reach = reach

    def excludes(self, path: str) -> bool:
        if not self.exclude:
            return False
        relative = self.relative(path)
        return any(each.matches(relative) for each in self.exclude)

    def relative(self, path: str) -> str:
        """A path as globs see it: relative to the root, with slashes."""
        root = os.path.join(os.path.abspath(self.root), "")
        if is_at_revision(path):  # where it is, or was, on the disk
            path = parts_of(path)[1]
        return os.path.abspath(path).removeprefix(root).replace(os.sep, "/")


def find(folder: str, known: dict[str, str | None] | None = None) -> str | None:
    """
    The configuration file nearest to a folder, up to the root of its repository.

    What is found is added to what is `known` of folders. Raises UsageError for a folder that has
    two.
    """
    known = {} if known is None else known
    passed = list[str]()
    while folder not in known:
        passed.append(folder)
        found = _configuration_in(folder)
        parent = os.path.dirname(folder)
        if found or parent == folder or reach.is_repository(folder):
            known[folder] = found
            break
        folder = parent
    known.update(dict.fromkeys(passed, known[folder]))
    return known[folder]


def _configuration_in(folder: str) -> str | None:
    """The configuration file in a folder itself. Raises UsageError if it has two."""
    paths = [os.path.join(folder, name) for name in FILE_NAMES]
    # A broken link, a folder or a pipe with the name is not passed by: reading it is an error.
    if found := [path for path in paths if os.path.lexists(path)]:
        if len(found) > 1:
            raise UsageError(f"{shown(found[0])}: {FILE_NAMES[1]} exists too; remove one of them")
        return found[0]
    pyproject = os.path.join(folder, "pyproject.toml")
    return pyproject if os.path.isfile(pyproject) and _has_table(pyproject) else None


def shown(path: str) -> str:
    """The path of a configuration in messages; a long chain of `../` is hard to read."""
    return min(path, os.path.relpath(path), key=len)


def _has_table(pyproject: str) -> bool:
    try:
        return b"[tool.interlock-lint" in read_bytes(pyproject, MAX_SETTINGS_BYTES)
    except TooLarge as error:
        raise UsageError(
            f"{shown(pyproject)}: {error}, so it is unknown whether it has a table "
            f"[tool.interlock-lint]; create an {FILE_NAMES[0]} next to it, or use --isolated"
        ) from None
    except Unreadable:  # not our file, so not our error to report
        return False
