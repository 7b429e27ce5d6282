"""Labels as people write them on the command line."""

from __future__ import annotations

from collections.abc import Collection

from linter.files.settings import UsageError
from linter.model.vocabulary import PREFIX, rows
from linter.model.words import did_you_mean
from linter.syntax.interpolation import Environment, InvalidInterpolation, interpolate


def full_key(name: str) -> str:
    """The key of a label: a name without a dot is one of Interlock's, `port` for example."""
    return name if "." in name else PREFIX + name


def check_key(name: str, extra: Collection[str]) -> None:
    """
    Raises UsageError for a label that Interlock does not read, though it has its prefix.

    `extra` are labels that are known besides.
    """
    key = full_key(name)
    if not key.startswith(PREFIX) or key in extra:
        return
    row = rows().get(key.removeprefix(PREFIX))
    if row is None:
        hint = did_you_mean(key.removeprefix(PREFIX), rows())
        other = "" if "." in name else "; labels of others are written in full, com.example.name"
        raise UsageError(f"Interlock reads no label `{key}`{hint or other}")


def assignment(text: str) -> tuple[str, str]:
    """
    Name and value of `NAME=VALUE`, the value as it is to stand in a file.

    Raises UsageError where it is none, or where Docker could not read the value.
    """
    name, sign, value = text.partition("=")
    if not (name.strip() and sign):
        raise UsageError(f"`{text}`: write NAME=VALUE, as in port=8080")
    if name != name.strip() or not value.isprintable():
        raise UsageError(f"`{name.strip()}`: blanks around names and control characters do not fit")
    try:
        interpolate(value, Environment())
    except InvalidInterpolation as error:
        raise UsageError(f"`{text}`: {error.reason}") from None
    return name, value
