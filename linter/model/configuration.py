"""Interlock's own configuration with the places of its settings, for the rules about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linter import TYPE_CHECKING
from linter.model.proxy import Cluster, Proxy
from linter.record import Record
from linter.syntax.source import Source, Span, View

if TYPE_CHECKING:
    from typing import Any

    _Tables = Mapping[str, Any]


class Setting(Record):
    """A key of a table, and its place."""

    __slots__ = ("name", "span", "value")

    def __init__(self, name: str, value: Any, span: Span) -> None:
        self.name = name
        self.value = value
        self.span = span


class Sticky(Record):
    """A service with sticky sessions, the name of its service cluster, and its labels for them."""

    __slots__ = ("cluster", "labels", "service")

    def __init__(self, service: Span, cluster: str, labels: tuple[Span, ...]) -> None:
        self.service = service
        self.cluster = cluster
        self.labels = labels


class Extension(Record):
    """
    One extension, with its settings and those under `Config`, by name in lower case.

    `sticky` are the labels for sticky sessions of services that its proxies serve.
    """

    __slots__ = ("cluster", "name", "options", "settings", "span", "sticky")

    def __init__(
        self,
        name: str,
        span: Span,
        settings: Mapping[str, Setting],
        options: Mapping[str, Setting],
        cluster: Cluster,
        sticky: tuple[Span, ...],
    ) -> None:
        self.name = name
        self.span = span
        self.settings = settings
        self.options = options
        self.cluster = cluster
        self.sticky = sticky

    @property
    def title(self) -> str:
        """What to call it in a sentence."""
        return f"`Extensions.{self.name}`"


class Configuration(Record):
    """A configuration of Interlock; `settings` are those at the top, by name in lower case."""

    __slots__ = ("extensions", "settings", "source")

    def __init__(
        self,
        source: Source,
        settings: Mapping[str, Setting],
        extensions: tuple[Extension, ...],
    ) -> None:
        self.source = source
        self.settings = settings
        self.extensions = extensions


def configuration(proxy: Proxy, services: Iterable[Sticky] = ()) -> Configuration:
    """The configuration that a proxy configuration was read from, with some of its services."""
    import tomllib

    from linter.syntax.toml_places import places

    source = Source(proxy.path, proxy.text, view=View("toml"))
    places_by_path = places(proxy.text)

    def span(path: tuple[str, ...]) -> Span:
        """The place of a key, or that of the table around it."""
        lowered = tuple(part.lower() for part in path)
        while lowered and lowered not in places_by_path:
            lowered = lowered[:-1]
        return Span(source, *places_by_path.get(lowered, (0, 0)))

    def settings(table: _Tables, *path: str) -> dict[str, Setting]:
        return {
            name.lower(): Setting(name, value, span((*path, name))) for name, value in table.items()
        }

    labels: dict[str, list[Span]] = {}
    for service in services:
        labels.setdefault(service.cluster, []).extend(service.labels)
    top = settings(tomllib.loads(proxy.text))
    extensions = top["extensions"]
    found: list[Extension] = []
    for (name, table), cluster in zip(extensions.value.items(), proxy.clusters, strict=True):
        path = (extensions.name, name)
        own = settings(table, *path)
        config = own["config"].value if "config" in own else None
        options = settings(config, *path, "Config") if isinstance(config, Mapping) else {}
        served = labels.get(cluster.name, ()) if proxy.cluster(cluster.name) == cluster else ()
        found.append(Extension(name, span(path), own, options, cluster, tuple(served)))
    return Configuration(source, top, tuple(found))
