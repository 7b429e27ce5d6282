"""
Parses YAML into nodes that know their positions.

Only this module, `pure_parser` and `libyaml` import PyYAML. It reads events, not PyYAML's nodes:
events distinguish an alias from the node it refers to, allow an anchor to be defined twice (so
does Docker), and are faster. Aliases are never expanded, so even deeply nested ones cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.scanner import ScannerError

from linter import TYPE_CHECKING
from linter.syntax import dialect
from linter.syntax.mask import Unmaskable
from linter.syntax.nodes import (
    BLOCK_STYLES,
    AliasNode,
    CollectionNode,
    Document,
    DuplicateKey,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
    follow,
    repeated_keys,
)
from linter.syntax.source import Source, Span

if TYPE_CHECKING:
    from typing import Any, Protocol

    class _EventParser(Protocol):
        def get_event(self) -> Any: ...


MAX_DEPTH = 200
"""Levels of nested collections; stack files need about ten."""

MAX_EXPANDED = 500_000
"""Nodes of a document with all aliases expanded; the largest real stack files have thousands."""

# A long scalar counts as several nodes, because it is processed wherever it is used.
_CHARACTERS_PER_NODE = 16

# Anchors and tags precede the content of a node, even on separate lines. PyYAML includes them; a
# span does not. Possessive, or a million blank lines would be kept as places to go back to.
_PROPERTIES = r"((&[^\s,\[\]{}]++|!<[^>]*+>|![^\s{}]*+)(\s++|#[^\r\n]*+[\r\n])*+)*+"

_TAG_HANDLE = r"(?<=tag handle) '.*'"


class NotYaml(Exception):
    """The text is not YAML, or exceeds a limit; `is_next` if Docker only looks ahead there."""

    def __init__(self, reason: str, span: Span, *, is_next: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.is_next = is_next


def _parser(text: str, *, libyaml: bool) -> _EventParser:
    if libyaml and not dialect.may_differ(text):
        from yaml import cyaml

        parser: _EventParser = vars(cyaml)["CParser"](text)  # missing in the stubs
        return parser
    from linter.syntax.pure_parser import PureParser

    return PureParser(text)


def compose(source: Source, *, libyaml: bool = yaml.__with_libyaml__) -> Document:
    """
    Parse the first document of a source.

    Raises NotYaml if the text is not YAML, is nested deeper than MAX_DEPTH, or would have more than
    MAX_EXPANDED nodes with its aliases expanded.
    """
    duplicates: list[DuplicateKey] = []
    roots: list[Value | None] = []
    try:
        for root, found in _documents(source, libyaml=libyaml):
            if not roots:
                duplicates = found
            roots.append(root)
    except Unmaskable as error:
        raise NotYaml(error.reason, Span(source, error.offset, error.offset)) from None
    except NotYaml as error:
        if not roots or (len(roots) == 1 and error.is_next):
            raise
        # Docker stops reading after the first document, so errors further on do not matter.
    root = roots[0] if roots else None
    return Document(source, root, tuple(duplicates), tuple(node for node in roots[1:] if node))


def _documents(
    source: Source, *, libyaml: bool
) -> Iterator[tuple[Value | None, list[DuplicateKey]]]:
    composer = None
    try:
        parser = _parser(source.yaml, libyaml=libyaml)
        get_event = parser.get_event
        while (event := get_event()) is not None:
            if type(event) is DocumentStartEvent:
                if event.version not in (None, (1, 1)):
                    raise NotYaml(dialect.VERSION, _first(source, "%YAML", 0))
                composer = _Composer(source)
                yield composer.compose(get_event), composer.duplicates
                composer = None
    except yaml.MarkedYAMLError as error:
        found = _not_yaml(source, error)
        root, problem = composer.top if composer else (), error.problem or ""
        is_token = isinstance(error, ScannerError)
        offset = found.span.start
        found.is_next = dialect.is_next(root, problem, source.yaml, offset, is_token=is_token)
        raise found from None
    except yaml.reader.ReaderError:
        raise _unprintable(source) from None


class _Composer:
    """Builds the nodes of one document from its events; `top` is its root, as soon as it begins."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.duplicates: list[DuplicateKey] = []
        self._anchors: dict[str, Value] = {}
        self._aliases = 0
        self._nested = 0  # aliases inside an anchored collection
        self._anchored = 0  # open collections that have an anchor
        self._size = 1
        self._depth = 0
        self._question_marks = "?" in source.yaml
        self._open: list[MappingNode | SequenceNode] = []
        self.top: list[Node] = []
        self._add = self.top.append

    def compose(self, get_event: Callable[[], Any]) -> Value | None:
        """Read events up to the end of the document and return its root; None if it is empty."""
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                # A fast path: most scalars are simple, and most of the time is spent here.
                start, end = event.start_mark.index, event.end_mark.index
                style = event.style or ""
                if self._question_marks and not style and "?" in event.value:
                    self._must_be_block(start)
                if (
                    event.anchor is None
                    and event.tag is None
                    and start != end
                    and style not in BLOCK_STYLES
                ):
                    self._add(ScalarNode(event.value, start, end, style))
                else:
                    self._scalar(event, start, end)
            elif kind is MappingStartEvent:
                self._start(event, MappingNode)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(event)
            elif kind is SequenceStartEvent:
                self._start(event, SequenceNode)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentEndEvent:
                return self._root()

    def _must_be_block(self, start: int) -> None:
        """Inside brackets, Docker ends an unquoted scalar at a `?`, and then rejects the file."""
        if self._open and self._open[-1].flow:
            raise NotYaml(dialect.QUESTION_MARK, _first(self.source, "?", start))

    def _scalar(self, event: Any, start: int, end: int) -> None:
        text = self.source.yaml
        start = _content_start(text, start, end)
        if event.style in BLOCK_STYLES:
            end = start + len(text[start:end].rstrip())
        elif start == end:  # an empty value is placed right after its colon or dash
            while text[start - 1 : start] in (" ", "\t"):
                start -= 1
            end = start
        anchor = event.anchor
        scalar = ScalarNode(event.value, start, end, event.style or "", event.tag or "", anchor)
        if anchor is not None:
            self._anchors[anchor] = scalar
        self._add(scalar)

    def _start(self, event: Any, shape: type[MappingNode | SequenceNode]) -> None:
        start, anchor, tag = event.start_mark.index, event.anchor, event.tag
        if anchor is not None or tag is not None:
            start = _content_start(self.source.yaml, start, len(self.source.yaml))
        collection = shape(start, tag or "", anchor, event.flow_style is True)
        if anchor is not None:
            self._anchors[anchor] = collection
            self._anchored += 1
        self._add(collection)
        self._open.append(collection)
        self._add = collection.children.append
        depth = len(self._open)
        if depth > self._depth:
            self._depth = depth
            if depth > MAX_DEPTH:
                raise _too_deep(Span(self.source, start, start))

    def _end(self, event: Any) -> None:
        collection = self._open.pop()
        children = collection.children
        if collection.flow or not children:
            collection.end = event.end_mark.index
        else:  # the end of a block in PyYAML includes the comments after it
            collection.end = children[-1].end
        self._size += len(children)
        if collection.anchor is not None:
            self._anchored -= 1
        if type(collection) is MappingNode:
            keys = children[::2]
            if len({key.value for key in keys if type(key) is ScalarNode}) < len(keys):
                self.duplicates.extend(repeated_keys(self.source, keys))
        self._add = self._open[-1].children.append if self._open else self.top.append

    def _alias(self, event: Any) -> None:
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        target = self._anchors.get(name)
        if target is None or target in self._open:
            place = Span(self.source, start, end)
            if target is None:
                # The name may be a password.
                reason = "an alias has no anchor before it; put text that begins with `*` in quotes"
                raise NotYaml(reason, place)
            raise NotYaml(f"alias `*{name}` refers to a value that contains it", place)
        self._aliases += 1
        if self._anchored:
            self._nested += 1
        self._add(AliasNode(name, start, end, target))

    def _may_exceed_limits(self) -> bool:
        """
        Whether the aliases may exceed the limits, so that an exact check is needed.

        At worst, each alias inside an anchor doubles the document and adds its full depth below a
        leaf; every other alias then adds the whole document once.
        """
        size = self._size + len(self.source.yaml) // _CHARACTERS_PER_NODE
        most = (size << min(self._nested, MAX_EXPANDED.bit_length())) * (self._aliases + 1)
        deepest = self._depth * (self._nested + 2)
        return self._aliases > 0 and (most > MAX_EXPANDED or deepest > MAX_DEPTH)

    def _root(self) -> Value | None:
        root = self.top[0]
        assert not isinstance(root, AliasNode)  # noqa: S101 - an alias needs an anchor before it
        if self._may_exceed_limits():
            _check_expansion(self.source, root)
        empty = isinstance(root, ScalarNode) and root.plain and not root.value and not root.tag
        return None if empty else root


