"""Reads the port label, for rules that compare it with the ports a service publishes."""

from __future__ import annotations

from linter.model.stack import Service


def label_port(service: Service) -> int | None:
    """The port in the label; None if it is not a number."""
    value = service.value("port") or ""
    return int(value) if value.isdecimal() and len(value) < 6 else None
