"""Takes ports in the short form apart: `[[address:]published:]target[/protocol]`."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = r"0*([0-9]{1,5})"
_MOST = 65535


class ShortPort(NamedTuple):
    """The parts of a port, each empty if there is none; the protocol is then `tcp`."""

    address: str
    published: str
    target: str
    protocol: str


def split(text: str) -> ShortPort:
    """The parts of a port, which need not be valid; Docker ignores a second protocol."""
    *before, target = text.split(":")
    target, _, protocol = target.partition("/")
    published = before[-1] if before else ""
    return ShortPort(
        ":".join(before[:-1]), published, target, protocol.partition("/")[0].lower() or "tcp"
    )


def numbers(text: str) -> range | None:
    """Read `80` or `8000-8010`, where Docker ignores a third number; None for any other text."""
    start, *rest = text.split("-")
    found = [re.fullmatch(_NUMBER, each) for each in (start, *rest[:1])]
    ports = [int(match[1]) for match in found if match]
    if len(ports) < len(found) or not ports[0] <= ports[-1] <= _MOST:
        return None
    return range(ports[0], ports[-1] + 1)