def _content_start(text: str, start: int, end: int) -> int:
    properties = re.compile(_PROPERTIES).match(text, start)
    return min(properties.end(), end) if properties else start


def _check_expansion(source: Source, root: Value) -> None:
    """Reject aliases that expand to too many nodes or levels; each node is visited once."""
    measures: dict[int, tuple[int, int]] = {}

    def measure(node: Node) -> tuple[int, int]:
        value = follow(node)
        if isinstance(value, ScalarNode):
            return 1 + len(value.value) // _CHARACTERS_PER_NODE, 1
        return measures[id(value)]

    pending: list[tuple[Node, bool]] = [(root, False)]
    while pending:
        node, children_measured = pending.pop()
        if not isinstance(node, CollectionNode):
            continue
        if not children_measured:
            pending.append((node, True))
            pending.extend((child, False) for child in reversed(node.children))
            continue
        children = [measure(child) for child in node.children]  # anchors precede their aliases
        size = 1 + sum(count for count, _ in children)
        depth = 1 + max((levels for _, levels in children), default=0)
        measures[id(node)] = (size, depth)
        place = Span(source, node.start, node.start)
        if size > MAX_EXPANDED:
            raise NotYaml(f"the aliases expand to more than {MAX_EXPANDED:,} nodes", place)
        if depth > MAX_DEPTH:
            raise NotYaml(f"the aliases nest deeper than {MAX_DEPTH} levels", place)


