"""Proves a change with Docker's own reading of a stack before and after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linter.editing.proof import differences, labels_of
from linter.editing.repairs import Unproved
from linter.files import docker
from linter.model.stack import Stack
from linter.syntax.composer import NotYaml, compose
from linter.syntax.interpolation import Environment
from linter.syntax.nodes import MappingNode, Node, ScalarNode, follow
from linter.syntax.source import Source

Witness = Callable[[Stack, Stack, Environment], None]
"""Raises Unproved if a change of a stack cannot be confirmed."""

_Labels = dict[str, dict[str, Any]]


def confirm(
    before: Stack, after: Stack, environment: Environment, *, repairs: bool = False
) -> None:
    """
    Confirm that Docker sees the same change of labels, and no other change.

    Docker must accept the result, unless it is one of several `repairs` of a stack that it rejects.
    Raises Unproved.
    """
    try:
        old = docker.ask(before.sources, environment)
        new = docker.ask(after.sources, environment)
    except docker.NoAnswer as error:
        raise Unproved(f"Docker cannot confirm the change: {error}") from None
    if new.rejection is not None:
        if repairs and old.rejection is not None:
            return
        raise Unproved(f"Docker rejects the result: {new.rejection}")
    rest, labels = _parts(new.config)
    _confirm_values(after, labels)
    if old.rejection is None:
        rest_before, labels_before = _parts(old.config)
        if rest_before != rest:
            raise Unproved("Docker sees a change outside of the labels")
        changed = differences(labels_of(before), labels_of(after))
        for service, key in sorted(differences(labels_before, labels) - changed):
            raise Unproved(f"Docker sees a change of label `{key}` of service `{service}`")


def _confirm_values(stack: Stack, labels: _Labels) -> None:
    for service in stack.services:
        theirs = labels.get(str(service.name), {})
        for label in service.labels:
            value = label.value.value
            # The client loses a line break at the beginning when it prints a value.
            read = theirs.get(str(label.key), "")
            if value is not None and read.lstrip("\n") != value.lstrip("\n"):
                raise Unproved(
                    f"Docker reads another value for label `{label.key}` of service "
                    f"`{service.name}`"
                )


def _parts(config: str) -> tuple[Any, _Labels]:
    """What Docker prints for a stack, without and with only the labels of its services."""
    try:
        data = _data(compose(Source("docker", config)).root)
    except NotYaml as error:
        raise Unproved(f"what Docker prints is not YAML: {error.reason}") from None
    labels: _Labels = {}
    for name, service in data.get("services", {}).items():
        deploy = service.get("deploy") or {}
        labels[name] = deploy.pop("labels", None) or {}
        service.pop("labels", None)  # labels may move from there
        if not deploy:
            service.pop("deploy", None)
    return data, labels


def _data(node: Node | None) -> Any:
    value = follow(node) if node is not None else None
    if isinstance(value, ScalarNode):
        return value.value
    if isinstance(value, MappingNode):
        return {str(_data(key)): _data(each) for key, each in value.pairs}
    return [_data(each) for each in value.children] if value is not None else {}
