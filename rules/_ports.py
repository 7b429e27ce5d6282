"""Compares the port label with the ports a service publishes."""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.deployment import Port
from linter.model.stack import Service


def label_port(service: Service) -> int | None:
    """The port in the label; None if it is not a number."""
    value = service.value("port") or ""
    return int(value) if value.isdecimal() and len(value) < 6 else None


def meant_port(service: Service) -> int | None:
    """The port in the label; if that is a published one, the container's port behind it."""
    port = label_port(service)
    if port is None or not service.ports:
        return port
    found = targets(published_as(service, port), port)
    return next(iter(found)) or port if len(found) == 1 else port


def published_as(service: Service, port: int) -> list[Port]:
    """The entries that publish a port, unless it is a port of the container as well."""
    ports = [each for each in service.ports if each.may_be_tcp]
    if any(each.targets is None or port in each.targets for each in ports):
        return []
    return [each for each in ports if each.published and port in each.published]


def targets(entries: Iterable[Port], published: int) -> set[int | None]:
    """The container's ports that belong to a published one; None for those that are not clear."""
    return {_target(each, published) for each in entries}


def _target(entry: Port, published: int) -> int | None:
    inside, outside = entry.targets or range(0), entry.published or range(0)
    port = inside.start + published - outside.start
    # Not `len`, which fails for a range whose end is far too large to be a port.
    alike = inside.stop - inside.start == outside.stop - outside.start
    return port if alike and port in inside else None
