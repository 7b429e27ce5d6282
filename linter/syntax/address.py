"""Says where a place is in a document in a way that does not change when lines move."""

from __future__ import annotations

import re
from bisect import bisect_right

from linter.syntax.nodes import AliasNode, Document, Node, ScalarNode, SequenceNode, as_key, heads

_MOST = 3
"""The number of keys, which is enough for a setting of a service, and too few for a value of it."""

_ORDINARY = re.compile(r"[\w.-]{1,100}")


def address(document: Document, offset: int) -> str:
    """The first keys that lead to a place, as in `services.web.ports`; empty if there are none."""
    keys: list[str] = []
    node: Node | None = document.root
    while node is not None and not isinstance(node, ScalarNode | AliasNode):
        starts = heads(node)
        number = bisect_right(starts, offset, key=lambda each: each.start) - 1
        if number < 0 or len(keys) == _MOST:
            break
        head = starts[number]
        if isinstance(node, SequenceNode):
            node = head
            continue
        key = as_key(head)
        # Anything else could be a value that was written in the wrong place.
        keys.append(key.value if key and _ORDINARY.fullmatch(key.value) else "?")
        value = node.children[2 * number + 1]
        node = value if offset >= value.start and value is not head else None
    return ".".join(keys)
