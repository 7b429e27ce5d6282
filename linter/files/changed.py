"""
Finds out which files of the work tree, and which lines of them, differ from a revision of git.

git itself would run programs that a repository configures to compare files, so it is asked only for
what is in the revision.
"""

from __future__ import annotations

import os
import re
from functools import cache

from linter.files import git
from linter.files.decoding import Unreadable, decode, read_bytes
from linter.files.revision import Entry, Revision, revision
from linter.files.settings import FILE_NAMES
from linter.files.sources import PREFIX
from linter.syntax.new_lines import Regions, new_lines
from linter.syntax.source import LINE_BREAK

_SINCE = "..."
"""After a revision: since the last commit that it has in common with HEAD."""


def changes_since(name: str) -> Changes:
    """What differs from a revision, as the command line names it. Raises Unreadable."""
    base = name.removesuffix(_SINCE).removeprefix(PREFIX)
    if not base:
        raise Unreadable("name a revision, as in `--changed=HEAD` or `--changed=origin/main...`")
    at = revision(base)
    if name.endswith(_SINCE):
        at = _common(at)
    return Changes(at)


def _common(at: Revision) -> Revision:
    try:
        output = git.run(at.root, "merge-base", at.commit, revision("HEAD").commit)
    except git.NoAnswer:
        raise Unreadable(
            f"`{at.name}` and HEAD have no commit in common here; fetch more of their history"
        ) from None
    return revision(output.decode("ascii", "replace").strip())


class Changes:
    """What differs between a revision and the work tree; new files differ as a whole."""

    def __init__(self, at: Revision) -> None:
        self.name = at.name
        self._at = at
        self._entries = {each.path: each for each in at.entries("")}
        self._content = cache(self._read)
        self._texts = cache(self._both)

    def covers(self, path: str) -> bool:
        """Whether a file is in the repository, so that it can be compared."""
        try:
            self._at.inside(path)
        except (Unreadable, ValueError):
            return False
        return git.root_of(os.path.dirname(os.path.realpath(path))) == self._at.root

    def includes(self, path: str) -> bool:
        """Whether a file in the repository differs."""
        data = self._content(path)
        if data is None:
            return True
        entry = self._entries.get(self._below(path))
        if entry is not None and not entry.is_link and _is_same(data, entry):
            return False
        texts = self._texts(path)
        return texts is None or texts[0] != texts[1]

    def misses_configuration(self, path: str) -> bool:
        """Whether a configuration that applied to a file has been removed."""
        folder = os.path.dirname(self._below(path))
        while True:
            for name in FILE_NAMES:
                known = f"{folder}/{name}" if folder else name
                if known in self._entries and not os.path.lexists(self._at.on_disk(known)):
                    return True
            if not folder:
                return False
            folder = os.path.dirname(folder)

    def lines(self, path: str) -> Regions | None:
        """The lines of a file that are new or differ; None if all of them are."""
        texts = self._texts(path)
        return None if texts is None else list(new_lines(*texts))

    def _both(self, path: str) -> tuple[list[str], list[str]] | None:
        """The lines of a file before and after; None if there are none to compare."""
        data = self._content(path)
        if data is None:
            return None
        try:
            before = decode(self._before(self._below(path)), path)
            after = decode(data, path)
        except Unreadable:
            return None
        return re.split(LINE_BREAK, before.text), re.split(LINE_BREAK, after.text)

    def _before(self, path: str) -> bytes:
        """The content of a file in the revision. Raises Unreadable."""
        entry = self._entries.get(path)
        if entry is None or entry.is_link:
            return self._at.read(path)
        return dict(self._at.contents([entry]))[path]

    def _below(self, path: str) -> str:
        """A path from the root; links lead where they did, or do."""
        folder, name = os.path.split(os.path.abspath(path))
        return self._at.below(os.path.join(os.path.relpath(os.path.realpath(folder)), name))

    @staticmethod
    def _read(path: str) -> bytes | None:
        try:
            return read_bytes(path)
        except Unreadable:
            return None


def _is_same(data: bytes, entry: Entry) -> bool:
    """Whether content is that of an object; git may have written it with other line breaks."""
    import hashlib

    kind = hashlib.sha1 if len(entry.object) == 40 else hashlib.sha256
    forms = (data, data.replace(b"\r\n", b"\n")) if b"\r\n" in data else (data,)
    return any(
        kind(b"blob %d\0%s" % (len(each), each), usedforsecurity=False).hexdigest() == entry.object
        for each in forms
    )
