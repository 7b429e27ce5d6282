"""Which stacks use Interlock's own configurations, so that these are checked with all of them."""

from __future__ import annotations

from collections.abc import Container, Iterable

from linter.files.settings import Settings
from linter.model.configuration import Sticky
from linter.model.proxy import Proxy
from linter.model.stack import Service
from linter.record import Record
from linter.routing.routes import STICKY


class Use(Record):
    """
    A configuration of Interlock, and our settings for the stacks that use it.

    `sticky` are the services of these stacks with sticky sessions. Unless it `is_judged`, the
    stacks are only compared with others.
    """

    __slots__ = ("is_judged", "proxy", "settings", "sticky")

    def __init__(
        self, proxy: Proxy, settings: Settings, sticky: tuple[Sticky, ...], is_judged: bool
    ) -> None:
        self.proxy = proxy
        self.settings = settings
        self.sticky = sticky
        self.is_judged = is_judged

    def without(self, paths: Container[str]) -> Use:
        """The use without the services of some files."""
        kept = (each for each in self.sticky if each.service.source.path not in paths)
        return self._replace(sticky=tuple(kept))


def sticky(services: Iterable[Service]) -> tuple[Sticky, ...]:
    """Those of the services that have sticky sessions and are in a service cluster."""
    found: list[Sticky] = []
    for service in services:
        labels = [label.span for label in map(service.active, STICKY) if label is not None]
        if labels and (cluster := service.cluster) is not None:
            found.append(Sticky(service.name.span, cluster.name, tuple(labels)))
    return tuple(found)


def together(uses: Iterable[Use]) -> list[Use]:
    """One use of each configuration with the same settings, whatever the order was."""
    groups: dict[tuple[int, Proxy], list[Use]] = {}
    for use in uses:
        groups.setdefault((id(use.settings), use.proxy), []).append(use)
    found: list[Use] = []
    for group in groups.values():
        services = [each for use in group for each in use.sticky]
        services.sort(key=lambda each: each.service.sort_key)
        is_judged = any(use.is_judged for use in group)
        found.append(Use(group[0].proxy, group[0].settings, tuple(services), is_judged))
    found.sort(key=lambda each: (each.proxy.path, each.settings.root, each.settings.path or ""))
    return found
