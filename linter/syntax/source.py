"""Decoded text, and spans of it, with line and column numbers."""

from __future__ import annotations

import re
from _weakref import ref  # weakref itself takes longer to import than a small file to compose
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from io import StringIO
from itertools import accumulate

from linter import TYPE_CHECKING
from linter.record import Record
from linter.syntax.mask import Masked, has_hole, shown

if TYPE_CHECKING:
    from typing import Any

# YAML and editors agree on these; NEL, U+2028 and U+2029 are line breaks only in YAML 1.1.
LINE_BREAK = r"\r\n|\r|\n"


class Position(Record):
    """A line and a column as editors count them, both from 1; columns are in characters."""

    __slots__ = ("column", "line")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column

    def __iter__(self) -> Iterator[int]:
        yield self.line
        yield self.column


def _nothing() -> None:
    return None


# A text may be seen in many ways, one after the other.


@lru_cache(maxsize=16)
def mentions(text: str, what: str) -> bool:
    """Whether a text contains another one."""
    return what in text


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    # Files of Python end lines at the same places, and find them three times as fast as a pattern.
    starts = list(accumulate(map(len, StringIO(text, newline="")), initial=0))
    return starts if text.endswith(("\r", "\n")) else starts[:-1] or starts


class View(Record):
    """
    How a text in another language than YAML is read as a stack file.

    `mask` finds the YAML in such a text, or `tree` makes the Document of a stack file whose nodes
    lie where the text says the same. `fixed` is the reason why the text cannot be changed exactly,
    if there is one; `by_hand` then says how to set a label of a service, or to remove it. A text
    that no user has written, of a service that runs, has `describe`: it says in words what is at an
    offset, because lines and columns would mean nothing to anybody.
    `address` names in addition what is at an offset, where lines alone say little. `stack` is the
    name of the stack, if the text has it.

    A text that can become one of several stacks, as a template with branches, has a view for each
    of them: this is one `of` them, with its `number`, which counts from 0; `every` returns all. If
    expressions are `native`, they may become values of any type even in quotes, as in Ansible. A
    stack that is `alone` never runs together with others, because it is an example, or takes the
    place of another one; in one that is `cut`, nothing counts as missing.
    """

    __slots__ = (
        "address",
        "alone",
        "by_hand",
        "cut",
        "describe",
        "every",
        "fixed",
        "form",
        "mask",
        "native",
        "number",
        "of",
        "stack",
        "tree",
    )

    def __init__(
        self,
        form: str,
        mask: Callable[[str], Masked] | None = None,
        tree: Callable[[Source], Any] | None = None,
        fixed: str = "",
        describe: Callable[[Source, int], str] | None = None,
        address: Callable[[Source, int], str] | None = None,
        stack: str | None = None,
        number: int = 0,
        of: int = 1,
        every: Callable[[Source], Iterable[View]] | None = None,
        native: bool = False,
        alone: bool = False,
        cut: bool = False,
        by_hand: Callable[[str, str, str | None], str] | None = None,
    ) -> None:
        self.form = form
        self.mask = mask
        self.tree = tree
        self.fixed = fixed
        self.describe = describe
        self.address = address
        self.stack = stack
        self.number = number
        self.of = of
        self.every = every
        self.native = native
        self.alone = alone
        self.cut = cut
        self.by_hand = by_hand


