"""The nodes of a YAML document, with their values and positions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from linter.record import Record
from linter.syntax.source import Source, Span

BLOCK_STYLES = frozenset({"|", ">"})
"""Styles of scalars that begin with a header and continue on the next line."""

UNSPECIFIC_TAG = "!"
"""The tag that changes nothing: what a plain scalar is still follows from how it looks."""

_MERGE_TAG = "tag:yaml.org,2002:merge"

LIKE_MERGE = frozenset({"<<", "<:", "<<:", "<", "<<<"})
"""What `<<` looks like, also in quotes or with a tag, if it is mistyped: `<::` is the key `<:`."""

_BREAK = r"[\r\n]"

_COMMENT = r"(?:(?<=[ \t\r\n])|\A)#[^\r\n]*"


class ScalarNode:
    """A single value; `tag` and `style` are as written, `""` if there is none."""

    __slots__ = ("anchor", "end", "start", "style", "tag", "value")

    def __init__(
        self,
        value: str,
        start: int,
        end: int,
        style: str = "",
        tag: str = "",
        anchor: str | None = None,
    ) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.style = style
        self.tag = tag
        self.anchor = anchor

    @property
    def plain(self) -> bool:
        """Whether it has no quotes, so that YAML may read it as something other than a string."""
        return not self.style


class UnknownNode(ScalarNode):
    """A single value that the text does not tell; `value` is a name for it, as of a variable."""

    __slots__ = ()


class CollectionNode:
    """
    The base of mappings and sequences; `children` are in the order of the text.

    Their `value` is None and their `style` empty, so that those of any node can be looked up.
    """

    __slots__ = ("anchor", "children", "end", "flow", "start", "tag")

    value = None
    style = ""

    def __init__(self, start: int, tag: str, anchor: str | None, flow: bool) -> None:
        self.children: list[Node] = []
        self.start = start
        self.end = start
        self.tag = tag
        self.anchor = anchor
        self.flow = flow


class MappingNode(CollectionNode):
    """Keys and values; `pairs` includes duplicate keys, and `<<` like any other key."""

    __slots__ = ()

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        nodes = iter(self.children)
        return zip(nodes, nodes, strict=True)


class SequenceNode(CollectionNode):
    """Items."""

    __slots__ = ()


class AliasNode:
    """`*name`, and the node it refers to."""

    __slots__ = ("end", "name", "start", "target")

    value = None
    style = ""

    def __init__(self, name: str, start: int, end: int, target: Value) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.target = target


Branch = MappingNode | SequenceNode

Value = ScalarNode | Branch

Node = Value | AliasNode


class DuplicateKey(Record):
    """A key that its mapping already has."""

    __slots__ = ("first", "key")

    def __init__(self, key: Span, first: Span) -> None:
        self.key = key
        self.first = first


class Document:
    """
    The first document of a text, and the roots of the later ones, which Docker ignores.

    If it is `literal`, it was made from something else than a stack file: its scalars are strings
    without variables, unless they have a tag, and all of its keys and values fit. `written` is what
    it was made from, if that is YAML. In another language, `remarks` are the ranges of comments,
    and `syntax` those of what is only the language. `partial` are the services of which only a part
    is seen.
    """

    __slots__ = (
        "__weakref__",
        "duplicates",
        "later",
        "literal",
        "partial",
        "remarks",
        "root",
        "source",
        "syntax",
        "written",
    )

    def __init__(
        self,
        source: Source,
        root: Value | None,
        duplicates: tuple[DuplicateKey, ...] = (),
        later: tuple[Value, ...] = (),
        *,
        literal: bool = False,
        written: Value | None = None,
        remarks: tuple[tuple[int, int], ...] = (),
        syntax: tuple[tuple[int, int], ...] = (),
        partial: frozenset[str] = frozenset(),
    ) -> None:
        self.remarks = remarks
        self.syntax = syntax
        self.partial = partial
        self.literal = literal
        self.written = written
        self.source = source
        self.root = root
        self.duplicates = duplicates
        self.later = later

    def span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)


def nodes(root: Node | None) -> Iterator[Node]:
    """Every node written in the document, once, in the order of the text."""
    pending = [root] if root is not None else []
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, CollectionNode):
            pending.extend(reversed(node.children))


def scalars(root: Node | None) -> Iterator[ScalarNode]:
    """Every scalar written in the document, once, in the order of the text."""
    return (node for node in nodes(root) if isinstance(node, ScalarNode))


def length(collection: Branch) -> int:
    """The number of pairs or items."""
    return len(collection.children) // _width(collection)


def heads(collection: Branch) -> list[Node]:
    """The keys of a mapping, or the items of a sequence."""
    return collection.children[:: _width(collection)]


def head(collection: Branch, number: int) -> Node:
    """The key of a pair, or an item, by its number counted from 0."""
    return collection.children[number * _width(collection)]


def part(collection: Branch, number: int) -> list[Node]:
    """The key and the value of a pair, or an item, by its number counted from 0."""
    width = _width(collection)
    return collection.children[number * width : (number + 1) * width]


def _width(collection: Branch) -> int:
    return 2 if isinstance(collection, MappingNode) else 1


def follow(node: Node) -> Value:
    """The node an alias refers to, or the node itself."""
    return node.target if isinstance(node, AliasNode) else node


def repeated_keys(source: Source, keys: Iterable[Node]) -> Iterator[DuplicateKey]:
    """
    The keys of a mapping that it already has.

    Docker compares them without quotes, `1` and `"1"`, and aliases by name and only with aliases.
    """
    first: dict[tuple[str, str], Span] = {}
    for key in keys:
        if not isinstance(key, CollectionNode):
            span = Span(source, key.start, key.end)
            text = ("*", key.name) if isinstance(key, AliasNode) else ("", key.value)
            known = first.setdefault(text, span)
            if known is not span:
                yield DuplicateKey(span, known)


def as_key(node: Node) -> ScalarNode | None:
    """The scalar of a key, which may be an alias of one; None for a collection."""
    if isinstance(node, ScalarNode):
        return node
    target = follow(node)
    if not isinstance(target, ScalarNode):
        return None
    return ScalarNode(target.value, node.start, node.end, target.style, target.tag)


def last_leaf(node: Node) -> Node:
    """The last node in a block, or a node itself if it is not one."""
    while isinstance(node, CollectionNode) and node.children and not node.flow:
        node = node.children[-1]
    return node


def is_merge(key: Node) -> bool:
    """Whether a key is `<<`, which merges other mappings."""
    if not isinstance(key, ScalarNode) or key.value != "<<":
        return False
    return key.tag == _MERGE_TAG or (key.plain and key.tag in ("", UNSPECIFIC_TAG))


def is_meant_to_merge(key: Node, value: Node) -> bool:
    """Whether a key is not `<<`, but resembles it, and its value could be merged."""
    return (
        isinstance(key, ScalarNode)
        and key.value in LIKE_MERGE
        and not is_merge(key)
        and merged_mappings(value) is not None
    )


def merged_mappings(value: Node) -> list[tuple[MappingNode, tuple[AliasNode, ...]]] | None:
    """
    The mappings that a value of `<<` merges, in order, each with the aliases that lead to it.

    None if the value is neither a mapping nor a list of mappings.
    """
    via = (value,) if isinstance(value, AliasNode) else ()
    target = follow(value)
    if isinstance(target, MappingNode):
        return [(target, via)]
    if not isinstance(target, SequenceNode):
        return None
    found: list[tuple[MappingNode, tuple[AliasNode, ...]]] = []
    for item in target.children:
        mapping = follow(item)
        if not isinstance(mapping, MappingNode):
            return None
        found.append((mapping, (*via, item) if isinstance(item, AliasNode) else via))
    return found


def with_merged(mapping: MappingNode) -> Iterator[MappingNode]:
    """A mapping and all mappings it merges, at any depth; keys of earlier ones take precedence."""
    yield mapping
    for key, value in mapping.pairs:
        if is_merge(key):
            for each, _ in merged_mappings(value) or ():
                yield from with_merged(each)


def comments(document: Document) -> Iterator[Span]:
    """Every comment, from its `#` to the end of its line, in the order of the text."""
    yield from (Span(document.source, start, end) for start, end in document.remarks)
    text = document.source.yaml
    if (document.literal and document.written is None) or "#" not in text:
        return
    roots = (document.written or document.root, *document.later)
    texts = sorted(_inside(text, scalar) for root in roots for scalar in scalars(root))
    search = re.compile(_COMMENT).search
    offset = 0
    while match := search(text, offset):
        start, offset = match.span()
        before = bisect_right(texts, (start, len(text)))
        if before and texts[before - 1][1] > start:
            offset = texts[before - 1][1]  # a comment may follow on the same line
        else:
            yield Span(document.source, start, offset)


def _inside(text: str, scalar: ScalarNode) -> tuple[int, int]:
    """The range where `#` starts no comment; after a block scalar's header, it may start one."""
    start = scalar.start
    if scalar.style in BLOCK_STYLES:
        header_end = re.compile(_BREAK).search(text, start)
        start = header_end.start() if header_end else scalar.end
    return start, scalar.end
