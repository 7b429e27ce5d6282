"""Why the shares of a route are not those of its servers."""

from __future__ import annotations

from enum import StrEnum


class Undivided(StrEnum):
    """
    Why the requests of a route are not divided among all of its servers.

    With TLS passthrough, all connections go to the first service, and which one is first is not
    known. If only some services set passthrough, the result is not known either. NGINX rejects a
    configuration with several default backends.
    """

    FIRST_SERVICE = "first-service-only"
    CONFLICT = "conflicting-passthrough"
    DEFAULT_BACKENDS = "several-default-backends"
