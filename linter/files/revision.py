"""Reads files at a revision of a git repository; no checkout is touched, and nothing of it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from linter.files import git
from linter.files.decoding import MAX_BYTES, TooLarge, Unreadable, decode
from linter.files.sources import PREFIX
from linter.syntax.source import Source

_LINK, _SUBMODULE = b"120000", b"160000"
_MOST_LINKS = 8
_HASHES = (40, 64)  # of SHA-1 and SHA-256


class Entry(NamedTuple):
    """A file in a revision; `path` is relative to the root of the repository, with slashes."""

    path: str
    object: str
    size: int
    is_link: bool = False
    is_submodule: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether the path leads out of the repository, or into its `.git`, as git never writes."""
        parts = self.path.lower().replace(os.sep, "/").split("/")
        return not {"", os.curdir, os.pardir, ".git"}.isdisjoint(parts)


def _is_hash(text: str) -> bool:
    return len(text) in _HASHES and all(each in "0123456789abcdef" for each in text)


class Revision:
    """
    The files of a repository in one of its commits.

    `name` is the revision as the user calls it, `folder` the current folder below the root.
    """

    def __init__(self, name: str, root: str, folder: str, commit: str) -> None:
        self.name = name
        self.root = root
        self.commit = commit
        self.folder = folder
        self._entries: dict[str, list[Entry]] = {}

    def below(self, path: str) -> str:
        """A path that is relative to the current folder, from the root. Raises Unreadable."""
        if os.path.isabs(path):
            path = os.path.relpath(os.path.realpath(path))
        found = os.path.normpath(os.path.join(self.folder, path)).replace(os.sep, "/")
        if found.startswith(("../", "/")) or found == "..":
            raise Unreadable("it is outside of the repository")
        return "" if found == os.curdir else found

    def inside(self, path: str) -> str:
        """A file on the disk as a path from the root. Raises Unreadable."""
        return self.below(os.path.relpath(os.path.realpath(path)))

    def contains(self, path: str) -> bool:
        """Whether a file on the disk is in the revision too; if in doubt, True."""
        try:
            return bool(self.entries(self.inside(path)))
        except Unreadable:  # which is reported when it is read
            return True

    def shown(self, path: str) -> str:
        """A path from the root as a source, relative to the current folder."""
        shown = os.path.relpath(path, self.folder).replace(os.sep, "/")
        return f"{PREFIX}{self.name}:{shown}"

    def on_disk(self, path: str) -> str:
        """Where a path from the root is, or would be, in the work tree."""
        return os.path.join(self.root, *path.split("/")) if path else self.root

    def entries(self, path: str) -> list[Entry]:
        """The files below a path from the root, or the file that it is. Raises Unreadable."""
        if path not in self._entries:
            where = ("--", path) if path else ()
            output = _answer(self.root, "ls-tree", "-r", "-z", "-l", self.commit, *where)
            self._entries[path] = list(map(_entry, filter(None, output.split(b"\0"))))
        return self._entries[path]

    def existing(self, path: str) -> list[Entry]:
        """As above, if there are any. Raises Unreadable."""
        if not (found := self.entries(path)):
            raise Unreadable(f"not in `{self.name}`")
        return found

    def followed(self, path: str) -> str:
        """Where a path leads, through links in the revision. Raises Unreadable."""
        for _ in range(_MOST_LINKS):
            found = self._file(path)
            if not found.is_link:
                return path
            target = os.fsdecode(dict(self.contents([found]))[path])
            path = os.path.normpath(os.path.join(os.path.dirname(path), target))
            path = path.replace(os.sep, "/")
            if path.startswith(("../", "/")):
                raise Unreadable("it is a link that leads out of the repository")
        raise Unreadable("too many links lead to it")

    def _file(self, path: str) -> Entry:
        found = [each for each in self.existing(path) if each.path == path]
        if not found:
            raise Unreadable("it is a folder")
        if found[0].is_submodule:
            raise Unreadable("it is a submodule")
        return found[0]

    def read(self, path: str, most: int = MAX_BYTES) -> bytes:
        """The content of a file, through links in the revision. Raises Unreadable."""
        path = self.followed(path)
        return dict(self.contents([self._file(path)], most))[path]

    def source(self, path: str) -> Source:
        """A stack file. Raises Unreadable."""
        return decode(self.read(path), self.shown(path))

    def contents(
        self, entries: Iterable[Entry], most: int = MAX_BYTES
    ) -> Iterator[tuple[str, bytes]]:
        """The content of files by their paths. Raises Unreadable."""
        wanted = [each for each in entries if not each.is_submodule]
        if any(each.size > most for each in wanted):
            raise TooLarge(most)
        while wanted:
            some, wanted = _at_most(wanted)
            feed = "".join(f"{each.object}\n" for each in some).encode()
            output = _answer(self.root, "cat-file", "--batch", feed=feed)
            start = 0
            for each in some:
                header, start = start, output.index(b"\n", start) + 1
                if output.endswith(b" missing", header, start - 1):
                    raise Unreadable("git does not have its content; fetch it first")
                yield each.path, output[start : start + each.size]
                start += each.size + 1


