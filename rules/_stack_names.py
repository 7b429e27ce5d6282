"""Finds the labels that assume a stack name, and the name that they assume."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from linter.model.label import Label
from linter.model.names import Names
from linter.model.stack import Service, Stack
from linter.record import Record


class Hint(Record):
    """A label that is correct only in a stack with this name."""

    __slots__ = ("label", "name", "service")

    def __init__(self, name: str, label: Label, service: Service) -> None:
        self.name = name
        self.label = label
        self.service = service


@lru_cache(maxsize=1)  # two rules in a row check the same stack
def hints(stack: Stack) -> list[Hint]:
    """
    The stack names that labels assume, by the names of services; none if the stack name is known.

    So the same label is reported if the services of a file are put into another order.
    """
    if stack.name is not None or stack.context.swarm is not None:
        return []
    found = [
        Hint(name, label, service)
        for service in stack.services
        if service.routing
        for label in filter(None, map(service.given, ("network", "ssl_cert", "ssl_key")))
        if (name := _implied(label, service))
    ]
    return sorted(found, key=lambda hint: str(hint.service.name))


def _implied(label: Label, service: Service) -> str | None:
    value = label.value
    if value.value is None or "$" in value.written:
        return None  # the value depends on variables, and so may the stack name
    if label.name != "network":
        return service.context.secrets.implied_stack_name(value.value)
    if "_" not in value.value:
        return None
    networks = [each.network for each in service.attachments if each.network is not None]
    if (value.value,) in [network.deployed for network in networks]:
        return None  # correct under any stack name
    return Names(networks).implied_stack_name(value.value)


def likely_name(found: list[Hint]) -> str:
    """The name that most labels assume, wherever they are inherited; in a tie, the first one's."""
    labels = dict.fromkeys((hint.name, hint.label.value.span) for hint in found)
    return Counter(name for name, _ in labels).most_common(1)[0][0]
