"""Compares certificate labels with the secrets of the stack."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.label import Label
from linter.model.names import Resource, shown_name
from linter.model.stack import Service
from linter.model.vocabulary import rows
from linter.record import Record


class Unmatched(Record):
    """A certificate label that names no secret, and the secret with a similar name, if any."""

    __slots__ = ("label", "near")

    def __init__(self, label: Label, near: Resource | None) -> None:
        self.label = label
        self.near = near


def unmatched(service: Service) -> Iterator[Unmatched]:
    """The certificate labels of a service that match no deployed secret name of its stack."""
    secrets, swarm = service.context.secrets, service.context.swarm
    if swarm is not None:
        return  # nothing declares what it has; another rule reports what is missing
    for name in ("ssl_cert", "ssl_key"):
        label = service.given(name)
        if label is None or label.value.invalid is not None or label.quote:
            continue
        value = label.value
        if value.value is not None and not rows()[name].fits(value.value):
            continue  # not a possible secret name; another rule reports it
        if not secrets.can_be(value):
            yield Unmatched(label, secrets.near_match(value))


def shown(secret: Resource) -> str:
    """The deployed name for messages, with `<stack>` where the stack name is not known."""
    return shown_name(secret.deployed)