_BATCH = 64 * 1024**2


def _at_most(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The first files that are read at once, and the others."""
    size = 0
    for index, each in enumerate(entries):
        size += each.size
        if size > _BATCH and index:
            return entries[:index], entries[index:]
    return entries, []


def _entry(line: bytes) -> Entry:
    """A line of `git ls-tree -l`: mode, type, object and size, and after a tab the path."""
    words, _, path = line.partition(b"\t")
    mode, _, name, size = words.split()
    return Entry(
        os.fsdecode(path),
        name.decode(),
        int(size) if size.isdigit() else 0,
        is_link=mode == _LINK,
        is_submodule=mode == _SUBMODULE,
    )


def _answer(root: str, command: str, *arguments: str, feed: bytes = b"") -> bytes:
    try:
        return git.run(root, command, *arguments, feed=feed)
    except git.NoAnswer as error:
        raise Unreadable(str(error)) from None


def revision(name: str) -> Revision:
    """A revision of the repository that the current folder is in. Raises Unreadable."""
    root = git.root_of(os.curdir)
    if root is None:
        raise Unreadable("the current folder is not in a git repository")
    folder = os.path.relpath(os.path.realpath(os.curdir), root)
    if _is_hash(name):
        return _commit(name, root, folder)
    return Revision(name, root, folder, _resolved(root, name))


@lru_cache(maxsize=16)
def _commit(name: str, root: str, folder: str) -> Revision:
    """A commit by its hash; what that names never changes, so it is looked up only once."""
    return Revision(name, root, folder, _resolved(root, name))


def _resolved(root: str, name: str) -> str:
    if not name:
        raise Unreadable("name a revision, as in `git:HEAD` or `git:HEAD:stacks`")
    wanted = f"{name}^{{commit}}"
    try:
        output = git.run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    except git.NoAnswer:
        raise Unreadable(_why_unknown(name, root)) from None
    commit = output.decode("ascii", "replace").strip()
    if not _is_hash(commit):
        raise Unreadable(f"`{name}` is not a revision")
    return commit


def _is_shallow(root: str) -> bool:
    return _answer(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def _why_unknown(name: str, root: str) -> str:
    """Why there is no such revision."""
    if _is_shallow(root):
        return f"this shallow clone has no revision `{name}`; fetch it first"
    return f"unknown revision `{name}`"


class Span(NamedTuple):
    """
    Commits along first parents, oldest first, after the one before them, if there is one.

    It is `cut` if there are older ones in the range, or may be in a shallow clone.
    """

    commits: list[Revision]
    cut: bool


def commits(spec: str, most: int) -> Span:
    """The commits of a range; at most so many of the newest. Raises Unreadable."""
    start, dots, end = spec.partition("..")
    last = revision(end or "HEAD") if dots else revision(start)
    words = ["--first-parent", "--parents", f"--max-count={most + 1}", last.commit]
    if dots and start:
        words.append(f"^{revision(start).commit}")
    output = _answer(last.root, "rev-list", *words).decode("ascii", "replace")
    # Each commit with its first parent; the one that has none is what the others come after.
    found = [line.split()[:2] for line in output.splitlines()]
    chosen, older = found[:most], found[most:]
    names = [each[0] for each in reversed(chosen)]
    names[:0] = chosen[-1][1:] if chosen else ()
    cut = any(len(each) > 1 for each in older)
    if found and len(found[-1]) == 1:
        cut = cut or _is_shallow(last.root)
    return Span([Revision(each, last.root, last.folder, each) for each in names], cut)