class Source:
    """
    One decoded text.

    `path` is shown in messages; `text` has no byte order mark; `encoding` restores the original
    bytes (`utf-8-sig`, `utf-16-le` and `utf-16-be` mean that the file begins with the mark).
    `view` says how it is read if it is not YAML; a text may hold several stacks, each with a view
    and a source of its own. `document` returns what was parsed from it, while that is in use.
    """

    def __init__(
        self, path: str, text: str, encoding: str = "utf-8", view: View | None = None
    ) -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.view = view
        self.document: Callable[[], Any] = _nothing
        self._changed: Callable[[], Source | None] = _nothing

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    @property
    def is_written(self) -> bool:
        """Whether a user has written its text, so that its lines and columns mean something."""
        return self.view is None or self.view.describe is None

    @property
    def is_toml(self) -> bool:
        """Whether it is a configuration of Interlock itself, and has no document."""
        return self.view is not None and self.view.form == "toml"

    @property
    def alternatives(self) -> list[Source]:
        """The same text in each of the ways in which its form can be read."""
        every = self.view and self.view.every
        return [self.seen_as(view) for view in every(self)] if every else [self]

    def changed(self, text: str) -> Source:
        """The same source with another text; the same one again, while it is in use."""
        known = self._changed()
        if known is None or known.text != text:
            known = Source(self.path, text, self.encoding, self.view)
            self._changed = ref(known)
        return known

    def seen_as(self, view: View) -> Source:
        """The same text, read in another way."""
        return Source(self.path, self.text, self.encoding, view)

    @cached_property
    def masked(self) -> Masked:
        """The YAML in the text. Raises Unmaskable."""
        mask = self.view and self.view.mask
        return mask(self.text) if mask else Masked(self.text)

    @property
    def yaml(self) -> str:
        """The text as YAML, in which everything else is blank. Raises Unmaskable."""
        return self.masked.yaml

    def holes(self, start: int, end: int) -> list[str]:
        """The expressions of a template between two offsets, as written."""
        found: list[str] = []
        holes = self.masked.holes
        for hole in holes[bisect_left(holes, (start,), key=lambda each: each.visible[:1]) :]:
            if hole.visible[1] > end:
                break
            found.append(self.text[hole.start : hole.end])
        return found

    def is_yaml(self, start: int, end: int) -> bool:
        """Whether all of the text between two offsets is YAML, and not part of a template."""
        return self.yaml[start:end] == self.text[start:end]

    def shown(self, value: str) -> str:
        """A part of the YAML with the expressions in it as written."""
        return shown(value, self._expressions) if has_hole(value) else value

    @cached_property
    def _expressions(self) -> dict[str, str]:
        places = ((hole, hole.visible) for hole in self.masked.holes)
        return {self.yaml[a:b]: self.text[hole.start : hole.end] for hole, (a, b) in places}

    @cached_property
    def _line_starts(self) -> list[int]:
        return _line_starts(self.text)

    def position(self, offset: int) -> Position:
        """The line and column of an offset; the offset just past the end is allowed."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    @cached_property
    def _astral(self) -> list[int]:
        """Where the characters are that take two units of UTF-16."""
        if self.text.isascii():
            return []
        return [match.start() for match in re.finditer("[\U00010000-\U0010ffff]", self.text)]

    def units(self, start: int, end: int) -> int:
        """How many units of UTF-16 there are between two offsets."""
        return end - start + bisect_left(self._astral, end) - bisect_left(self._astral, start)

    def line_span(self, line: int) -> Span:
        """The span of a line, numbered from 1, without its line break."""
        start = self._line_starts[line - 1]
        return Span(self, start, self.line_end(start))

    def line_start(self, offset: int) -> int:
        """Where the line at an offset starts."""
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]

    def next_line(self, offset: int) -> int:
        """Where the line after the one at an offset starts, or the text ends."""
        line = bisect_right(self._line_starts, offset)
        return self._line_starts[line] if line < len(self._line_starts) else len(self.text)

    def line_end(self, offset: int) -> int:
        """Where the line at an offset ends, before its line break."""
        end, start = self.next_line(offset), self.line_start(offset)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return end


class Span(Record):
    """A half-open range of character offsets in a source."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def yaml(self) -> str:
        """Its text as YAML, without expressions of a template."""
        return self.source.yaml[self.start : self.end]

    @property
    def position(self) -> Position:
        return self.source.position(self.start)

    @property
    def place(self) -> str:
        """`path:line:column`, or what is there in a text that no user has written."""
        view = self.source.view
        if view is not None and view.describe is not None:
            return view.describe(self.source, self.start)
        at = self.position
        address = view.address(self.source, self.start) if view and view.address else ""
        return f"{self.source.path}:{at.line}:{at.column}" + (f" ({address})" if address else "")

    @property
    def line_place(self) -> str:
        """`path:line`, or as above."""
        written = self.source.is_written
        return f"{self.source.path}:{self.position.line}" if written else self.place

    @property
    def end_position(self) -> Position:
        return self.source.position(self.end)

    @property
    def sort_key(self) -> tuple[str, int, int]:
        return (self.source.path, self.start, self.end)

    def covers(self, other: Span) -> bool:
        """Whether `other` lies within this span."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line of this span; a line break at its end does not add one."""
        last = self.source.position(max(self.start, self.end - 1)).line
        return self.position.line, last
