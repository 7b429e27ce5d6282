"""Compares a network label with the networks that its service joins."""

from __future__ import annotations

from linter.model.deployment import Attachment
from linter.model.names import STACK_NAME, shown_name
from linter.model.stack import Service
from linter.model.text import Parts, Text, can_be_equal

RESERVED = frozenset({"ingress", "host", "bridge", "ucp-interlock"})
"""Networks that Docker and Interlock reserve for themselves."""


def deployed(attachment: Attachment) -> Parts:
    """The name in the swarm; an undeclared network counts as one of the stack."""
    if attachment.network is not None:
        return attachment.network.deployed
    return (STACK_NAME, f"_{attachment.key}")


def shown(attachment: Attachment) -> str:
    """The deployed name for messages, with `<stack>` where the stack name is not known."""
    if _is_unknown(attachment):
        return str(attachment.key)
    parts = deployed(attachment)
    return shown_name(parts)


def label_value(service: Service) -> Text | None:
    """The value of the network label; None if it is missing, empty or invalid."""
    label = service.routing.get("network")
    if label is None or not label.value.parts or label.value.invalid is not None:
        return None
    return label.value


def fits(value: Text, attachment: Attachment) -> bool:
    """Whether the label can be the deployed name of this network."""
    return _is_unknown(attachment) or can_be_equal(value.parts, deployed(attachment))


def is_bare_key(value: Text, attachment: Attachment) -> bool:
    """Whether the label is the key of this network in the file."""
    return value.value is not None and value.value == attachment.key.value


def _is_unknown(attachment: Attachment) -> bool:
    """Whether the service joins `${NETWORK}`, which may be any network, in the stack or outside."""
    return attachment.key.value is None
