"""The lines of a document, how far they are indented, and its comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from linter.syntax.nodes import (
    CollectionNode,
    Document,
    MappingNode,
    SequenceNode,
    comments,
    nodes,
)
from linter.syntax.source import LINE_BREAK, Span

# An ignore comment is removed with its line, or it would apply to the next one.
IGNORE = re.compile(r"#[ \t]*interlock-lint:[ \t]*ignore(?!-file)")
ANY_COMMENT = re.compile("#")

_USUAL_STEP = 2

_INDENTATION = re.compile(" *")
_BLANKS = re.compile(r"[^\S\r\n]*")


class Lines:
    """The lines of one document; offsets are those of its source."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.text = document.source.text

    def indentation(self, offset: int) -> int:
        """The number of blanks at the start of the line at an offset."""
        start = self.start(offset)
        return _end(_INDENTATION, self.text, start) - start

    def start(self, offset: int) -> int:
        return self.source.line_start(offset)

    def end(self, offset: int) -> int:
        return self.source.line_end(offset)

    def next(self, offset: int) -> int:
        return self.source.next_line(offset)

    def begins_at(self, offset: int) -> bool:
        """Whether a line starts at an offset: at the start of the text, or after a line break."""
        return not offset or self.text[offset - 1] in "\r\n"

    def break_at(self, offset: int) -> str:
        """The line break that is used around an offset."""
        start = self.start(offset)
        if start:
            return "\r\n" if self.text[start - 2 : start] == "\r\n" else self.text[start - 1]
        found = re.search(LINE_BREAK, self.text)
        return found.group() if found else "\n"

    def is_alone(self, start: int, end: int, *, before: bool = True) -> bool:
        """Whether a text shares its lines with nothing but a comment after it."""
        if before and not self.is_first(start):
            return False
        behind = _end(_BLANKS, self.text, end)
        return self.text[behind : behind + 1] in ("", "#", "\r", "\n")

    def is_first(self, offset: int) -> bool:
        """Whether there are only blanks before an offset on its line."""
        return _end(_BLANKS, self.text, self.start(offset)) >= offset

    def start_with_comments(self, start: int, kind: re.Pattern[str]) -> int:
        """Where the lines right above an offset start that contain only a comment of a kind."""
        number = bisect_left(self.comments, (start, start))
        for first, last in reversed(self.comments[:number]):
            line = self.start(first)
            alone = not self.text[line:first].strip() and self.next(last) == start
            if not (alone and kind.match(self.text, first)):
                break
            start = line
        return start

    def comments_between(self, start: int, end: int) -> list[Span]:
        """The comments between two offsets that have to be kept."""
        first, last = (bisect_left(self.comments, (each, each)) for each in (start, end))
        return [
            Span(self.source, *each)
            for each in self.comments[first:last]
            if not IGNORE.match(self.text, each[0])
        ]

    @cached_property
    def comments(self) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in comments(self.document)]

    @cached_property
    def step(self) -> int:
        """The indentation of mappings in their parent, taken from the first one."""
        return next(self._steps(MappingNode), _USUAL_STEP)

    @cached_property
    def dash(self) -> int:
        """The indentation of dashes in their parent, taken from the first ones."""
        return next(self._steps(SequenceNode), self.step)

    def _steps(self, shape: type[CollectionNode]) -> Iterator[int]:
        for node in nodes(self.document.root):
            if isinstance(node, MappingNode) and not node.flow:
                for key, value in node.pairs:
                    if isinstance(value, shape) and value.children and not value.flow:
                        inner = self.indentation(value.children[0].start)
                        step = inner - self.indentation(key.start)
                        if step > 0 or (step == 0 and shape is SequenceNode):
                            yield step


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    """Where the match of a pattern that also matches nothing ends; the text is not copied."""
    match = pattern.match(text, offset)
    return match.end() if match else offset
