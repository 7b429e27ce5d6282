"""Knows which labels count on the name of the stack, and which name they count on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from linter.stack import Label, Names, Service, Stack


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
        networks = (each.network for each in service.attachments if each.network is not None)
        for label_name in ("network", "ssl_cert", "ssl_key"):
            label = service.given(label_name)
            if label is None or label.value.value is None or "$" in label.value.span.text:
                continue  # what stands there depends on variables, and so may the name
            names = Names(networks) if label_name == "network" else service.surroundings.secrets
            name = names.implied_stack_name(label.value.value)
            if name:
                yield Hint(name, label, service)


def likely_name(found: list[Hint]) -> str:
    """The name that most labels count on, and of several the first."""
    return Counter(hint.name for hint in found).most_common(1)[0][0]
