"""Knows which lines of a stack file may be shown beside others: those that hold no password."""

from __future__ import annotations

import re

from linter.source import LINE_BREAK
from linter.syntax import Alias, Collection, Document, Node, Scalar, Sequence

_PUBLIC = re.compile(
    r"com\.docker\.|(?:version|image|networks|ports|secrets|configs|depends_on|mode|replicas"
    r"|endpoint_mode|placement|resources|(?:update|rollback)_config|restart_policy)\Z"
)


def public_lines(document: Document) -> set[int]:
    """
    The numbers, from 0, of lines that may be shown beside a change.

    These hold nothing, a key of what goes on below, labels of Docker's own, or what is no secret
    by its nature. Any other line of a stack file may hold a password, labels of others too.
    """
    text, source = document.source.text, document.source
    public = {number for number, line in enumerate(LINE_BREAK.split(text)) if not line.strip()}
    pending: list[Node] = [document.root] if document.root else []
    while pending:
        node = pending.pop()
        if not isinstance(node, Collection):
            continue
        items = zip(node.children, node.children, strict=True)
        for key, value in items if isinstance(node, Sequence) else node.pairs:
            first, last = source.position(key.start).line, source.position(value.end).line
            merges = isinstance(value, Alias) and isinstance(key, Scalar) and key.value == "<<"
            if merges or (isinstance(key, Scalar) and _PUBLIC.match(key.value)):
                public.update(range(first - 1, last))
                continue
            pending.append(value)
            if isinstance(value, Collection) and value.children and not value.flow:
                below = source.position(value.children[0].start).line
                public.update(range(first - 1, min(first, below - 1)))
    return public
