"""Finds and reads what the sources `git:REVISION:PATH` of a command line name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from linter import TYPE_CHECKING
from linter.files import decoding, sifting
from linter.files.decoding import MAX_BYTES, TooLarge, Unreadable
from linter.files.search import is_stack_file
from linter.files.sources import PREFIX, is_at_revision, parts_of
from linter.reading.forms import may_have_one
from linter.record import Record
from linter.syntax.source import Source

if TYPE_CHECKING:
    from linter.files.revision import Entry, Revision


class Found(Record):
    """
    A file at a revision.

    `target` is where it leads, if it is a link, and otherwise the same path. `data` is its content,
    and None if it is larger than what is read.
    """

    __slots__ = ("at", "data", "is_named", "path", "target")

    def __init__(
        self,
        at: Revision,
        path: str,
        target: str,
        data: bytes | None,
        is_named: bool,
    ) -> None:
        self.at = at
        self.path = path
        self.target = target
        self.data = data
        self.is_named = is_named

    @property
    def on_disk(self) -> str:
        """Where it is, or was, in the work tree."""
        return self.at.on_disk(self.path)

    @property
    def identity(self) -> str:
        """What all of its names have in common."""
        return self.at.shown(self.target)

    @property
    def by_name(self) -> bool:
        """Whether it is a stack file by its name."""
        return is_stack_file(self.path)


class Revisions:
    """
    The revisions that a command line names.

    `fail` reports what cannot be read; without it, that is raised. `warnings` are about what is
    left out.
    """

    def __init__(self, fail: Callable[[str, Unreadable], None] | None = None) -> None:
        self._report = fail
        self._known: dict[str, Revision] = {}
        self._searched: dict[str, bool] = {}
        self.warnings: list[str] = []

    def _fail(self, name: str, error: Unreadable) -> None:
        if self._report is None:
            raise error
        self._report(name, error)

    def find(self, name: str) -> tuple[Revision, str]:
        """The revision in a source, and the path there. Raises Unreadable."""
        word, path = parts_of(name)
        if word not in self._known:
            from linter.files.revision import revision

            self._known[word] = revision(word)
        return self._known[word], self._known[word].below(path)

    def read(self, name: str) -> Source:
        """A file that is named, at a revision or not. Raises Unreadable."""
        if not is_at_revision(name):
            return decoding.read(name)
        at, path = self.find(name)
        return at.source(path)

    def files(self, name: str) -> Iterator[Found]:
        """The files to look at in a source at a revision."""
        try:
            at, path = self.find(name)
            listed = at.existing(path)
            if [each.path for each in listed] == [path]:
                target = at.followed(path)
                yield Found(at, path, target, at.read(target), is_named=True)
                return
            yield from self._files(at, listed)
        except Unreadable as error:
            self._fail(name, error)

    def _files(self, at: Revision, listed: Iterable[Entry]) -> Iterator[Found]:
        readable: list[Entry] = []
        for each in listed:
            if each.is_elsewhere:
                if may_have_one(each.path.rpartition("/")[2]):
                    name = f"{PREFIX}{at.name}:{each.path}"
                    self._fail(name, Unreadable("git checks out no file with this name"))
            elif each.is_submodule:
                self.warnings.append(f"{at.shown(each.path)}: a submodule; its files are not read")
            elif may_have_one(each.path.rpartition("/")[2]):
                readable.append(each)
        small = (each for each in readable if each.size <= MAX_BYTES and not each.is_link)
        contents = at.contents(list(small))
        for each in readable:
            path, data = each.path, None
            if each.is_link:
                try:
                    path = at.followed(path)
                    data = at.read(path)
                except Unreadable as error:
                    self._fail(at.shown(each.path), error)
                    continue
            elif each.size <= MAX_BYTES:
                _, data = next(contents)
            yield Found(at, each.path, path, data, is_named=False)

    def sift(self, found: Found) -> Source | None:
        """A file as a source; None if there is nothing to judge in it, or it cannot be read."""
        shown = found.at.shown(found.path)
        try:
            if found.data is None:
                if found.by_name or self._may_contain_label(found):
                    raise TooLarge(MAX_BYTES)
                return None
            if found.is_named:
                return decoding.decode(found.data, shown)
            return sifting.decoded(found.data, shown, by_name=found.by_name)
        except Unreadable as error:
            self._fail(shown, error)
        return None

    def _may_contain_label(self, found: Found) -> bool:
        """Whether a large file contains a label, or is so large that this remains unknown."""
        # Any number of files may have the same content.
        content = found.at.existing(found.target)[0].object
        if content not in self._searched:
            try:
                data = found.at.read(found.target, sifting.MOST_SEARCHED)
                self._searched[content] = sifting.contains_label(data)
            except TooLarge:
                self._searched[content] = True
        return self._searched[content]
