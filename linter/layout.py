"""
Knows how a document is laid out, and writes new text the way its neighbours are written.

It answers with edits and knows nothing of labels. New text takes from what stands beside it: the
column, the distance of a dash, quotes, what is between key and value, the kind of line break, block
or flow style. Comments stay, also those of what is taken out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import groupby
from typing import NamedTuple

from linter.diagnostic import Edit
from linter.scalars import Kind, Undecodable, resolve
from linter.source import LINE_BREAK, Source, Span
from linter.syntax import (
    BLOCK_STYLES,
    Branch,
    Collection,
    Document,
    Mapping,
    Node,
    NotYaml,
    Scalar,
    comments,
    compose,
    nodes,
)
from linter.syntax import Sequence as List

_USUAL_STEP = 2
_COLON = re.compile(r"[ \t]*:")
_COMMA = re.compile(r"[ \t]*,")
_GAP = re.compile(r":[ \t]+")
_DASH = re.compile(r"-[ ]+")
# Of one line, it goes where the line goes, or else it would silence the next one.
_OF_ONE_LINE = re.compile(r"#[ \t]*interlock-lint:[ \t]*ignore(?!-file)")
_ANY = re.compile("#")

_NOT_PLAIN = ("", "<<", "=")
"""The last two mean something else to readers of YAML 1.1."""


class Inexact(Exception):
    """Something that cannot be written here without changing more; says why, and where."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class Pairs(NamedTuple):
    """A mapping to be written: keys, as they will stand in the text, and their values."""

    pairs: tuple[tuple[str, Content], ...]


class Items(NamedTuple):
    """A sequence to be written: items as they will stand in the text."""

    items: tuple[str, ...]


Content = str | Pairs | Items
"""What is to be written; a string is the text of a scalar or an alias."""


