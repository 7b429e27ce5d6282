"""Knows how the port label relates to the ports that a service publishes."""

from __future__ import annotations

from linter.model.stack import Service


def label_port(service: Service) -> int | None:
    """The port of the label, where it is a number."""
    value = service.value("port") or ""
    return int(value) if value.isdecimal() and len(value) < 6 else None
