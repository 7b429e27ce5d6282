"""Content to be written: scalars that Docker reads as intended, and collections of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from linter.syntax.composer import NotYaml, compose
from linter.syntax.nodes import (
    Node,
    ScalarNode,
    SequenceNode,
)
from linter.syntax.scalars import Undecodable, resolve
from linter.syntax.source import Source, Span

_NOT_PLAIN = ("", "<<", "=")
"""The last two have a special meaning in YAML 1.1."""


class Inexact(Exception):
    """Something cannot be written here without changing more; says why, and where."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class Pairs(NamedTuple):
    """A mapping to be written: keys as they will appear in the text, and their values."""

    pairs: tuple[tuple[str, Content], ...]


class Items(NamedTuple):
    """A sequence to be written: items as they will appear in the text."""

    items: tuple[str, ...]


Content = str | Pairs | Items
"""Content to be written; a string is the text of a scalar or an alias."""


@cache  # such a large character set takes long to compile, and is rarely needed
def _escaped() -> re.Pattern[str]:
    """The characters that must be escaped in a quoted text on one line."""
    return re.compile(
        "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    )


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(match.group())
    return known or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _is_exact_when_plain(value: str, *, flow: bool) -> bool:
    """Whether Docker reads a text without quotes as exactly the same string."""
    if value != value.strip() or value in _NOT_PLAIN or _escaped().search(value):
        return False
    try:
        root = compose(Source("", f"[{value}]" if flow else f"- {value}\n")).root
        node = (
            root.children[0] if isinstance(root, SequenceNode) and len(root.children) == 1 else None
        )
        if not isinstance(node, ScalarNode) or node.style or node.tag or node.anchor:
            return False
        shown = resolve(node)
    except (NotYaml, Undecodable):
        return False
    return shown.text == value and shown.kind in ("string", "integer")


def flow_text(content: Content, gap: str | None = None) -> str:
    """The text of content in flow style."""
    if isinstance(content, str):
        return content
    if isinstance(content, Items):
        return f"[{', '.join(content.items)}]"
    gap = gap or ": "
    return f"{{{', '.join(f'{key}{gap}{flow_text(value)}' for key, value in content.pairs)}}}"


def scalar_text(value: str, quote: str = "", *, flow: bool = False) -> str:
    """
    The text for a string, in the given quotes.

    If none are given, it has no quotes if Docker then reads the same string, else double quotes.
    """
    if not quote and _is_exact_when_plain(value, flow=flow):
        return value
    if quote == "'" and not _escaped().search(value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + _escaped().sub(_escape, value.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def common_quote(scalars: Iterable[Node]) -> str:
    """The quotation mark of scalars that are all quoted; the last one's if they differ."""
    styles = [each.style for each in scalars if isinstance(each, ScalarNode) and each.value]
    return styles[-1] if styles and all(style in ("'", '"') for style in styles) else ""
