"""Finds the redirects of a service by their hosts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from linter.model.redirects import Redirect
from linter.model.stack import Service
from linter.syntax.interpolation import Parts

_SERVICES = 1_000
"""Services whose redirects are kept by host: rules ask for them, for each route that they serve."""


def https_url(host: str, service: Service) -> str:
    """The address of a host over HTTPS, with the port that the proxies publish, if known."""
    cluster = service.cluster
    port = "" if cluster is None or cluster.https_port == 443 else f":{cluster.https_port}"
    return f"https://{host}{port}"


@lru_cache(maxsize=_SERVICES)
def redirects_from(service: Service) -> Mapping[Parts, list[Redirect]]:
    """The redirects that a service sets, by the host that they lead away from."""
    found: dict[Parts, list[Redirect]] = {}
    for each in service.redirects:
        found.setdefault(each.source.host.name, []).append(each)
    return found


@lru_cache(maxsize=_SERVICES)
def redirects_to_https(service: Service) -> Mapping[Parts, list[Redirect]]:
    """The redirects to https that a service sets, by the host that they lead to."""
    found: dict[Parts, list[Redirect]] = {}
    for each in service.redirects:
        if each.target.scheme == "https":
            found.setdefault(each.target.host.name, []).append(each)
    return found
