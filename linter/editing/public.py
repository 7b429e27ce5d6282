"""Finds the lines of a stack file that are safe to show, because they cannot contain secrets."""

from __future__ import annotations

import re

from linter.syntax.nodes import (
    AliasNode,
    CollectionNode,
    Document,
    Node,
    ScalarNode,
    SequenceNode,
    comments,
)
from linter.syntax.source import LINE_BREAK

_PUBLIC = re.compile(
    r"com\.docker\.|(?:version|image|networks|ports|secrets|configs|depends_on|mode|replicas"
    r"|endpoint_mode|placement|resources|(?:update|rollback)_config|restart_policy)\Z"
)
_OURS = re.compile(r"#[ \t]*interlock-lint:")


def public_lines(document: Document) -> set[int]:
    """
    The numbers, counted from 0, of lines that may be shown as context of a change.

    These are empty lines, keys whose values follow on the next lines, Docker's own labels, and
    settings that are never secret. Any other line of a stack file may contain a password, including
    comments and labels of other programs.
    """
    text, source = document.source.text, document.source
    public = {number for number, line in enumerate(LINE_BREAK.split(text)) if not line.strip()}
    private = {span.position.line - 1 for span in comments(document) if not _OURS.match(span.text)}
    pending: list[Node] = [document.root] if document.root else []
    while pending:
        node = pending.pop()
        if not isinstance(node, CollectionNode):
            continue
        items = zip(node.children, node.children, strict=True)
        for key, value in items if isinstance(node, SequenceNode) else node.pairs:
            first, last = source.position(key.start).line - 1, source.position(value.end).line
            if _is_public(key, value):
                public.update(range(first, last))
            elif not isinstance(value, CollectionNode):
                private.update(range(first, last))
            else:
                pending.append(value)
                if value.children and not value.flow:
                    below = source.position(value.children[0].start).line - 1
                    public.update(range(first, min(first + 1, below)))
    return public - private


def _is_public(key: Node, value: Node) -> bool:
    """Whether a pair, or an item passed as both key and value, cannot contain a secret."""
    if not isinstance(key, ScalarNode):
        return False
    if key.value == "<<" and isinstance(value, AliasNode):
        return True
    return _PUBLIC.match(key.value) is not None
