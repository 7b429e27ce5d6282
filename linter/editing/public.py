"""
Finds the parts of a stack file that may be shown, because they cannot be secrets.

Names, settings that Docker shows to everybody, and Docker's own labels may be shown. Anything else
may be a password: environment variables, commands, labels of other programs, comments, and whatever
is not known.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, partial
from types import MappingProxyType

from linter.editing.between import LITERAL, private_between, private_comments, private_elsewhere
from linter.model.vocabulary import belongs_to_docker, load_schema
from linter.record import Record
from linter.syntax.composer import NotYaml
from linter.syntax.documents import document_of
from linter.syntax.mask import common
from linter.syntax.nodes import (
    BLOCK_STYLES,
    AliasNode,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    follow,
    is_merge,
    nodes,
)
from linter.syntax.source import Source

_BETWEEN = re.compile(r"[ \t,:\[\]{}?-]*")
_NO_TEXT = re.compile(r"[0-9]+|true|false")
_AFTER_KEY = re.compile(r"(?:[ \t]*(?:=|\]{1,2}))?\s*")

_BOOLEANS = ("true", "True", "TRUE", "false", "False", "FALSE")
"""No password is one of them."""


class _Shape:
    """
    What may be shown of the value in some place of a stack file.

    `scalars` says whether scalars may be, also the items of a list. `keys` are the shapes of values
    by key, `others` is that of all other values; `named` says whether keys may be shown whose
    values may not be. `labels` says whether labels of Docker are found here too.
    """

    def __init__(
        self,
        keys: Mapping[str, _Shape] = MappingProxyType({}),
        others: _Shape | None = None,
        *,
        scalars: bool = False,
        named: bool = True,
        labels: bool = True,
    ) -> None:
        self.keys = keys
        self.others = others or self
        self.scalars = scalars
        self.named = named
        self.labels = labels


def _each(shape: _Shape) -> _Shape:
    """The shape of a mapping from any names to values of a shape."""
    return _Shape(others=shape, labels=False)


_PRIVATE = _Shape(named=False, labels=False)
_SHOWN = _Shape(scalars=True, labels=False)
# An extension field may have fragments of anything.
_FRAGMENT = _Shape(named=False)
_OWN_LABEL = _Shape(others=_FRAGMENT, scalars=True)
_LABELS = _Shape(others=_PRIVATE)
_LABELS.keys = {"labels": _LABELS}
_LABEL_KEYS = dict.fromkeys(("labels", "label", "Label", "Labels", "LABEL", "LABELS"), _LABELS)


def _settings(names: str, others: _Shape = _PRIVATE, **shapes: _Shape) -> _Shape:
    """The shape of a mapping with settings of which some may be shown, and perhaps labels."""
    return _Shape({**dict.fromkeys(names.split(), _SHOWN), **_LABEL_KEYS, **shapes}, others)


def _known_settings() -> dict[str, _Shape]:
    """All settings of a service that Docker or Docker Compose knows."""
    definition = load_schema("stack")["$defs"]["service"]
    return dict.fromkeys((*definition["properties"], *definition["x-compose"]), _PRIVATE)


# A key that is not known may be a misspelled one above labels.
_DEPLOY = _settings(
    "mode replicas endpoint_mode placement resources update_config rollback_config restart_policy",
    _FRAGMENT,
)
_SERVICE = _settings(
    "image ports secrets configs depends_on",
    _FRAGMENT,
    networks=_Shape(others=_settings("aliases"), scalars=True, labels=False),
    deploy=_DEPLOY,
)
_SERVICE.keys = {**_known_settings(), **_SERVICE.keys}
_RESOURCE = _settings("name external driver attachable internal file")
_STACK = _Shape(
    {
        "version": _SHOWN,
        "name": _SHOWN,
        "services": _each(_SERVICE),
        **dict.fromkeys(("networks", "secrets", "configs", "volumes"), _each(_RESOURCE)),
    },
    _FRAGMENT,
)


class Piece(Record):
    """A part of a text that may be shown, or not."""

    __slots__ = ("end", "hidden", "start")

    def __init__(self, start: int, end: int, hidden: bool) -> None:
        self.start = start
        self.end = end
        self.hidden = hidden


class Public:
    """
    What may be shown of one text: everything except what is between pairs of offsets.

    These are in order and do not touch. Without them, everything may be shown.
    """

    def __init__(self, source: Source, hidden: Collection[tuple[int, int]] = ()) -> None:
        self.source = source
        self._starts = [start for start, _ in hidden]
        self._ends = [end for _, end in hidden]

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The parts between two offsets, alternating; hidden ones may extend beyond them."""
        number = bisect_right(self._ends, start)
        while number < len(self._starts) and self._starts[number] < end:
            if start < self._starts[number]:
                yield Piece(start, self._starts[number], hidden=False)
            start = self._ends[number]
            yield Piece(self._starts[number], start, hidden=True)
            number += 1
        if start < end:
            yield Piece(start, end, hidden=False)

    def start_of(self, offset: int) -> int:
        """Where the hidden part right before an offset starts; the offset itself if none is."""
        number = bisect_left(self._ends, offset)
        hidden = number < len(self._starts) and self._starts[number] < offset
        return self._starts[number] if hidden else offset

    @cached_property
    def lines(self) -> Collection[int]:
        """The numbers, counted from 0, of lines of which everything may be shown."""
        last = self.source.position(len(self.source.text)).line
        private: set[int] = set()
        for start, end in zip(self._starts, self._ends, strict=True):
            first = self.source.position(start).line - 1
            private.update(range(first, self.source.position(end).line))
        return set(range(last)) - private


