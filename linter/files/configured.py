"""Loads what a configuration lists under `stacks`; the configuration is not trusted."""

from __future__ import annotations

import os
from collections.abc import Mapping

from linter import TYPE_CHECKING
from linter.files.decoding import MAX_SETTINGS_BYTES, Unreadable, decode, read_bytes
from linter.files.reach import Outside
from linter.files.settings import Settings, StackFiles, UsageError
from linter.model.diagnostic import Unjudged
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

if TYPE_CHECKING:
    from linter.files.revision import Revision

MAX_REPEATED_BYTES = 50 * 1024 * 1024
"""Size limit, over a whole run, of files that are read again because several stacks list them."""


class ConfiguredStacks:
    """
    The stacks that configurations list.

    `process` are the variables that the user passed on; a configuration has no others than those
    in the file it names. What cannot be read is appended to `unjudged`.
    """

    def __init__(self, process: Mapping[str, str], unjudged: list[Unjudged]) -> None:
        self._process = process
        self._unjudged = unjudged
        self._by_file: dict[int, dict[str, list[StackFiles]]] = {}
        self._seen: set[tuple[StackFiles, str]] = set()
        self._environments: dict[str, Environment] = {}
        self._read: set[str] = set()
        self._repeated = 0

    def of(self, name: str, settings: Settings) -> list[StackFiles]:
        """The stacks that a file belongs to."""
        if not settings.stacks:
            return []
        by_file = self._by_file.get(id(settings))
        if by_file is None:
            by_file = self._by_file[id(settings)] = {}
            for stack in settings.stacks:
                for path in stack.files:
                    by_file.setdefault(path, []).append(stack)
        return by_file.get(os.path.abspath(name), [])

    def is_new(self, stack: StackFiles, at: Revision | None = None) -> bool:
        """Whether a stack has not been loaded yet; of two entries that are the same, one counts."""
        key = (stack._replace(files_place="", env_file_place=""), at.commit if at else "")
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def sources(
        self, stack: StackFiles, settings: Settings, at: Revision | None = None
    ) -> tuple[Source, ...] | None:
        """
        All files of a stack, or None if one cannot be read; `at` a revision if one is named.

        Raises UsageError.
        """
        sources: list[Source] = []
        # The configuration is that of today, so it may list files that were added since.
        files = [each for each in stack.files if at is None or at.contains(each)]
        for path in files:
            name = os.path.relpath(path)
            try:
                found = settings.reach.find(path)
                if at is not None:
                    source = at.source(at.inside(path))
                else:
                    source = decode(read_bytes(found, below=settings.reach.folder), name)
            except Outside as error:
                raise UsageError(
                    f"{stack.files_place}: `files`: {name}: cannot be read: {error}; "
                    "pass the files with -c instead"
                ) from None
            except Unreadable as error:
                config = os.path.relpath(settings.path or "")
                reason = f"cannot be read: {error}; listed under `stacks` in {config}"
                self._unjudged.append(Unjudged(name, reason))
                continue
            self._count(found, source, stack)
            sources.append(source)
        return tuple(sources) if len(sources) == len(files) else None

    def _count(self, path: str, source: Source, stack: StackFiles) -> None:
        """Stop where a short configuration makes large files be read any number of times."""
        if path in self._read:
            self._repeated += len(source.text)
        self._read.add(path)
        if self._repeated > MAX_REPEATED_BYTES:
            raise UsageError(
                f"{stack.files_place}: `files`: the files that several stacks share add up to more "
                f"than {MAX_REPEATED_BYTES // 1024**2} MiB; check fewer of these stacks at a time"
            )

    def environment(
        self, path: str, stack: StackFiles, settings: Settings, at: Revision | None = None
    ) -> Environment:
        """The variables from the `env-file` of a stack. Raises UsageError."""
        from linter.files import variables

        name = os.path.relpath(path)
        origin = f"{stack.env_file_place}: `env-file`: "
        try:
            found = settings.reach.find(path)
            key = at.shown(at.inside(path)) if at else found
            if key not in self._environments:
                if at is not None:
                    source = at.source(at.inside(path))
                else:
                    data = read_bytes(found, MAX_SETTINGS_BYTES, below=settings.reach.folder)
                    source = decode(data, name)
                known = {**self._process, **variables.parse(source)}
                self._environments[key] = Environment(known, complete=True)
        except Unreadable as error:
            remedy = "; pass it with --env-file instead" if isinstance(error, Outside) else ""
            raise UsageError(f"{origin}{name}: cannot be read: {error}{remedy}") from None
        except UsageError as error:
            raise UsageError(f"{origin}{error}") from None
        return self._environments[key]
