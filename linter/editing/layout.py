"""
The layout of a document, so that new text is written like the text next to it.

It returns edits, and knows nothing about labels. New text copies from the text next to it: the
column, the space after a dash, quotes, the space between key and value, the kind of line break, and
block or flow style. Comments are kept, including those of removed text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from linter.editing.content import (
    Content,
    Inexact,
    Items,
    Pairs,
    flow_text,
    scalar_text,
)
from linter.editing.lines import ANY_COMMENT, IGNORE, Lines
from linter.model.diagnostic import Edit
from linter.syntax.nodes import (
    BLOCK_STYLES,
    Branch,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    last_leaf,
    length,
    part,
)
from linter.syntax.source import LINE_BREAK, Source, Span

_COLON = re.compile(r"[ \t]*:")
_COMMA = re.compile(r"[ \t]*,")
_GAP = re.compile(r":[ \t]+")
_DASH = re.compile(r"-[ ]+")


class Layout:
    """The layout of one document; its methods raise Inexact."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source: Source = document.source
        self.text = document.source.text
        self.lines = Lines(document)
        self._spans: dict[int, list[Span]] = {}

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    # -- Scalars -----------------------------------------------------------------------------------

    def copy(self, scalar: ScalarNode, *, flow: bool = False) -> str:
        """The text of a scalar, on one line, to be repeated in a different place."""
        written = self.text[scalar.start : scalar.end]
        if not (scalar.tag or scalar.style in BLOCK_STYLES or re.search(LINE_BREAK, written)):
            if flow and scalar.plain and any(sign in written for sign in ",[]{}"):
                return scalar_text(scalar.value, '"')
            return written or '""'
        if scalar.tag:
            raise Inexact("a value with a tag cannot be copied", self.span(scalar))
        return scalar_text(scalar.value, '"')

    def gap(self, collection: Branch) -> str:
        """
        The text between keys and values, if it is the same in all pairs of a mapping.

        For a sequence, the last dash and the space after it.
        """
        if isinstance(collection, SequenceNode):
            last = collection.children[-1].start if collection.children else collection.start
            lead = self.text[self.lines.start(last) : last].lstrip(" ")
            return lead if _DASH.fullmatch(lead) and not collection.flow else "- "
        gaps = {
            self.text[key.end : value.start]
            for key, value in collection.pairs
            if key.end < value.start
        }
        gap = gaps.pop() if len(gaps) == 1 else ": "
        return gap if _GAP.fullmatch(gap) else ": "

    # -- Writing -----------------------------------------------------------------------------------

    def add(
        self, collection: Branch, content: Pairs | Items, after: int | None = None
    ) -> Iterator[Edit]:
        """
        Add pairs or items to a collection that already has some, or is `{}` or `[]`.

        They go to the end or, in block style, after the pair or item with the number `after`.
        """
        if collection.flow or not collection.children:
            yield from self._add_to_flow(collection, content)
            return
        lines = self._lines(content, self._column(collection), self.gap(collection))
        neighbor = part(collection, length(collection) - 1 if after is None else after)
        first, last = neighbor[0], neighbor[-1]
        leaf = last_leaf(last)
        if isinstance(leaf, ScalarNode) and leaf.style in BLOCK_STYLES:
            # The lines after a block scalar affect its text, those before it do not.
            start = self.lines.start(first.start)
            yield self._insert(self.lines.start_with_comments(start, ANY_COMMENT), lines)
        else:
            yield self._insert(self.lines.next(max(last.end, first.end)), lines)

    def set_value(
        self, parent: MappingNode, key: Node, value: Node, content: Content
    ) -> Iterator[Edit]:
        """Replace a value that is empty, an alias or a scalar with new content."""
        if isinstance(content, str) and value.start < value.end:
            yield Edit(self.span(value), content)
            return
        colon = _COLON.match(self.text, key.end)
        if colon is None:
            raise Inexact("there is no colon right after its key", self.span(key))
        between = self.text[colon.end() : value.start]
        if between.strip():
            raise Inexact("an anchor, a tag or a comment precedes the value", self.span(value))
        if isinstance(content, str) or parent.flow:
            lead = "" if between or value.start < value.end else " "
            yield Edit(self.span(value), lead + flow_text(content))
            return
        column = self.lines.indentation(key.start)
        if re.search(LINE_BREAK, between):  # the value is on its own line
            lines = self._lines(content, self.lines.indentation(value.start))
            yield Edit(self.span(value), self.lines.break_at(value.end).join(lines).lstrip(" "))
            return
        yield Edit(Span(self.source, value.start - len(between), value.end), "")
        below = column + (self.lines.dash if isinstance(content, Items) else self.lines.step)
        yield self._insert(self.lines.next(value.end), self._lines(content, below))

    def empty(self, collection: Branch) -> Iterator[Edit]:
        """Remove everything in a collection, and leave only its brackets."""
        brackets = "{}" if isinstance(collection, MappingNode) else "[]"
        if collection.flow:
            yield Edit(self.span(collection), brackets)
            return
        header = self._header_end(collection)
        yield Edit(Span(self.source, header, header), f" {brackets}")
        yield from self._cut_lines(collection, range(length(collection)))

    def remove(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        """Remove some, but not all, of the pairs or items of a collection, numbered from 0."""
        if collection.flow:
            yield from self._cut_from_flow(collection, numbers)
        else:
            yield from self._cut_lines(collection, numbers)

    # -- Flow style --------------------------------------------------------------------------------

    def _add_to_flow(self, collection: Branch, content: Pairs | Items) -> Iterator[Edit]:
        inner = flow_text(content, self.gap(collection))[1:-1]
        if not collection.children:
            place = collection.start + 1
            blank = " " if self.text[place] == " " else ""
            yield Edit(Span(self.source, place, place), blank + inner)
            return
        last = self._parts(collection)[-1]
        start, end = last.start, last.end
        if not self.lines.is_first(start):
            yield Edit(Span(self.source, end, end), f", {inner}")
            return
        lead = self.text[self.lines.start(start) : start]
        comma = _COMMA.match(self.text, end)
        if self.lines.next(end) >= collection.end:  # the bracket is on the line of the last item
            yield Edit(Span(self.source, end, end), f",{self.lines.break_at(start)}{lead}{inner}")
        else:
            if not comma:
                yield Edit(Span(self.source, end, end), ",")
            yield self._insert(self.lines.next(end), [lead + inner + ("," if comma else "")])

    def _cut_from_flow(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        parts = self._parts(collection)
        for first, last in _runs(numbers):
            start, end = parts[first].start, parts[last].end
            comma = _COMMA.match(self.text, end)
            before = _COMMA.match(self.text, parts[first - 1].end) if first else None
            alone = self.lines.is_alone(start, comma.end() if comma else end)
            if alone and (comma or (before and last + 1 == len(parts))):
                if before and not comma:
                    yield Edit(Span(self.source, before.start(), before.end()), "")
                indent = " " * self.lines.indentation(start)
                cut = self._cut(start, end, indent)
                yield from (each for each in cut if each.text != each.span.text)
                continue
            if last + 1 < len(parts):
                end = self._flow_start(parts, last + 1)
                if self.text[end] == "#" and not self.text[start - 1].isspace():
                    end -= 1  # a comment needs a blank before it
            else:
                start = parts[first - 1].end
            if self.lines.comments_between(start, end):
                raise Inexact("there is a comment between the items", parts[first])
            yield Edit(Span(self.source, start, end), "")

    def _flow_start(self, parts: Sequence[Span], number: int) -> int:
        """Where an item of a flow collection starts, including its anchor and its tag."""
        before = parts[number - 1].end
        comma = self.text.find(",", before, parts[number].start)
        rest = self.text[comma + 1 : parts[number].start]
        return comma + 1 + len(rest) - len(rest.lstrip())

    # -- Block style -------------------------------------------------------------------------------

    def _cut_lines(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        indent = " " * self._column(collection)
        parts = self._parts(collection)
        for first, last in _runs(numbers):
            if not self.lines.is_alone(parts[first].start, parts[last].end, before=False):
                raise Inexact("there is something else on its line", parts[last])
            before = self._block_before(collection, first)
            edits = self._cut(parts[first].start, parts[last].end, indent, whole=bool(before))
            if before and len(edits) == 1:
                edits = self._kept_apart(edits[0], indent, empty_lines="+" in before)
            yield from (each for each in edits if each.text != each.span.text)

    def _kept_apart(self, cut: Edit, indent: str, *, empty_lines: bool) -> list[Edit]:
        """A cut below a block scalar, to which the lines after it must not be added."""
        start = end = cut.span.end
        while self.text[end : self.lines.next(end)].isspace():
            end = self.lines.next(end)
        blanks = self.lines.indentation(end)
        edits = [cut._replace(span=cut.span._replace(end=end if empty_lines else start))]
        if blanks > len(indent) and self.text.startswith("#", end + blanks):
            edits.append(Edit(Span(self.source, end, end + blanks), indent))
        return edits

    def _block_before(self, collection: Branch, number: int) -> str:
        """The header of the block scalar right before a pair or an item, if there is one."""
        leaf = last_leaf(part(collection, number - 1)[-1]) if number else None
        if not isinstance(leaf, ScalarNode) or leaf.style not in BLOCK_STYLES:
            return ""
        return self.text[leaf.start : self.lines.end(leaf.start)].partition("#")[0]

    def _cut(self, start: int, end: int, indent: str, *, whole: bool = False) -> list[Edit]:
        """
        Remove the lines of a text, but keep their comments, except for our own.

        With `whole`, the line before it keeps its line break. A comment is not part of an edit,
        because it may be secret.
        """
        start = self.lines.start_with_comments(self.lines.start(start), IGNORE)
        end = self.lines.next(end)
        line_break = self.lines.break_at(start)
        kept = self.lines.comments_between(start, end)
        last = self.lines.begins_at(end)
        # If the text does not end with a line break, the remaining text must not either.
        if not (kept or whole or last):
            start -= len(line_break) if self.text.endswith(line_break, 0, start) else 0
        edits: list[Edit] = []
        for comment in kept:
            lead = line_break if edits else ""
            edits.append(Edit(Span(self.source, start, comment.start), lead + indent))
            start = comment.end
        tail = line_break if kept and last else ""
        return [*edits, Edit(Span(self.source, start, end), tail)]

    def _insert(self, offset: int, lines: Iterable[str]) -> Edit:
        """Insert lines at the start of a line, or after the last one."""
        line_break = self.lines.break_at(offset)
        if self.lines.begins_at(offset):
            text = "".join(line + line_break for line in lines)
        else:
            text = "".join(line_break + line for line in lines)
        return Edit(Span(self.source, offset, offset), text)

    def _lines(self, content: Content, column: int, gap: str | None = None) -> Iterator[str]:
        indent = " " * column
        if isinstance(content, str):
            yield indent + content
        elif isinstance(content, Items):
            yield from (f"{indent}{gap or '- '}{item}" for item in content.items)
        else:
            for key, value in content.pairs:
                if isinstance(value, str):
                    yield f"{indent}{key}{gap or ': '}{value}"
                else:
                    below = self.lines.dash if isinstance(value, Items) else self.lines.step
                    yield f"{indent}{key}:"
                    yield from self._lines(value, column + below)

    def settled(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """
        Edits of this document as they work together.

        Lines that are added to the end need no line break before them after a cut that leaves one.
        """
        found, end = list(edits), len(self.text)
        cuts = (each.span.start for each in found if each.span.start < each.span.end == end)
        if any(map(self.lines.begins_at, cuts)) and not self.lines.begins_at(end):
            for number, each in enumerate(found):
                if each.span.start == end:
                    text = re.sub(rf"\A(?:{LINE_BREAK})", "", each.text)
                    found[number] = each._replace(text=text)
                    break
        return tuple(found)

    # -- Places ------------------------------------------------------------------------------------

    def _parts(self, collection: Branch) -> list[Span]:
        """The pairs of a mapping, or the items of a sequence."""
        if id(collection) in self._spans:
            return self._spans[id(collection)]
        children, width = collection.children, 2 if isinstance(collection, MappingNode) else 1
        spans = [  # an alias or an empty value ends where it is written
            Span(self.source, first.start, max(first.end, last.end))
            for first, last in zip(children[::width], children[width - 1 :: width], strict=True)
        ]
        return self._spans.setdefault(id(collection), spans)

    def _header_end(self, collection: Branch) -> int:
        """The end of the text before a block: its key, with its anchor and its tag."""
        end = self.lines.start(collection.start)
        while True:
            while self.text[end - 1] in " \t\r\n":
                end -= 1
            number = bisect_left(self.lines.comments, (end, end)) - 1
            if number < 0 or self.lines.comments[number][1] < end:
                return end
            end = self.lines.comments[number][0]

    def _column(self, collection: Branch) -> int:
        """The column, counted from 0, of the keys or dashes of a block."""
        first = collection.children[0]
        column = self.lines.indentation(first.start)
        lead = self.text[self.lines.start(first.start) + column : first.start]
        fits = (
            lead.startswith("-")
            if isinstance(collection, SequenceNode)
            else lead[:1] in ("", "&", "!")
        )
        if not fits:
            raise Inexact("there is something else on its first line", self.span(first))
        return column


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive numbers, each as its first and last number."""
    # The difference between a number and its index is the same throughout a run.
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
