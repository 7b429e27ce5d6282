"""Parses the labels of the HTTP routing mesh (HRM) of UCP 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from linter.model.label import Label
from linter.model.stack import Service
from linter.model.text import Span, display, split, stand_in
from linter.record import Record

from ._successors import completed, listed

STOPPED = "on UCP 3, `docker stack deploy` stops all tasks of the service at once while it is there"
"""What was observed of services that still have such labels."""

KEY = "com.docker.ucp.mesh.http"
OPTIONS = (
    "external_route",
    "internal_port",
    "sticky_sessions",
    "redirect",
    "include_forwarded_for",
)

_MOST = 10

_ROUTE = r"(?P<scheme>[a-z]+)://(?P<host>[^/:]*)(?::\d+)?/?"


class Option(Record):
    """
    One `key=value` item of such a label; `key` is None where there is no `=`.

    Either may contain variables, so that it is not known.
    """

    __slots__ = ("key", "knows_key", "knows_value", "span", "value")

    def __init__(
        self,
        key: str | None,
        value: str,
        span: Span,
        knows_key: bool = True,
        knows_value: bool = True,
    ) -> None:
        self.key = key
        self.value = value
        self.span = span
        self.knows_key = knows_key
        self.knows_value = knows_value


def is_hrm(label: Label) -> bool:
    key = label.key.value or ""
    return key.startswith(KEY) and key[len(KEY) :][:1] in ("", ".")


def hrm_labels(service: Service) -> list[Label]:
    """The labels of a service for HRM; if it has none, those on its containers."""
    for labels in (service.foreign, service.container_labels):
        if labels and (found := [label for label in labels if is_hrm(label)]):
            return found
    return []


def options(label: Label) -> Iterator[Option]:
    """The items of a label; in UCP 2.0 and 2.1 the key is a port, or absent."""
    for piece in split(label.value.parts, ","):
        if piece.start == piece.end:
            continue
        text, bare = display(piece.parts), stand_in(piece.parts)
        span = label.value.part(piece.start, piece.end)
        key, sign, value = bare.partition("=")
        if not sign:
            yield Option(None, text, span, knows_value=text == bare)
            continue
        name, rest = text[: len(key)], text[len(key) + 1 :]
        yield Option(name, rest, span, name == key, rest == value)


def wrong(label: Label) -> list[Option]:
    """The first few items that HRM cannot read."""
    return list(islice((option for option in options(label) if _is_wrong(option)), _MOST))


def _is_wrong(option: Option) -> bool:
    if option.key is None:
        return re.fullmatch(_ROUTE, option.value) is None and option.knows_value
    if not option.knows_key:
        return False
    is_route = re.fullmatch(_ROUTE, option.value) is not None or not option.knows_value
    if _is_port(option.key) or option.key == "external_route":
        return not is_route
    if option.key == "internal_port":
        return not option.value.isdecimal() and option.knows_value
    return option.key not in OPTIONS


class Settings(Record):
    """The settings of all HRM labels of a service together."""

    __slots__ = ("hosts", "others", "ports", "schemes")

    def __init__(
        self,
        hosts: list[str],
        ports: list[str],
        schemes: set[str],
        others: dict[str, str],
    ) -> None:
        self.hosts = hosts
        self.ports = ports
        self.schemes = schemes
        self.others = others


def _settings(labels: list[Label]) -> Settings:
    settings = Settings([], [], set(), {})
    redirects: list[str] = []
    for label in labels:
        host = ""
        for option in sorted(options(label), key=lambda option: option.key == "redirect"):
            key, value = option.key, option.value
            is_route = key in (None, "external_route") or _is_port(key)
            match = re.fullmatch(_ROUTE, value) if is_route else None
            if match:
                settings.schemes.add(match["scheme"])
                host = match["host"]
                if host:
                    settings.hosts.append(host)
                else:
                    settings.others["default_backend"] = '"true"'
            if key == "internal_port":
                settings.ports.append(value)
            elif key == "sticky_sessions":
                settings.others["sticky_session_cookie"] = value
            elif key == "redirect" and host:
                redirects.append(f"http://{host},{value}")
            elif key and _is_port(key):
                settings.ports.append(key)
    if redirects:
        settings.others["redirects"] = ";".join(redirects)
    return settings


def _is_port(key: str | None) -> bool:
    """Whether an item has the form of UCP 2.0, where the key is a port."""
    return key is not None and key.isdecimal()


def remedy(labels: list[Label], service: Service) -> str:
    """The help text: the Interlock labels with the same settings, if one service can have them."""
    settings = _settings(labels)
    if len(set(settings.ports)) > 1:
        return "use a separate service for each port; with Interlock, a service has only one"
    if len(settings.schemes) > 1:
        return "use either plain HTTP or TLS passthrough; with Interlock, a service has only one"
    found: dict[str, str] = {}
    if settings.hosts:
        found["hosts"] = ",".join(dict.fromkeys(settings.hosts))
    if settings.ports:
        found["port"] = settings.ports[0]
    found |= settings.others
    if "sni" in settings.schemes:
        found["ssl_passthrough"] = '"true"'
    return (
        f"use {listed(completed(found, service))} instead"
        if found
        else "use Interlock labels instead"
    )