class Layout:
    """How one document is laid out; its methods raise Inexact."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source: Source = document.source
        self.text = document.source.text

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    # -- Scalars -----------------------------------------------------------------------------------

    @staticmethod
    def scalar(value: str, quote: str = "", *, flow: bool = False) -> str:
        """
        The text for a string: in the quotes that are given; without any, plain where Docker then
        reads the very same string, and else in double quotes.
        """
        if not quote and _is_exact_when_plain(value, flow=flow):
            return value
        if quote == "'" and not _escaped().search(value):
            return "'" + value.replace("'", "''") + "'"
        return '"' + _escaped().sub(_escape, value.replace("\\", "\\\\").replace('"', '\\"')) + '"'

    def copy(self, scalar: Scalar, *, flow: bool = False) -> str:
        """The text of a scalar, on one line, to be written once more in another place."""
        written = self.text[scalar.start : scalar.end]
        if not (scalar.tag or scalar.style in BLOCK_STYLES or LINE_BREAK.search(written)):
            if flow and scalar.plain and any(sign in written for sign in ",[]{}"):
                return self.scalar(scalar.value, '"')
            return written or '""'
        if scalar.tag:
            raise Inexact("a value with a tag is not copied", self.span(scalar))
        return self.scalar(scalar.value, '"')

    @staticmethod
    def quotes(scalars: Iterable[Node]) -> str:
        """The quotation mark that all of some scalars have, the last one's where they differ."""
        styles = [each.style for each in scalars if isinstance(each, Scalar) and each.value]
        return styles[-1] if styles and all(style in ("'", '"') for style in styles) else ""

    def gap(self, collection: Branch) -> str:
        """
        What stands between keys and values, where that is the same in all pairs of a mapping; of a
        sequence the last dash, and what is behind it.
        """
        if isinstance(collection, List):
            last = collection.children[-1].start if collection.children else collection.start
            lead = self.text[self._line_start(last) : last].lstrip(" ")
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
        if isinstance(leaf, Scalar) and leaf.style in BLOCK_STYLES:
            # The text of a block ends with the lines behind it; before it nothing depends on that.
            start = self._line_start(first.start)
            yield self._insert(self._with_comments_above(start, _ANY), lines)
        else:
            yield self._insert(self._next_line(max(last.end, first.end)), lines)

    def give(self, parent: Mapping, key: Node, value: Node, content: Content) -> Iterator[Edit]:
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
        column = self._indentation(key.start)
        if LINE_BREAK.search(between):  # it stands on a line of its own
            lines = self._lines(content, self._indentation(value.start))
            yield Edit(self.span(value), self._break(value.end).join(lines).lstrip(" "))
            return
        yield Edit(Span(self.source, value.start - len(between), value.end), "")
        below = column + (self.dash if isinstance(content, Items) else self.step)
        yield self._insert(self._next_line(value.end), self._lines(content, below))

    def empty(self, collection: Branch) -> Iterator[Edit]:
        """Leave nothing of a collection but its brackets."""
        brackets = "{}" if isinstance(collection, Mapping) else "[]"
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
        line = self._line_start(start)
        comma = _COMMA.match(self.text, end)
        lead = self.text[line:start]
        if lead.strip():
            yield Edit(Span(self.source, end, end), f", {inner}")
        elif self._next_line(end) >= collection.end:  # the bracket stands on the line of the last
            yield Edit(Span(self.source, end, end), f",{self._break(start)}{lead}{inner}")
        else:
            if not comma:
                yield Edit(Span(self.source, end, end), ",")
            yield self._insert(self._next_line(end), [lead + inner + ("," if comma else "")])

    def _take_from_flow(self, collection: Branch, numbers: Iterable[int]) -> Iterator[Edit]:
        parts = self._parts(collection)
        for first, last in _runs(numbers):
            start, end = parts[first].start, parts[last].end
            comma = _COMMA.match(self.text, end)
            before = _COMMA.match(self.text, parts[first - 1].end) if first else None
            alone = self._stands_alone(start, comma.end() if comma else end)
            if alone and (comma or (before and last + 1 == len(parts))):
                if before and not comma:
                    yield Edit(Span(self.source, before.start(), before.end()), "")
                yield self._take(start, end, " " * self._indentation(start))
                continue
            if last + 1 < len(parts):
                end = self._flow_start(parts, last + 1)
                if self.text[end] == "#" and not self.text[start - 1].isspace():
                    end -= 1  # there has to be a blank before a comment
            else:
                start = parts[first - 1].end
            if self._comments(start, end):
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
            if not self._stands_alone(parts[first].start, parts[last].end, before=False):
                raise Inexact("something else stands on its line", parts[last])
            before = self._block_before(collection, first)
            edit = self._take(parts[first].start, parts[last].end, indent, whole=bool(before))
            below = self.text[edit.span.end : self._line_end(edit.span.end)]
            if "+" in before and not edit.text and not below.strip():
                raise Inexact("empty lines behind it would join the text above", parts[last])
            yield edit

    def _block_before(self, collection: Branch, number: int) -> str:
        """The header of the block of text that a pair or an item stands behind, if any."""
        leaf = _last_leaf(part(collection, number - 1)[-1]) if number else None
        if not isinstance(leaf, Scalar) or leaf.style not in BLOCK_STYLES:
            return ""
        return self.text[leaf.start : self._line_end(leaf.start)].partition("#")[0]

    def _stands_alone(self, start: int, end: int, *, before: bool = True) -> bool:
        """Whether nothing but a comment stands on the lines of a text, or behind it."""
        behind = self.text[end : self._line_end(end)].strip()
        lead = self.text[self._line_start(start) : start].strip() if before else ""
        return not lead and behind[:1] in ("", "#")

    def _take(self, start: int, end: int, indent: str, *, whole: bool = False) -> Edit:
        """
        Take out all lines of a text, but for comments; our own go with it.

        With `whole` the line before it keeps its line break.
        """
        start = self._with_comments_above(self._line_start(start), _OF_ONE_LINE)
        end = self._next_line(end)
        line_break = self._break(start)
        kept = [indent + each for each in self._comments(start, end)]
        if self._ends_line(end):
            return Edit(Span(self.source, start, end), "".join(k + line_break for k in kept))
        # The last line of the text has no break at its end; nor must the one that is left.
        if not (kept or whole):
            start -= len(line_break) if self.text.endswith(line_break, 0, start) else 0
        return Edit(Span(self.source, start, end), line_break.join(kept))

    def _with_comments_above(self, start: int, kind: re.Pattern[str]) -> int:
        """Where lines start that hold nothing but a comment of a kind and stand above an offset."""
        number = bisect_left(self._all_comments, (start, start))
        for first, last in reversed(self._all_comments[:number]):
            line = self._line_start(first)
            alone = not self.text[line:first].strip() and self._next_line(last) == start
            if not (alone and kind.match(self.text, first)):
                break
            start = line
        return start

    def _comments(self, start: int, end: int) -> list[str]:
        """The comments between two offsets that have to stay."""
        first, last = (bisect_left(self._all_comments, (each, each)) for each in (start, end))
        texts = (self.text[begin:stop] for begin, stop in self._all_comments[first:last])
        return [text for text in texts if not _OF_ONE_LINE.match(text)]

    @cached_property
    def _all_comments(self) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in comments(self.document)]

    def _insert(self, offset: int, lines: Iterable[str]) -> Edit:
        """Lines at the start of a line, or behind the last one."""
        line_break = self._break(offset)
        if self._ends_line(offset):
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
        if isinstance(collection, Mapping):
            # The value of a key may be an alias or empty, and then ends where it stands.
            pairs = zip(children[::2], children[1::2], strict=True)
            return [Span(self.source, key.start, max(key.end, value.end)) for key, value in pairs]
        return [self.span(child) for child in children]

    def _header_end(self, collection: Branch) -> int:
        """Where the text ends that a block belongs to: its key, with its anchor and its tag."""
        end = self._line_start(collection.start)
        while True:
            while self.text[end - 1] in " \t\r\n":
                end -= 1
            number = bisect_left(self._all_comments, (end, end)) - 1
            if number < 0 or self._all_comments[number][1] < end:
                return end
            end = self._all_comments[number][0]

    def _column(self, collection: Branch) -> int:
        """The column, from 0, of the keys or dashes of a block."""
        first = collection.children[0]
        column = self._indentation(first.start)
        lead = self.text[self._line_start(first.start) + column : first.start]
        fits = lead.startswith("-") if isinstance(collection, List) else lead[:1] in ("", "&", "!")
        if not fits:
            raise Inexact("its first line holds something else too", self.span(first))
        return column

    def _indentation(self, offset: int) -> int:
        """How many blanks the line at an offset starts with."""
        start = self._line_start(offset)
        line = self.text[start : self._line_end(offset)]
        return len(line) - len(line.lstrip(" "))

    @cached_property
    def step(self) -> int:
        """By how many columns a mapping is indented in its parent: as the first one is."""
        return next(self._steps(Mapping), _USUAL_STEP)

    @cached_property
    def dash(self) -> int:
        """By how many columns dashes are indented in their parent: as the first ones are."""
        return next(self._steps(List), self.step)

    def _steps(self, shape: type[Collection]) -> Iterator[int]:
        for node in nodes(self.document.root):
            if isinstance(node, Mapping) and not node.flow:
                for key, value in node.pairs:
                    if isinstance(value, shape) and value.children and not value.flow:
                        inner = self._indentation(value.children[0].start)
                        step = inner - self._indentation(key.start)
                        if step > 0 or (step == 0 and shape is List):
                            yield step

    def _line_start(self, offset: int) -> int:
        return offset - self.source.position(offset).column + 1

    def _line_end(self, offset: int) -> int:
        found = LINE_BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def _next_line(self, offset: int) -> int:
        found = LINE_BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def _ends_line(self, offset: int) -> bool:
        """Whether a line starts at an offset, because a break stands before it."""
        return not offset or self.text[offset - 1] in "\r\n"

    def _break(self, offset: int) -> str:
        """The line break that lines around an offset end with."""
        start = self._line_start(offset)
        if start:
            return "\r\n" if self.text[start - 2 : start] == "\r\n" else self.text[start - 1]
        found = LINE_BREAK.search(self.text)
        return found.group() if found else "\n"


