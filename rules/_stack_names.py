"""Knows which labels count on the name of the stack, and which name they count on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linter.interpolation import Parts, can_be_equal
from linter.stack import STACK_NAME, Label, Resource, Service, Stack


class Hint(NamedTuple):
    """A label that is right only in a stack of this name."""

    name: str
    label: Label
    service: Service


def hints(stack: Stack) -> Iterator[Hint]:
    """The names that the labels of a stack count on, where the name itself is not known."""
    if stack.name is not None:
        return
    for service in stack.services:
        networks = [each.network for each in service.attachments if each.network is not None]
        for label_name, resources in (
            ("network", networks),
            ("ssl_cert", service.surroundings.secrets),
            ("ssl_key", service.surroundings.secrets),
        ):
            label = service.given(label_name)
            name = _implied(label, resources) if label else None
            if label and name:
                yield Hint(name, label, service)


def _implied(label: Label, resources: Iterable[Resource]) -> str | None:
    """The stack name in `<name>_<key>`; of several keys that fit, the longest is meant."""
    value = label.value.value
    if value is None or "$" in label.value.span.text:
        return None  # what stands there depends on variables, and so may the name
    names: list[str] = []
    for resource in resources:
        if resource.deployed[:1] != (STACK_NAME,):
            if can_be_equal(label.value.parts, resource.deployed):
                return None  # it is called so whatever the stack is called
        elif value.endswith(tail := _tail(resource.deployed)) and value != tail:
            names.append(value.removesuffix(tail))
    return min(names, key=len, default=None)


def _tail(deployed: Parts) -> str:
    return "".join(map(str, deployed[1:]))
