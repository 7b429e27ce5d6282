"""
Resolves YAML scalars the way Docker does, to a kind and to the text that a label gets.

`docker stack deploy` reads YAML with go-yaml 3, which differs from PyYAML in both directions: `yes`
and `1:30` are strings, `010` is eight, `1e3` is a thousand. Verified with `docker stack config`
of Docker CLI 28.2.2.
"""

from __future__ import annotations

import re
from datetime import date

from linter import TYPE_CHECKING
from linter.record import Record
from linter.syntax.nodes import UNSPECIFIC_TAG, ScalarNode

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["string", "integer", "number", "boolean", "null", "timestamp"]
    """The YAML type of a scalar."""


class Resolved(Record):
    """A kind, and the text that Docker prints for the value: null is `""`, `010` is `8`."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: Kind, text: str) -> None:
        self.kind: Kind = kind
        self.text = text


class Undecodable(ValueError):
    """A scalar that does not match its tag, or a number that Docker cannot convert to text."""


_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), Resolved("null", "")),
    **dict.fromkeys(("true", "True", "TRUE"), Resolved("boolean", "true")),
    **dict.fromkeys(("false", "False", "FALSE"), Resolved("boolean", "false")),
}
_NOT_FINITE = frozenset(
    (
        *(f"{sign}.{word}" for sign in ("", "-", "+") for word in ("inf", "Inf", "INF")),
        *(".nan", ".NaN", ".NAN"),
    )
)
_NUMERIC_START = frozenset("0123456789+-.")
_NUMERIC = _NUMERIC_START.union("_xXoOabcdefABCDEF")
_FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
_INTEGER = (
    r"(?P<sign>[-+]?)"
    r"(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)"
    r"|(?P<dec>0|[1-9][0-9]*))"
)
_BETWEEN_DIGITS = r"(?<=[0-9])_(?=[0-9])"
_MOST_DIGITS = len(str(2**64))
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_TIMESTAMP = (
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?"
)
_ANY_LEAP_YEAR = 2000
"""Stands for the year 0, which exists in Go, but not in Python."""

# Python accepts more padding than there should be.
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_TAG_PREFIX = "tag:yaml.org,2002:"
_KIND_BY_TAG: dict[str, Kind] = {
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "null": "null",
    "timestamp": "timestamp",
}
_UNTAGGED = ("", UNSPECIFIC_TAG)
_STRING_TAGS = frozenset({*_UNTAGGED, f"{_TAG_PREFIX}str", f"{_TAG_PREFIX}merge"})


def resolve(scalar: ScalarNode) -> Resolved:
    """
    The kind and text of a scalar.

    Raises Undecodable if Docker rejects the file: `!!int x`, `.inf`, invalid `!!binary`.
    """
    tag, value = scalar.tag, scalar.value
    if tag in _UNTAGGED:
        return Resolved("string", value) if scalar.style else _plain(value)
    name = tag.removeprefix(_TAG_PREFIX)
    if name == "binary":
        data = value.replace("\r", "").replace("\n", "")
        if not re.fullmatch(_BASE64, data):
            raise Undecodable("the value of `!!binary` is not valid base64")
        import base64

        return Resolved("string", base64.b64decode(data).decode(errors="replace"))
    if name not in _KIND_BY_TAG:
        return Resolved("string", value)
    wanted, resolved = _KIND_BY_TAG[name], _plain(value)
    if resolved.kind == wanted:
        return resolved
    # Docker makes a float of an integer, unless that needs all 64 bits.
    if wanted == "number" and resolved.kind == "integer" and int(resolved.text) < 2**63:
        return Resolved("number", _go_float(float(int(resolved.text))) or "")
    raise Undecodable(f"the value does not match its tag `!!{name}`")


def is_not_finite(scalar: ScalarNode) -> bool:
    """Whether a scalar is a number that Docker reads, but cannot convert to text."""
    is_float = scalar.tag == f"{_TAG_PREFIX}float" or (not scalar.style and scalar.tag in _UNTAGGED)
    return is_float and scalar.value in _NOT_FINITE


def can_be_key(scalar: ScalarNode) -> bool:
    """
    Whether Docker takes a scalar as a key; no other tag than `!!str` makes a string of one.

    Raises Undecodable as `resolve` does.
    """
    return resolve(scalar).kind == "string" and scalar.tag in _STRING_TAGS


def is_plainly_a_string(scalar: ScalarNode) -> bool:
    """Whether a scalar is obviously a string; if not, only `resolve` can tell."""
    if scalar.style or scalar.tag:
        return not scalar.tag
    value = scalar.value
    return value not in _WORDS and value[0] not in _NUMERIC_START


def _plain(value: str) -> Resolved:
    if value in _WORDS:
        return _WORDS[value]
    if value[0] not in _NUMERIC_START:
        return Resolved("string", value)
    if value in _NOT_FINITE:
        raise Undecodable(f"Docker cannot convert the number `{value}` to text")
    if timestamp := _timestamp(value):
        return Resolved("timestamp", timestamp)
    number = _number(value) if _NUMERIC.issuperset(value) else None
    return number or Resolved("string", value)


def whole_number(text: str) -> int | None:
    """The number that ASCII digits represent; None for other texts, and if it is too large."""
    # Python refuses to convert thousands of digits, and accepts those of any script.
    if not (text.isdecimal() and text.isascii()):
        return None
    digits = text.lstrip("0") if len(text) > _MOST_DIGITS else text
    return int(digits or "0") if len(digits) <= _MOST_DIGITS else None


def _number(value: str) -> Resolved | None:
    if value.isdecimal() and value.isascii() and value[0] != "0" and len(value) < _MOST_DIGITS:
        return Resolved("integer", value)  # most are simple
    # After a leading point, Go allows an underscore only between two digits.
    digits = re.sub(_BETWEEN_DIGITS, "", value) if value[0] == "." else value.replace("_", "")
    if match := re.fullmatch(_INTEGER, digits):
        base = match.lastgroup or ""
        # Go reads 63 bits with a sign and 64 without one; it reads larger numbers as floats.
        number = whole_number(match[base]) if base == "dec" else int(match[base], _BASES[base])
        number = -number if number and match["sign"] == "-" else number
        if number is not None and -(2**63) <= number < (2**63 if match["sign"] else 2**64):
            return Resolved("integer", str(number))
    if re.fullmatch(_FLOAT, digits):
        number_text = _go_float(float(digits))
        return Resolved("number", number_text) if number_text else None
    return None


def _go_float(number: float) -> str | None:
    """Format a float like Go's `%v`; None on overflow, where Go keeps the string."""
    if number in (float("inf"), float("-inf")):
        return None
    if number == 0:
        return "-0" if str(number).startswith("-") else "0"
    mantissa, _, exponent = f"{number!r}e0".partition("e")
    sign = "-" if number < 0 else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    power = int(exponent.removesuffix("e0"))
    digits = (whole + fraction).lstrip("0")
    power += len(whole) - 1 - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    # Go's shortest form uses an exponent below 1e-4 and from 1e6 on.
    if power < -4 or power >= 6:
        point = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}e{'-' if power < 0 else '+'}{abs(power):02}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    integer = digits[: power + 1].ljust(power + 1, "0")
    rest = digits[power + 1 :]
    return f"{sign}{integer}.{rest}" if rest else f"{sign}{integer}"


