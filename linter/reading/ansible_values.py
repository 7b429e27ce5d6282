"""How Ansible reads YAML: the last of several keys counts, and `yes` is a boolean."""

from __future__ import annotations

from linter.syntax.nodes import CollectionNode, MappingNode, Node, ScalarNode, Value, follow, nodes

# Docker has fewer words for booleans than YAML 1.1, which Ansible reads.
_BOOLEANS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false"),
}


def value_of(mapping: MappingNode, name: str) -> Value | None:
    """The value of a key; None without it."""
    found = [value for key, value in mapping.pairs if key.value == name]
    return follow(found[-1]) if found else None


def text_of(mapping: MappingNode, name: str) -> str | None:
    """The value of a key, if it is a scalar."""
    value = value_of(mapping, name)
    return value.value if isinstance(value, ScalarNode) else None


def as_ansible_reads(root: Node | None) -> None:
    """Write words that only Ansible takes for booleans as it passes them on to Docker."""
    for node in nodes(root):
        if isinstance(node, CollectionNode):
            values = node.children[1::2] if isinstance(node, MappingNode) else node.children
            for value in values:
                if isinstance(value, ScalarNode) and value.plain and not value.tag:
                    value.value = _BOOLEANS.get(value.value, value.value)