@lru_cache(maxsize=128)  # findings in a text with many stacks may be about each in turn
def public(source: Source, named: frozenset[str] = frozenset()) -> Public:
    """What may be shown of a file; of a stack, also the labels that the user has `named`."""
    if source.is_toml:
        return Public(source, list(_values(source.text)))
    hidden: list[tuple[int, int]] | None = None
    for each in source.alternatives:  # what may be shown in one of them may be shown
        try:
            document = document_of(each)
        except NotYaml:
            continue
        found = list(_hidden(document, _Marked(document, named)))
        hidden = found if hidden is None else list(common(hidden, found))
    return Public(source, [(0, len(source.text))] if hidden is None else hidden)


class _Marked:
    """
    The scalars of a document that may be shown, found by their places.

    What an alias refers to may be shown if that is true for any of its places. `cuts` are the
    offsets in items of a list before which they may be shown.
    """

    def __init__(self, document: Document, named: Collection[str] = ()) -> None:
        self.named = named
        self.shown: set[int] = set()
        self.cuts: dict[int, int] = {}
        self.text = document.source.text
        self._seen: set[tuple[int, int]] = set()
        for root in (document.root, *document.later):
            if root is not None:
                self._visit(root, _STACK)

    def may_show(self, node: Node) -> bool:
        return isinstance(node, AliasNode) or id(node) in self.shown

    def _visit(self, node: Node, shape: _Shape) -> None:
        pending = [(node, shape)]
        while pending:
            node, shape = pending.pop()
            value = follow(node)
            if isinstance(value, ScalarNode):
                if shape.scalars or value.value in _BOOLEANS:
                    self.shown.add(id(value))
                continue
            place = id(value), id(shape)
            if place in self._seen:
                continue
            self._seen.add(place)
            if isinstance(value, MappingNode):
                pending += self._pairs(value, shape)
            else:
                pending += ((item, self._of_item(item, shape)) for item in value.children)

    def _pairs(self, mapping: MappingNode, shape: _Shape) -> Iterator[tuple[Node, _Shape]]:
        for key, value in mapping.pairs:
            name = follow(key)
            if is_merge(key):
                self.shown.add(id(key))
                yield value, shape
                continue
            text = name.value if isinstance(name, ScalarNode) else ""
            inner = self._of_label(text, shape) or shape.keys.get(text, shape.others)
            is_structure = not isinstance(follow(value), ScalarNode)
            if (shape.named or is_structure or inner is _OWN_LABEL) and "=" not in text:
                self.shown.add(id(key))
            yield value, inner

    def _of_label(self, key: str, shape: _Shape) -> _Shape | None:
        """The shape of the value of a label that may be shown; None for any other key."""
        named = shape is _LABELS and key in self.named
        return _OWN_LABEL if named or (shape.labels and belongs_to_docker(key)) else None

    def _of_item(self, item: Node, shape: _Shape) -> _Shape:
        """The shape of an item of a list, which may be a label or a mapping to merge."""
        value = follow(item)
        if not isinstance(value, ScalarNode) or not shape.labels:
            return shape
        key, _, text = value.value.partition("=")
        if own := self._of_label(key, shape):
            return own
        if shape is _LABELS and text in _BOOLEANS:
            return _SHOWN
        end = self.text.find("=", value.start, value.end)
        if shape is _LABELS and end >= 0 and not {"\\", "$"} & set(self.text[value.start : end]):
            self.cuts[id(value)] = end + 1
        return shape


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Everything in a TOML text but keys, numbers and booleans, and the signs around them."""
    from linter.syntax.toml_places import keys

    end = 0
    for _, start, stop in (*keys(text), ((), len(text), len(text))):
        first = match.end() if (match := _AFTER_KEY.match(text, end)) else end
        last = first + len(text[first:start].rstrip(" \t\r\n["))
        if first < last and not _NO_TEXT.fullmatch(text, first, last):
            yield first, last
        end = stop


def _hidden(document: Document, marked: _Marked) -> Iterator[tuple[int, int]]:
    """The parts of a text that may not be shown; those on one line with nothing between, joined."""
    text = document.source.text
    pending: tuple[int, int] | None = None
    for start, end in _private(document, marked):
        if pending is None:
            pending = start, end
        elif start <= pending[1] or _BETWEEN.fullmatch(text, pending[1], start):
            pending = pending[0], max(pending[1], end)
        else:
            yield pending
            pending = start, end
    if pending:
        yield pending


def _private(document: Document, marked: _Marked) -> Iterator[tuple[int, int]]:
    """The scalars, comments and anything unknown that may not be shown, in order."""
    source, text = document.source, _without_tags(document.source)
    every = [node for root in (document.root, *document.later) for node in nodes(root)]
    aliases = {node.name for node in every if isinstance(node, AliasNode)}
    leaves = [
        node
        for node in every
        if not isinstance(node, MappingNode | SequenceNode) and node.start < node.end
    ]
    if document.syntax:
        yield from _private_literally(document, marked, leaves)
        return
    end, last = 0, len(text)
    between = partial(private_between, text, aliases=aliases)
    if document.literal:  # nodes are where the text has them, and not in the order of stack files
        leaves.sort(key=lambda leaf: leaf.start)
        between = partial(private_elsewhere, source, aliases)
    else:  # what is around the YAML may be much longer than it
        end, last = len(text) - len(source.yaml.lstrip()), len(source.yaml.rstrip())
        if before := text[:end].rstrip():
            yield 0, len(before)
    for leaf in leaves:
        yield from between(end, leaf.start)
        end = leaf.end
        cut = marked.cuts.get(id(leaf), leaf.start)
        if not marked.may_show(leaf):
            if cut < end:
                yield cut, end
        elif isinstance(leaf, ScalarNode) and leaf.style in BLOCK_STYLES:
            yield from private_comments(text, leaf.start, source.line_end(leaf.start))
    yield from between(end, max(end, last))
    if after := text[last:].lstrip():
        yield len(text) - len(after), len(text)


def _without_tags(source: Source) -> str:
    """A text without the conditions of a template, which may be shown."""
    text, end = source.text, 0
    pieces: list[str] = []
    for start, stop in source.masked.tags:
        pieces += (text[end:start], " " * (stop - start))
        end = stop
    return "".join((*pieces, text[end:])) if end else text


def _private_literally(
    document: Document, marked: _Marked, leaves: Iterable[Node]
) -> Iterator[tuple[int, int]]:
    """The same in a language of which it is known what is only the language."""
    text, end = document.source.text, 0
    places = [(leaf.start, leaf.end, marked.may_show(leaf)) for leaf in leaves]
    places += ((*part, True) for part in document.syntax)
    for start, stop, is_public in sorted(places):
        yield from private_between(text, end, start, (), LITERAL)
        if not is_public and stop > max(start, end):
            yield max(start, end), stop
        end = max(end, stop)
    yield from private_between(text, end, len(text), (), LITERAL)
