"""
How a document is laid out, so that new text is written the way its neighbors are.

It answers with edits and knows nothing of labels. New text takes from what stands beside it: the
column, the distance of a dash, quotes, what is between key and value, the kind of line break, block
or flow style. Comments stay, also those of what is taken out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
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
    CollectionNode,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    length,
    nodes,
    part,
)
from linter.syntax.source import LINE_BREAK, Source, Span

_USUAL_STEP = 2


_COLON = re.compile(r"[ \t]*:")


_COMMA = re.compile(r"[ \t]*,")


_GAP = re.compile(r":[ \t]+")


_DASH = re.compile(r"-[ ]+")


class Layout:
    """How one document is laid out; its methods raise Inexact."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source: Source = document.source
        self.text = document.source.text
        self.lines = Lines(document)

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    # -- Scalars -----------------------------------------------------------------------------------

    def copy(self, scalar: ScalarNode, *, flow: bool = False) -> str:
        """The text of a scalar, on one line, to be written once more in another place."""
        written = self.text[scalar.start : scalar.end]
        if not (scalar.tag or scalar.style in BLOCK_STYLES or LINE_BREAK.search(written)):
            if flow and scalar.plain and any(sign in written for sign in ",[]{}"):
                return scalar_text(scalar.value, '"')
            return written or '""'
        if scalar.tag:
            raise Inexact("a value with a tag is not copied", self.span(scalar))
        return scalar_text(scalar.value, '"')

    def gap(self, collection: Branch) -> str:
        """
        What stands between keys and values, where that is the same in all pairs of a mapping; of a
        sequence the last dash, and what is behind it.
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
        self, collection: Branch, content: Pairs | Items, behind: int | None = None
    ) -> Iterator[Edit]:
        """
        Put pairs or items into a collection that has some already, or is `{}`, `[]`.

        They go to the end, or in a block behind the pair or the item of a number.
        """
        if collection.flow or not collection.children:
            yield from self._add_to_flow(collection, content)
            return
        lines = self._lines(content, self._column(collection), self.gap(collection))
        neighbour = part(collection, length(collection) - 1 if behind is None else behind)
        first, last = neighbour[0], neighbour[-1]
        leaf = _last_leaf(last)
        if isinstance(leaf, ScalarNode) and leaf.style in BLOCK_STYLES:
            # The text of a block ends with the lines behind it; before it nothing depends on that.
            start = self.lines.start(first.start)
            yield self._insert(self.lines.start_with_comments(start, ANY_COMMENT), lines)
        else:
            yield self._insert(self.lines.next(max(last.end, first.end)), lines)

    def give(self, parent: MappingNode, key: Node, value: Node, content: Content) -> Iterator[Edit]:
        """Put new content in the place of a value that is nothing, an alias, or one scalar."""
        if isinstance(content, str) and value.start < value.end:
            yield Edit(self.span(value), content)
            return
        colon = _COLON.match(self.text, key.end)
        if colon is None:
            raise Inexact("no colon stands behind its key", self.span(key))
        between = self.text[colon.end() : value.start]
        if between.strip():
            raise Inexact("an anchor, a tag or a comment stands before the value", self.span(value))
        if isinstance(content, str) or parent.flow:
            lead = "" if between or value.start < value.end else " "
            yield Edit(self.span(value), lead + flow_text(content))
            return
        column = self.lines.indentation(key.start)
        if LINE_BREAK.search(between):  # it stands on a line of its own
            lines = self._lines(content, self.lines.indentation(value.start))
            yield Edit(self.span(value), self.lines.break_at(value.end).join(lines).lstrip(" "))
            return
        yield Edit(Span(self.source, value.start - len(between), value.end), "")
        below = column + (self.dash if isinstance(content, Items) else self.step)
        yield self._insert(self.lines.next(value.end), self._lines(content, below))

    def empty(self, collection: Branch) -> Iterator[Edit]:
        """Leave nothing of a collection but its brackets."""
        brackets = "{}" if isinstance(collection, MappingNode) else "[]"
        if collection.flow:
            yield Edit(self.span(collection), brackets)
            return
        header = self._header_end(collection)
        yield Edit(Span(self.source, header, header), f" {brackets}")
        yield from self._take_lines(collection, range(length(collection)))

    def take_out(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        """Take out some, but not all, of the pairs or items of a collection, counted from 0."""
        if collection.flow:
            yield from self._take_from_flow(collection, numbers)
        else:
            yield from self._take_lines(collection, numbers)

    # -- Flow style --------------------------------------------------------------------------------

    def _add_to_flow(self, collection: Branch, content: Pairs | Items) -> Iterator[Edit]:
        inner = flow_text(content, self.gap(collection))[1:-1]
        if not collection.children:
            place = collection.start + 1
            blank = " " if self.text[place] == " " else ""
            yield Edit(Span(self.source, place, place), blank + inner)
            return
        end = self._parts(collection)[-1].end
        start = self._parts(collection)[-1].start
        line = self.lines.start(start)
        comma = _COMMA.match(self.text, end)
        lead = self.text[line:start]
        if lead.strip():
            yield Edit(Span(self.source, end, end), f", {inner}")
        elif self.lines.next(end) >= collection.end:  # the bracket stands on the line of the last
            yield Edit(Span(self.source, end, end), f",{self.lines.break_at(start)}{lead}{inner}")
        else:
            if not comma:
                yield Edit(Span(self.source, end, end), ",")
            yield self._insert(self.lines.next(end), [lead + inner + ("," if comma else "")])

    def _take_from_flow(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        parts = self._parts(collection)
        for first, last in _runs(numbers):
            start, end = parts[first].start, parts[last].end
            comma = _COMMA.match(self.text, end)
            before = _COMMA.match(self.text, parts[first - 1].end) if first else None
            alone = self.lines.stands_alone(start, comma.end() if comma else end)
            if alone and (comma or (before and last + 1 == len(parts))):
                if before and not comma:
                    yield Edit(Span(self.source, before.start(), before.end()), "")
                yield self._take(start, end, " " * self.lines.indentation(start))
                continue
            if last + 1 < len(parts):
                end = self._flow_start(parts, last + 1)
                if self.text[end] == "#" and not self.text[start - 1].isspace():
                    end -= 1  # there has to be a blank before a comment
            else:
                start = parts[first - 1].end
            if self.lines.comments_between(start, end):
                raise Inexact("a comment stands between the items", parts[first])
            yield Edit(Span(self.source, start, end), "")

    def _flow_start(self, parts: Sequence[Span], number: int) -> int:
        """Where an item of a flow collection starts, with its anchor and its tag."""
        before = parts[number - 1].end
        comma = self.text.find(",", before, parts[number].start)
        rest = self.text[comma + 1 : parts[number].start]
        return comma + 1 + len(rest) - len(rest.lstrip())

    # -- Block style -------------------------------------------------------------------------------

    def _take_lines(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        indent = " " * self._column(collection)
        parts = self._parts(collection)
        for first, last in _runs(numbers):
            if not self.lines.stands_alone(parts[first].start, parts[last].end, before=False):
                raise Inexact("something else stands on its line", parts[last])
            before = self._block_before(collection, first)
            edit = self._take(parts[first].start, parts[last].end, indent, whole=bool(before))
            below = self.text[edit.span.end : self.lines.end(edit.span.end)]
            if "+" in before and not edit.text and not below.strip():
                raise Inexact("empty lines behind it would join the text above", parts[last])
            yield edit

    def _block_before(self, collection: Branch, number: int) -> str:
        """The header of the block of text that a pair or an item stands behind, if any."""
        leaf = _last_leaf(part(collection, number - 1)[-1]) if number else None
        if not isinstance(leaf, ScalarNode) or leaf.style not in BLOCK_STYLES:
            return ""
        return self.text[leaf.start : self.lines.end(leaf.start)].partition("#")[0]

    def _take(self, start: int, end: int, indent: str, *, whole: bool = False) -> Edit:
        """
        Take out all lines of a text, but for comments; our own go with it.

        With `whole` the line before it keeps its line break.
        """
        start = self.lines.start_with_comments(self.lines.start(start), IGNORE)
        end = self.lines.next(end)
        line_break = self.lines.break_at(start)
        kept = [indent + each for each in self.lines.comments_between(start, end)]
        if self.lines.begins_at(end):
            return Edit(Span(self.source, start, end), "".join(k + line_break for k in kept))
        # The last line of the text has no break at its end; nor must the one that is left.
        if not (kept or whole):
            start -= len(line_break) if self.text.endswith(line_break, 0, start) else 0
        return Edit(Span(self.source, start, end), line_break.join(kept))

    def _insert(self, offset: int, lines: Iterable[str]) -> Edit:
        """Lines at the start of a line, or behind the last one."""
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
                    below = self.dash if isinstance(value, Items) else self.step
                    yield f"{indent}{key}:"
                    yield from self._lines(value, column + below)

    # -- Places ------------------------------------------------------------------------------------

    def _parts(self, collection: Branch) -> list[Span]:
        """The pairs of a mapping, or the items of a sequence."""
        children = collection.children
        if isinstance(collection, MappingNode):
            # The value of a key may be an alias or empty, and then ends where it stands.
            pairs = zip(children[::2], children[1::2], strict=True)
            return [Span(self.source, key.start, max(key.end, value.end)) for key, value in pairs]
        return [self.span(child) for child in children]

    def _header_end(self, collection: Branch) -> int:
        """Where the text ends that a block belongs to: its key, with its anchor and its tag."""
        end = self.lines.start(collection.start)
        while True:
            while self.text[end - 1] in " \t\r\n":
                end -= 1
            number = bisect_left(self.lines.comments, (end, end)) - 1
            if number < 0 or self.lines.comments[number][1] < end:
                return end
            end = self.lines.comments[number][0]

    def _column(self, collection: Branch) -> int:
        """The column, from 0, of the keys or dashes of a block."""
        first = collection.children[0]
        column = self.lines.indentation(first.start)
        lead = self.text[self.lines.start(first.start) + column : first.start]
        fits = (
            lead.startswith("-")
            if isinstance(collection, SequenceNode)
            else lead[:1] in ("", "&", "!")
        )
        if not fits:
            raise Inexact("its first line holds something else too", self.span(first))
        return column

    @cached_property
    def step(self) -> int:
        """By how many columns a mapping is indented in its parent: as the first one is."""
        return next(self._steps(MappingNode), _USUAL_STEP)

    @cached_property
    def dash(self) -> int:
        """By how many columns dashes are indented in their parent: as the first ones are."""
        return next(self._steps(SequenceNode), self.step)

    def _steps(self, shape: type[CollectionNode]) -> Iterator[int]:
        for node in nodes(self.document.root):
            if isinstance(node, MappingNode) and not node.flow:
                for key, value in node.pairs:
                    if isinstance(value, shape) and value.children and not value.flow:
                        inner = self.lines.indentation(value.children[0].start)
                        step = inner - self.lines.indentation(key.start)
                        if step > 0 or (step == 0 and shape is SequenceNode):
                            yield step


def _last_leaf(node: Node) -> Node:
    while isinstance(node, CollectionNode) and node.children and not node.flow:
        node = node.children[-1]
    return node


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers together, as the first and the last of them."""
    # What a number exceeds its place by is the same for all of a run.
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