def _timestamp(value: str) -> str | None:
    if len(value) < 8 or value[4] != "-":
        return None
    match = re.fullmatch(_TIMESTAMP, value, re.ASCII)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if (hour and (zone is None) != (value[len(f"{year}-{month}-{day}")] == " ")) or not (
        int(hour or 0) < 24 and int(minute or 0) < 60 and int(second or 0) < 60
    ):
        return None
    try:
        date(int(year) or _ANY_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return None
    offset = _offset(zone) if zone and zone != "Z" else "+0000"
    if offset is None:
        return None
    nanoseconds = fraction[:9].rstrip("0") if fraction else ""
    return (
        f"{year}-{int(month):02}-{int(day):02} "
        f"{int(hour or 0):02}:{int(minute or 0):02}:{int(second or 0):02}"
        f"{'.' if nanoseconds else ''}{nanoseconds} "
        f"{offset} {'UTC' if offset == '+0000' else offset}"
    )


def _offset(zone: str) -> str | None:
    """
    A time zone like `+05:30` as Go prints it; None if Go does not read it.

    Raises Undecodable for what Go reads, but cannot convert to JSON.
    """
    hours, minutes = int(zone[1:3]), int(zone[4:])
    if hours > 24 or minutes > 60:
        return None
    hours, minutes = divmod(60 * hours + minutes, 60)
    if hours > 23:
        raise Undecodable("Docker does not accept a time zone of 24 hours or more")
    return f"{zone[0] if hours or minutes else '+'}{hours:02}{minutes:02}"
