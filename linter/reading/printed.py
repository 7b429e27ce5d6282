"""
Prints the tree of a stack file as text that is read as the same tree.

So whatever works on stack files works on services that run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.model.swarm import name_of
from linter.syntax.documents import document_of
from linter.syntax.nodes import MappingNode, Node, SequenceNode, UnknownNode, follow
from linter.syntax.source import Source

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_NOT_PLAIN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SPECIAL = re.compile(
    r'["\\]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]'
)

_LONGEST_KEY = 1_000
"""A key that is longer, with its quotes and escapes, has to be marked as one."""


def printed(root: MappingNode) -> str:
    """The text of a mapping."""
    return "".join(f"{line}\n" for line in _lines(root, ""))


def _lines(node: Node, indent: str) -> Iterator[str]:
    """The lines of a mapping or a list that is not empty."""
    if isinstance(node, MappingNode):
        for key, value in node.pairs:
            name = _key(key)
            if len(name) > _LONGEST_KEY:
                yield f"{indent}? {name}"
                name = ""
            yield from _entry(f"{indent}{name}:", value, f"{indent}  ")
    elif isinstance(node, SequenceNode):
        for item in node.children:
            yield from _item(item, indent)


def _entry(lead: str, value: Node, indent: str) -> Iterator[str]:
    if isinstance(value, MappingNode | SequenceNode) and value.children:
        yield lead
        yield from _lines(value, indent)
    else:
        yield f"{lead} {_leaf(value)}".rstrip(" ")


def _item(item: Node, indent: str) -> Iterator[str]:
    if isinstance(item, MappingNode | SequenceNode) and item.children:
        first, *others = _lines(item, f"{indent}  ")
        yield f"{indent}- {first.lstrip(' ')}"
        yield from others
    else:
        yield f"{indent}- {_leaf(item)}"


def _leaf(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "{}"
    if isinstance(node, SequenceNode):
        return "[]"
    scalar = follow(node)
    text = scalar.value or ""
    if isinstance(scalar, UnknownNode):
        return quoted(f"${{{text}}}")
    text = text.replace("$", "$$")  # which Docker takes for the name of a variable
    return quoted(text) if scalar.style else text


def _key(node: Node) -> str:
    text = node.value or ""
    is_plain = _PLAIN_KEY.fullmatch(text) and text.lower() not in _NOT_PLAIN
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, on one line."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in '"\\':
        return f"\\{character}"
    # Half a surrogate pair is none in JSON either: what Docker reads is U+FFFD.
    number = 0xFFFD if "\ud800" <= character <= "\udfff" else ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


# -- Where something is in printed text -----------------------------------------------------------


def described(source: Source, offset: int) -> str:
    """The service, and the label or setting that is at an offset, in words."""
    words = [f"service {name_of(source)}"]
    found = _path(source, offset)[2:]
    if found[:2] == ["deploy", "labels"] and len(found) > 2:
        words.append(f"label {found[2]}")
    elif found[:1] == ["labels"] and len(found) > 1:
        words.append(f"container label {found[1]}")
    elif found:
        words.append(".".join(found))
    return ", ".join(words)


def _path(source: Source, offset: int) -> list[str]:
    """The keys that lead to what is at an offset."""
    path: list[str] = []
    node: Node | None = document_of(source).root
    while isinstance(node, MappingNode):
        pairs = (pair for pair in node.pairs if pair[0].start <= offset <= pair[1].end)
        key, node = next(pairs, (None, None))
        if key is not None:
            path.append(key.value or "")
    return path