def _not_yaml(source: Source, error: yaml.MarkedYAMLError) -> NotYaml:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(source.yaml)) if mark else 0
    place = Span(source, offset, offset)
    reason = error.problem or error.context or "cannot be parsed"
    if "maximum nesting depth" in reason:  # libyaml reads ahead, and its limit is higher
        return _too_deep(place)
    if error.context and error.problem:
        reason = f"{error.problem} {error.context}"
    # PyYAML without libyaml quotes the name of a tag, which may be a password.
    reason = re.sub(_TAG_HANDLE, "", reason)
    return NotYaml(f"not YAML: {reason}{_remedy(source, offset)}", place)


def _remedy(source: Source, offset: int) -> str:
    if source.yaml.startswith("\t", offset):
        return "; indent with spaces instead of tabs"
    if source.view is None and "{{" in source.text:
        return "; if it is a template, use `--as jinja` or name it `.j2`"
    return ""


def _first(source: Source, text: str, start: int) -> Span:
    return Span(source, found := source.yaml.index(text, start), found + len(text))


def _too_deep(place: Span) -> NotYaml:
    return NotYaml(f"nested deeper than {MAX_DEPTH} levels", place)


def _unprintable(source: Source) -> NotYaml:
    # YAML does not allow these characters; both parsers accept a byte order mark inside the text.
    # The pattern is compiled on demand, because such a large character set takes long to compile.
    found = re.search(
        "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.yaml
    )
    offset = found.start() if found else 0
    name = f" U+{ord(found.group()):04X}" if found else ""
    return NotYaml(f"not YAML: control character{name}", Span(source, offset, offset))
