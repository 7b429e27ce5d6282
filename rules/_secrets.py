"""Knows how a certificate label relates to the secrets of the stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linter.interpolation import Parts, can_be_equal
from linter.labels import rows
from linter.stack import STACK_NAME, Label, Resource, Service


class Unmatched(NamedTuple):
    """A certificate label that names no secret, and the secret that it nearly names, if any."""

    label: Label
    near: Resource | None


def unmatched(service: Service) -> Iterator[Unmatched]:
    """The certificate labels of a service that name no secret of its stack, as deployed."""
    secrets = service.surroundings.secrets
    for name in ("ssl_cert", "ssl_key"):
        label = service.given(name)
        if label is None or label.value.invalid is not None or label.quote:
            continue
        value = label.value
        if value.value is not None and not rows()[name].fits(value.value):
            continue  # the name of no secret; another rule says so
        if not any(can_be_equal(value.parts, secret.deployed) for secret in secrets):
            yield Unmatched(label, next((s for s in secrets if _nearly(value.parts, s)), None))


def shown(secret: Resource) -> str:
    """The deployed name for people, as far as it is known."""
    return "".join("<stack>" if part == STACK_NAME else str(part) for part in secret.deployed)


def _nearly(value: Parts, secret: Resource) -> bool:
    """Whether the label is the key of a secret, or its key with the name of some stack."""
    text = "".join(map(str, value))
    tails = [secret.key]
    if secret.external and len(secret.deployed) == 1:
        tails.append(str(secret.deployed[0]))
    return any(text == tail or text.endswith(f"_{tail}") for tail in tails)
