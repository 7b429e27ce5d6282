"""Labels as they are written on the command line."""

from __future__ import annotations

from collections.abc import Collection

from linter.files.settings import UsageError
from linter.model.vocabulary import PREFIX, rows
from linter.model.words import did_you_mean
from linter.syntax.interpolation import Environment, InvalidInterpolation, interpolate


def full_key(name: str) -> str:
    """The full key of a label; a name without a dot, such as `port`, is a label of Interlock."""
    return name if "." in name else PREFIX + name


def check_key(name: str, extra: Collection[str]) -> None:
    """
    Raises UsageError for an unknown label with the prefix of Interlock.

    `extra` are additional known labels.
    """
    key = full_key(name)
    if not key.startswith(PREFIX) or key in extra:
        return
    row = rows().get(key.removeprefix(PREFIX))
    if row is None:
        hint = did_you_mean(key.removeprefix(PREFIX), rows())
        other = "" if "." in name else "; write other labels in full, as in com.example.name"
        raise UsageError(f"unknown label `{key}`{hint or other}")


def assignment(text: str, *, literal: bool = False) -> tuple[str, str]:
    """
    Name and value of `NAME=VALUE`, with the value as it will be in the file.

    With `literal`, VALUE has no variables, because nothing replaces them in what runs. Raises
    UsageError for anything else, and for a value that Docker cannot read.
    """
    name, sign, value = text.partition("=")
    if not (name.strip() and sign):
        raise UsageError(f"`{text}`: expected NAME=VALUE, as in port=8080")
    if name != name.strip() or not value.isprintable():
        raise UsageError(
            f"`{name.strip()}`: remove spaces around the name and control characters in the value"
        )
    if literal:
        return name, value.replace("$", "$$")
    try:
        interpolate(value, Environment())
    except InvalidInterpolation as error:
        raise UsageError(f"`{text}`: {error.reason}") from None
    return name, value