@cache  # a set of so many characters takes long to compile, and is seldom needed
def _escaped() -> re.Pattern[str]:
    """What a text in quotes on one line cannot hold as it is."""
    return re.compile(
        "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    )


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(match.group())
    return known or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _is_exact_when_plain(value: str, *, flow: bool) -> bool:
    """Whether Docker reads a text, written without quotes, as the very string that it is."""
    if value != value.strip() or value in _NOT_PLAIN or _escaped().search(value):
        return False
    try:
        root = compose(Source("", f"[{value}]" if flow else f"- {value}\n")).root
        node = root.children[0] if isinstance(root, List) and len(root.children) == 1 else None
        if not isinstance(node, Scalar) or node.style or node.tag or node.anchor:
            return False
        kind, shown = resolve(node)
    except (NotYaml, Undecodable):
        return False
    return shown == value and kind in (Kind.STRING, Kind.INTEGER)


def flow_text(content: Content, gap: str | None = None) -> str:
    """The text of content in flow style."""
    if isinstance(content, str):
        return content
    if isinstance(content, Items):
        return f"[{', '.join(content.items)}]"
    gap = gap or ": "
    return f"{{{', '.join(f'{key}{gap}{flow_text(value)}' for key, value in content.pairs)}}}"


def length(collection: Branch) -> int:
    """The number of pairs or items."""
    return len(heads(collection))


def heads(collection: Branch) -> Sequence[Node]:
    """The keys of a mapping, or the items of a sequence."""
    return collection.children[:: 2 if isinstance(collection, Mapping) else 1]


def part(collection: Branch, number: int) -> Sequence[Node]:
    """The key and the value of a pair, or an item, by its number counted from 0."""
    width = 2 if isinstance(collection, Mapping) else 1
    return collection.children[number * width : (number + 1) * width]


def _last_leaf(node: Node) -> Node:
    while isinstance(node, Collection) and node.children and not node.flow:
        node = node.children[-1]
    return node


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers together, as the first and the last of them."""
    # What a number exceeds its place by is the same for all of a run.
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
