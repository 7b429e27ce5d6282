"""Finds routing labels that are set on the containers instead of the service."""

from __future__ import annotations

from linter.model.label import Label
from linter.model.stack import Service


def on_containers(service: Service) -> list[Label]:
    """The container labels that the service was meant to have, and does not have itself."""
    if not service.container_labels:
        return []
    chosen = {id(label.as_written) for label in service.routing.values()}
    return [label for label in service.container_labels if id(label) in chosen]


def is_misguided(service: Service) -> bool:
    """Whether its only routing labels are on the containers, and none of them is a host."""
    found = on_containers(service)
    return 0 < len(found) == len(service.routing) and not service.intends(
        "hosts", "default_backend"
    )
