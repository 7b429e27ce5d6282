"""Finds the tasks in a file of Ansible: the module that each of them uses, and its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from linter.syntax.composer import NotYaml, compose
from linter.syntax.nodes import MappingNode, Node, SequenceNode
from linter.syntax.source import Source

_TASKS = frozenset({"tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always"})
"""Keys of plays and of blocks that have tasks."""


def modules(text: str) -> Iterator[tuple[str, Node]]:
    """What may be a module with its arguments, in each task; nothing in what is not YAML."""
    try:
        root = compose(Source("", text)).root
    except NotYaml:
        return
    pending: list[Node] = [root] if isinstance(root, SequenceNode) else []
    while pending:
        for item in getattr(pending.pop(), "children", ()):
            if isinstance(item, MappingNode):
                for key, value in item.pairs:
                    if key.value in _TASKS and isinstance(value, SequenceNode):
                        pending.append(value)
                    elif key.value:
                        yield short(key.value), value


def short(module: str) -> str:
    """A module of Ansible itself without its prefix."""
    return module.removeprefix("ansible.builtin.").removeprefix("ansible.legacy.")
