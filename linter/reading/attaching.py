"""Finds the networks that services join, by the names that these have in the swarm."""

from __future__ import annotations

from collections.abc import Mapping

from linter.model.deployment import Attachment
from linter.model.names import STACK_NAME, Resource
from linter.model.text import Text
from linter.syntax.interpolation import Parts, join


def default_network(service: Text) -> Text:
    """The network of a service that lists none; its position is the name of the service."""
    return Text(service.source, service.start, service.end, ("default",))


def attachment(key: Text, networks: Mapping[str, Resource], stack: str | None) -> Attachment:
    """A network that a service joins, with its declaration in the files of the stack."""
    name = str(key)
    return Attachment(key, networks.get(name) or _implicit(name, stack) or networks.get(""))


def _implicit(key: str, stack: str | None) -> Resource | None:
    """The network of services that list none; Docker creates it without a declaration."""
    if key != "default":
        return None
    return Resource(key, prefixed((key,), stack), external=False)


def prefixed(key: Parts, stack: str | None) -> Parts:
    """The name of what a stack declares, in the swarm."""
    return join((STACK_NAME if stack is None else stack, "_", *key))
