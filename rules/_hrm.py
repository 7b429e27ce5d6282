"""Knows the labels of the HTTP routing mesh of UCP 2, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linter.interpolation import split
from linter.source import Span
from linter.stack import Label, Service

KEY = "com.docker.ucp.mesh.http"
OPTIONS = (
    "external_route",
    "internal_port",
    "sticky_sessions",
    "redirect",
    "include_forwarded_for",
)

_ITEM = re.compile(r"(?P<key>[^=]*)=(?P<value>.*)", re.DOTALL)
_ROUTE = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>[^/:]*)(?::\d+)?/?")


class Option(NamedTuple):
    """One `key=value` of such a label; `key` is None where it is none."""

    key: str | None
    value: str
    span: Span


def is_hrm(label: Label) -> bool:
    key = label.key.value or ""
    return key == KEY or key.startswith(f"{KEY}.")


def hrm_labels(service: Service) -> list[Label]:
    return [label for label in service.foreign if is_hrm(label)]


def options(label: Label) -> Iterator[Option]:
    """The items of a label; in the form of UCP 2.0 and 2.1 the key is a port."""
    pieces = [piece for piece in split(label.value.parts, ",") if piece.end > piece.start]
    spans = label.value.parts_at((piece.start, piece.end) for piece in pieces)
    for piece, span in zip(pieces, spans, strict=True):
        text = "".join(map(str, piece.parts))
        match = _ITEM.fullmatch(text)
        yield Option(match["key"] if match else None, match["value"] if match else text, span)


def wrong(label: Label) -> list[Option]:
    """The items that HRM could not read."""
    return [option for option in options(label) if _is_wrong(option)]


def _is_wrong(option: Option) -> bool:
    if option.key is None:
        return "${" not in option.value
    if "${" in option.key:
        return False
    is_route = _ROUTE.fullmatch(option.value) is not None or "${" in option.value
    if option.key.isdecimal() or option.key == "external_route":
        return not is_route
    if option.key == "internal_port":
        return not option.value.isdecimal() and "${" not in option.value
    return option.key not in OPTIONS


def replacement(labels: list[Label]) -> str:
    """The labels that say the same for Interlock, as far as one service can have them."""
    hosts: list[str] = []
    found: dict[str, str] = {}
    for label in labels:
        for key, value, _ in options(label):
            if key == "internal_port" or (key or "").isdecimal():
                found["port"] = value if key == "internal_port" else str(key)
            if key == "sticky_sessions":
                found["sticky_session_cookie"] = value
            if key == "redirect" and hosts:
                found["redirects"] = f"http://{hosts[-1]},{value}"
            match = _ROUTE.fullmatch(value)
            if match and (key == "external_route" or (key or "").isdecimal()):
                if match["host"]:
                    hosts.append(match["host"])
                else:
                    found["default_backend"] = "true"
                if match["scheme"] == "sni":
                    found["ssl_passthrough"] = "true"
    if hosts:
        found = {"hosts": ",".join(dict.fromkeys(hosts))} | found
    return ", ".join(f"`com.docker.lb.{name}: {value}`" for name, value in found.items())
