"""Takes ports in the short form apart: `[[address:]published:]target[/protocol]`."""

from __future__ import annotations

import re

_NUMBER = r"0*([0-9]{1,5})"
_MOST = 65535


def split(text: str) -> tuple[str, str, str, str]:
    """
    The address, the published and the target port, and the protocol of a port.

    It need not be valid. What is not there is empty, but for the protocol, which is then `tcp`;
    Docker ignores a second one.
    """
    *before, target = text.split(":")
    target, _, protocol = target.partition("/")
    published = before[-1] if before else ""
    address, protocol = ":".join(before[:-1]), protocol.partition("/")[0].lower()
    return address, published, target, protocol or "tcp"


def numbers(text: str) -> range | None:
    """Read `80` or `8000-8010`, where Docker ignores a third number; None for any other text."""
    start, *rest = text.split("-")
    found = [re.fullmatch(_NUMBER, each) for each in (start, *rest[:1])]
    ports = [int(match[1]) for match in found if match]
    if len(ports) < len(found) or not ports[0] <= ports[-1] <= _MOST:
        return None
    return range(ports[0], ports[-1] + 1)
