"""Reaches a local socket with one connection for all requests, one after the other."""

from __future__ import annotations

from typing import Any

from docker.transport import UnixHTTPAdapter

_ANY = "http+docker://localhost"


class OneConnection(UnixHTTPAdapter):  # type: ignore[misc] # the SDK has no types
    """
    The SDK's own adapter keeps connections by path, so it opens another one for each.

    Through `ssh`, each is a login.
    """

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:
        del url
        return super().get_connection(_ANY, proxies)
