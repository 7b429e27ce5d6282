"""Interlock's own configuration: its service clusters and their settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from linter.syntax.interpolation import Parts, can_be_equal


class BrokenProxyConfiguration(ValueError):
    """Not a valid configuration of Interlock; `line` counts from 1, None if unknown."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Cluster(NamedTuple):
    """
    One extension of Interlock, with the proxies it configures.

    `name` is its `ServiceCluster`, "" for the default one. `networks` are the networks that the
    proxies may join, None for all. `template` says whether it has a custom template.
    """

    name: str = ""
    networks: tuple[str, ...] | None = None
    publish_mode: str = "ingress"
    is_haproxy: bool = False
    template: bool = False

    def reaches(self, network: Parts) -> bool:
        """Whether its proxies may join the network with this deployed name."""
        return self.networks is None or any(can_be_equal(network, (n,)) for n in self.networks)


class Proxy(NamedTuple):
    """The contents of Interlock's `config.toml`, read from the file at `path`."""

    path: str
    clusters: tuple[Cluster, ...]

    def cluster(self, name: str) -> Cluster | None:
        return next((each for each in self.clusters if each.name == name), None)


def parse(text: str, path: str) -> Proxy:
    """Read a configuration of Interlock. Raises BrokenProxyConfiguration."""
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except ValueError:  # raised by Python for a number with thousands of digits
        raise BrokenProxyConfiguration("not TOML: a number has too many digits") from None
    extensions = _key(data, "Extensions")
    if not isinstance(extensions, Mapping) or not extensions:
        raise BrokenProxyConfiguration(
            "no [Extensions.…] table found; use the file that Interlock itself is configured with"
        )
    reader = _Reader(text)
    return Proxy(path, tuple(reader.cluster(name, table) for name, table in extensions.items()))


def _not_toml(message: str, text: str) -> BrokenProxyConfiguration:
    """The error of tomllib, with the line number taken from its message."""
    reason, _, place = message.partition(" (at ")
    number = re.match(r"line (\d+)", place)
    line = int(number[1]) if number else text.rstrip("\n").count("\n") + 1
    return BrokenProxyConfiguration(f"not TOML: {reason[:1].lower()}{reason[1:]}", line)


def _key(table: Mapping[str, Any], name: str) -> Any:
    """Look up a key like Go does: first the exact key, then one that differs only in case."""
    lowered = name.lower()
    return table.get(name, next((table[key] for key in table if key.lower() == lowered), None))


class _Reader:
    """Reads the extension tables, and finds the line of an invalid value."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def cluster(self, extension: str, table: Any) -> Cluster:
        if not isinstance(table, Mapping):
            raise self._invalid(extension, extension, "must be a table")
        images = (self._text(extension, table, key) for key in ("Image", "ProxyImage"))
        arguments = self._texts(extension, table, "Args") or ()
        return Cluster(
            name=self._text(extension, table, "ServiceCluster"),
            networks=self._texts(extension, table, "Networks") or None,
            publish_mode=self._text(extension, table, "PublishMode").lower() or "ingress",
            is_haproxy=any("haproxy" in text.lower() for text in (*images, *arguments)),
            template=bool(_key(table, "Template")),
        )

    def _text(self, extension: str, table: Mapping[str, Any], name: str) -> str:
        value = _key(table, name)
        if value is None or isinstance(value, str):
            return value or ""
        raise self._invalid(extension, name, "must be a string")

    def _texts(self, extension: str, table: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
        value = _key(table, name)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise self._invalid(extension, name, "must be a list of strings")

    def _invalid(self, extension: str, key: str, reason: str) -> BrokenProxyConfiguration:
        where = f"Extensions.{extension}" + ("" if key == extension else f".{key}")
        return BrokenProxyConfiguration(f"`{where}` {reason}", self._line(extension, key))

    def _line(self, extension: str, key: str) -> int | None:
        """The line of a key below the header of its table; tomllib does not keep positions."""
        name, key = re.escape(extension), re.escape(key)
        header = re.compile(rf"\s*\[\s*extensions\s*\.\s*[\"']?{name}\b", re.IGNORECASE)
        assignment = re.compile(rf"\s*(?:\S*\.)?[\"']?{key}[\"']?\s*=", re.IGNORECASE)
        inside = False
        for number, line in enumerate(self.lines, 1):
            if line.lstrip().startswith("["):
                inside = header.match(line) is not None
            elif (inside or extension == key) and assignment.match(line):
                return number
        return None
