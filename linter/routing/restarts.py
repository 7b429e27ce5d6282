"""What restarts the proxies although their configuration avoids that for most changes."""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.configuration import configuration
from linter.model.names import shown_name
from linter.model.stack import Service
from linter.model.words import listed, quoted
from linter.routing.stack_changes import Side

_SETTING = "hitlessserviceupdate"


def restarts(old: Iterable[Side], new: Iterable[Side]) -> tuple[str, ...]:
    """
    Why the proxies restart despite `HitlessServiceUpdate`: their networks or secrets change.

    Empty without that setting, because then every new configuration restarts them.
    """
    before, after = list(_hitless(old)), list(_hitless(new))
    found: list[str] = []
    for what, of in (("network", _networks), ("certificate", _certificates)):
        names = [set().union(*map(of, services)) for services in (before, after)]
        for verb, some in (("added", names[1] - names[0]), ("removed", names[0] - names[1])):
            if some:
                quotes = listed([quoted(each) for each in sorted(some)])
                found.append(f"{what}{'s' if len(some) > 1 else ''} {quotes} {verb}")
    return tuple(found)


def _hitless(sides: Iterable[Side]) -> Iterable[Service]:
    """The services of proxies that the setting is on for."""
    for side in sides:
        proxy = side.stack.context.proxy
        if proxy is None:
            continue
        names = {
            each.cluster.name
            for each in configuration(proxy).extensions
            if _SETTING in each.settings and each.settings[_SETTING].value is True
        }
        for service in side.stack.services:
            cluster = service.cluster
            if service.is_routed and cluster is not None and cluster.name in names:
                yield service


def _networks(service: Service) -> set[str]:
    return {
        shown_name(each.network.deployed if each.network else each.key.parts)
        for each in service.attachments
    }


def _certificates(service: Service) -> set[str]:
    labels = map(service.given, ("ssl_cert", "ssl_key"))
    return {str(each.value) for each in labels if each is not None}
