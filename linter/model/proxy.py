"""Interlock's own configuration: its service clusters and their settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from linter.syntax.interpolation import Parts, can_be_equal


class BrokenProxyConfiguration(ValueError):
    """A text that is no configuration of Interlock; `line` counts from 1 where it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Cluster(NamedTuple):
    """
    One extension of Interlock, with the proxies it configures.

    `name` is its `ServiceCluster`, "" for the default one. `networks` are those that the proxies
    may join, None where all are. `template` tells whether it renders a template of its own.
    """

    name: str = ""
    networks: tuple[str, ...] | None = None
    publish_mode: str = "ingress"
    is_haproxy: bool = False
    template: bool = False

    def reaches(self, network: Parts) -> bool:
        """Whether its proxies may join the network of this deployed name."""
        return self.networks is None or any(can_be_equal(network, (n,)) for n in self.networks)


class Proxy(NamedTuple):
    """What `config.toml` of Interlock says, from the file at `path`."""

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
    except ValueError:  # which Python raises for a number of some thousand digits
        raise BrokenProxyConfiguration("not TOML: a number has too many digits") from None
    extensions = _key(data, "Extensions")
    if not isinstance(extensions, Mapping) or not extensions:
        raise BrokenProxyConfiguration(
            "it has no [Extensions.…] table; name the file that Interlock itself is configured with"
        )
    reader = _Reader(text)
    return Proxy(path, tuple(reader.cluster(name, table) for name, table in extensions.items()))


def _not_toml(message: str, text: str) -> BrokenProxyConfiguration:
    """What tomllib says, with the place that it gives in words as a number."""
    reason, _, place = message.partition(" (at ")
    number = re.match(r"line (\d+)", place)
    line = int(number[1]) if number else text.rstrip("\n").count("\n") + 1
    return BrokenProxyConfiguration(f"not TOML: {reason[:1].lower()}{reason[1:]}", line)


def _key(table: Mapping[str, Any], name: str) -> Any:
    """A key as Go reads TOML: the exact one first, then any that differs in case only."""
    lowered = name.lower()
    return table.get(name, next((table[key] for key in table if key.lower() == lowered), None))


class _Reader:
    """Reads the tables of extensions, and finds the line of what does not fit."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def cluster(self, extension: str, table: Any) -> Cluster:
        if not isinstance(table, Mapping):
            raise self._unfit(extension, extension, "must be a table")
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
        raise self._unfit(extension, name, "must be a string")

    def _texts(self, extension: str, table: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
        value = _key(table, name)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise self._unfit(extension, name, "must be a list of strings")

    def _unfit(self, extension: str, key: str, reason: str) -> BrokenProxyConfiguration:
        where = f"Extensions.{extension}" + ("" if key == extension else f".{key}")
        return BrokenProxyConfiguration(f"`{where}` {reason}", self._line(extension, key))

    def _line(self, extension: str, key: str) -> int | None:
        """The line with a key below the header of its table; tomllib keeps no places."""
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
