"""
The forms of strings in a stack file: durations, sizes, ports, mounts, command lines.

`stack.schema.json` names them as `format`. Verified with `docker stack config` of Docker CLI
28.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linter.reading.short_ports import numbers, split
from linter.record import Record

# Patterns are compiled when they are first needed: most files need none of them.
_DURATION = r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_MICRO = dict.fromkeys(("us", "µs", "μs"), 1e3)
_NANOSECONDS = {"ns": 1, **_MICRO, "ms": 1e6, "s": 1e9, "m": 6e10, "h": 3.6e12}

_UNIT = r"(?:[bB]|[kKmMgGtTpP](?:[iI]?[bB])?)?"
_NUMBER = r"[-+]?(?:[0-9](?:_?[0-9])*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_HEXADECIMAL = r"[-+]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][-+]?[0-9]+"

_QUOTING = r"['\"\\]"

_PROTOCOLS = ("tcp", "udp", "sctp")
_PLAIN_PORTS = r"(?:[1-9][0-9]{0,3}:)?[1-9][0-9]{0,3}"
_IPV4 = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}"


class Format(Record):
    """A form of strings: whether a text has it, and how to describe it."""

    __slots__ = ("fits", "says")

    def __init__(self, fits: Callable[[str], bool], says: str) -> None:
        self.fits = fits
        self.says = says


def is_duration(text: str) -> bool:
    """Whether Go reads a text as a duration: `1m30s`, `1.5h`, `0`."""
    if text[-1:] in ("s", "m", "h") and len(text) < 9 and text[:-1].isdecimal() and text.isascii():
        return True  # most are simple
    if not re.fullmatch(_DURATION, text):
        return False
    nanoseconds = 0.0
    for match in re.finditer(r"([0-9.]+)([a-zµμ]+)", text):
        nanoseconds += float(match[1]) * _NANOSECONDS[match[2]]
    return nanoseconds < 2**63


def is_size(text: str) -> bool:
    """Whether Docker reads a text as a number of bytes: `512M`, `1.5GiB`, `64 kb`."""
    end = max(text.rfind(digit) for digit in "0123456789. ") + 1
    amount, unit = text[:end], text[end:]
    amount = amount.removesuffix(" ")
    if not end or not re.fullmatch(_NUMBER, amount) or not re.fullmatch(_UNIT, unit):
        return False
    return not amount.startswith("-") or not amount.strip("-0._eE+")


def is_number(text: str) -> bool:
    """Whether Go reads a text as a floating-point number."""
    return re.fullmatch(_NUMBER, text) is not None or re.fullmatch(_HEXADECIMAL, text) is not None


def is_port(text: str) -> bool:
    """Whether Docker reads a text as `[[address:]published:]target[/protocol]`."""
    if re.fullmatch(_PLAIN_PORTS, text):  # most are simple
        return True
    address, published, target, protocol = split(text)
    if protocol not in _PROTOCOLS or not _is_address(address):
        return False
    inside = numbers(target)
    if inside is None:
        return False
    if not published:
        return True
    outside = numbers(published)
    return outside is not None and len(inside) in (1, len(outside))


def _is_address(text: str) -> bool:
    if not text or re.fullmatch(_IPV4, text):
        return True
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if ":" not in text or "%" in text:
        return False
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def is_mount(text: str) -> bool:
    """Whether Docker reads a text as `[source:]target[:options]`."""
    if len(text.encode("utf-8", "replace")) <= 2:
        return bool(text)
    sections = _sections(text)
    return all(sections) and len(sections) <= 3


def _sections(text: str) -> list[str]:
    """The parts between colons; a single letter before one is a drive of Windows."""
    sections: list[str] = []
    part = ""
    for character in text:
        if character == ":" and not (len(part) == 1 and part.isalpha()):
            sections.append(part)
            part = ""
        else:
            part += character
    return [*sections, part]


def is_command(text: str) -> bool:
    """Whether all quotes of a command line are closed, and its last backslash escapes something."""
    if not re.search(_QUOTING, text):
        return True
    quote, escaped, comment, between = "", False, False, True
    for character in text:
        if comment:
            comment = character != "\n"
        elif escaped:
            escaped = between = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote, between = character, False
        elif character == "#" and between:
            comment = True
        else:
            between = character in " \t\r\n"
    return not quote and not escaped


FORMATS = {
    "duration": Format(is_duration, "a duration such as `10s` or `1m30s`"),
    "bytes": Format(is_size, "a size such as `512M` or `2G`"),
    "port": Format(is_port, "a port such as `8080:80` or `8080:80/udp`"),
    "volume": Format(is_mount, "a mount such as `data:/var/lib/data:ro`"),
    "command-line": Format(is_command, "a command with all quotes closed"),
}
