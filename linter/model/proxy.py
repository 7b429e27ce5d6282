"""Interlock's own configuration: its service clusters and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from linter import TYPE_CHECKING
from linter.record import Record
from linter.syntax.interpolation import Parts, can_be_equal

if TYPE_CHECKING:
    from typing import Any

DEFAULT_HTTPS_PORT = 8443
"""The port that proxies publish for HTTPS unless `PublishedSSLPort` is set."""
MAX_CLUSTERS = 100
"""Extensions of a configuration; real ones have a few."""

MAX_NETWORKS = 1_000
"""Networks of an extension; each label that names a network is compared with all of them."""

MAX_NAME = 255
"""Characters of a name, such as a service cluster's; findings repeat them."""

_MOST_COMPARED = 100


class BrokenProxyConfiguration(ValueError):
    """Not a valid configuration of Interlock; `line` counts from 1, None if unknown."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Cluster(Record):
    """
    One extension of Interlock, with the proxies it configures.

    `name` is its `ServiceCluster`, "" for the default one. `networks` are the networks that the
    proxies may join, None for all. `template` says whether it has a custom template. `https_port`
    is the published port for HTTPS.
    """

    __slots__ = ("https_port", "is_haproxy", "name", "networks", "publish_mode", "template")

    def __init__(
        self,
        name: str = "",
        networks: tuple[str, ...] | None = None,
        publish_mode: str = "ingress",
        is_haproxy: bool = False,
        template: bool = False,
        https_port: int = DEFAULT_HTTPS_PORT,
    ) -> None:
        self.name = name
        self.networks = networks
        self.publish_mode = publish_mode
        self.is_haproxy = is_haproxy
        self.template = template
        self.https_port = https_port

    def reaches(self, network: Parts) -> bool:
        """Whether its proxies may join the network with this deployed name; if in doubt, True."""
        names = self.networks
        if names is None:
            return True
        if len(network) == 1 and isinstance(network[0], str):
            return network[0] in names
        return len(names) > _MOST_COMPARED or any(can_be_equal(network, (name,)) for name in names)


class Proxy(Record):
    """The contents of Interlock's `config.toml`, read from the `text` of the file at `path`."""

    __slots__ = ("clusters", "path", "text")

    def __init__(self, path: str, clusters: tuple[Cluster, ...], text: str = "") -> None:
        self.path = path
        self.clusters = clusters
        self.text = text

    def __hash__(self) -> int:
        return hash((self.path, self.text))  # quick, as every stack asks for it

    def cluster(self, name: str) -> Cluster | None:
        return _by_name(self).get(name)


@lru_cache(maxsize=8)
def _by_name(proxy: Proxy) -> dict[str, Cluster]:
    """The service clusters by name; of several with one name, the first counts."""
    return {each.name: each for each in reversed(proxy.clusters)}


@lru_cache(maxsize=8)  # many configurations of one repository may name the same file
def parse(text: str, path: str) -> Proxy:
    """Read a configuration of Interlock. Raises BrokenProxyConfiguration."""
    from linter.syntax import toml

    try:
        extensions = _key(toml.parse(text), "Extensions")
    except toml.NotToml as error:
        raise BrokenProxyConfiguration(error.reason, error.line) from None
    if not isinstance(extensions, Mapping) or not extensions:
        raise BrokenProxyConfiguration(
            "no [Extensions.…] table found; use the file that Interlock itself is configured with"
        )
    if len(extensions) > MAX_CLUSTERS:
        raise BrokenProxyConfiguration(f"more than {MAX_CLUSTERS} extensions")
    reader = _Reader(text)
    clusters = tuple(reader.cluster(name, table) for name, table in extensions.items())
    return Proxy(path, clusters, text)


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
        port = _key(table, "PublishedSSLPort")
        images = (self._text(extension, table, key) for key in ("Image", "ProxyImage"))
        arguments = self._texts(extension, table, "Args") or ()
        return Cluster(
            name=self._text(extension, table, "ServiceCluster"),
            networks=self._networks(extension, table),
            publish_mode=self._text(extension, table, "PublishMode").lower() or "ingress",
            is_haproxy=any("haproxy" in text.lower() for text in (*images, *arguments)),
            template=bool(_key(table, "Template")),
            https_port=port if isinstance(port, int) else DEFAULT_HTTPS_PORT,
        )

    def _text(self, extension: str, table: Mapping[str, Any], name: str) -> str:
        value = _key(table, name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._invalid(extension, name, "must be a string")
        if len(value) > MAX_NAME:
            raise self._invalid(extension, name, f"is longer than {MAX_NAME} characters")
        return value

    def _texts(self, extension: str, table: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
        value = _key(table, name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._invalid(extension, name, "must be a list of strings")
        return tuple(value)

    def _networks(self, extension: str, table: Mapping[str, Any]) -> tuple[str, ...] | None:
        names = self._texts(extension, table, "Networks") or ()
        if len(names) > MAX_NETWORKS:
            raise self._invalid(extension, "Networks", f"has more than {MAX_NETWORKS:,} entries")
        if any(len(each) > MAX_NAME for each in names):
            reason = f"has an entry longer than {MAX_NAME} characters"
            raise self._invalid(extension, "Networks", reason)
        return names or None

    def _invalid(self, extension: str, key: str, reason: str) -> BrokenProxyConfiguration:
        where = f"Extensions.{extension}" + ("" if key == extension else f".{key}")
        return BrokenProxyConfiguration(f"`{where}` {reason}", self._line(extension, key))

    def _line(self, extension: str, key: str) -> int | None:
        """The line of a key below the header of its table; tomllib does not keep positions."""
        header, wanted = _bare(f"[extensions.{extension}"), _bare(key)
        inside = False
        for number, line in enumerate(self.lines, 1):
            bare = _bare(line)
            if bare.startswith("["):
                inside = bare.startswith((f"{header}]", f"{header}."))
            elif inside or extension == key:
                assigned, equals, _ = bare.partition("=")
                if equals and assigned.rpartition(".")[2] == wanted:
                    return number
        return None


def _bare(text: str) -> str:
    """A text without blanks and quotes, in lower case."""
    return "".join(text.split()).replace('"', "").replace("'", "").lower()
