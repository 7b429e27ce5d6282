"""The lines of a document, and the comments on them."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from linter.syntax.nodes import Document, comments
from linter.syntax.source import LINE_BREAK

# An ignore for one line goes where the line goes, or it would silence the next one.
IGNORE = re.compile(r"#[ \t]*interlock-lint:[ \t]*ignore(?!-file)")
ANY_COMMENT = re.compile("#")


class Lines:
    """The lines of one document; offsets are those of its source."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.text = document.source.text

    def indentation(self, offset: int) -> int:
        """How many blanks the line at an offset starts with."""
        start = self.start(offset)
        line = self.text[start : self.end(offset)]
        return len(line) - len(line.lstrip(" "))

    def start(self, offset: int) -> int:
        return offset - self.source.position(offset).column + 1

    def end(self, offset: int) -> int:
        found = LINE_BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next(self, offset: int) -> int:
        found = LINE_BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def begins_at(self, offset: int) -> bool:
        """Whether a line starts at an offset, because a break stands before it."""
        return not offset or self.text[offset - 1] in "\r\n"

    def break_at(self, offset: int) -> str:
        """The line break that lines around an offset end with."""
        start = self.start(offset)
        if start:
            return "\r\n" if self.text[start - 2 : start] == "\r\n" else self.text[start - 1]
        found = LINE_BREAK.search(self.text)
        return found.group() if found else "\n"

    def stands_alone(self, start: int, end: int, *, before: bool = True) -> bool:
        """Whether nothing but a comment stands on the lines of a text, or behind it."""
        behind = self.text[end : self.end(end)].strip()
        lead = self.text[self.start(start) : start].strip() if before else ""
        return not lead and behind[:1] in ("", "#")

    def start_with_comments(self, start: int, kind: re.Pattern[str]) -> int:
        """Where lines start that hold nothing but a comment of a kind and stand above an offset."""
        number = bisect_left(self.comments, (start, start))
        for first, last in reversed(self.comments[:number]):
            line = self.start(first)
            alone = not self.text[line:first].strip() and self.next(last) == start
            if not (alone and kind.match(self.text, first)):
                break
            start = line
        return start

    def comments_between(self, start: int, end: int) -> list[str]:
        """The comments between two offsets that have to stay."""
        first, last = (bisect_left(self.comments, (each, each)) for each in (start, end))
        texts = (self.text[begin:stop] for begin, stop in self.comments[first:last])
        return [text for text in texts if not IGNORE.match(text)]

    @cached_property
    def comments(self) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in comments(self.document)]
