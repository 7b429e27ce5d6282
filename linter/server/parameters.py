"""Takes from the parameters of an editor what is asked for, and refuses those of another form."""

from __future__ import annotations

import os
from typing import Any

from linter.server.protocol import Json, path_of

_DOCUMENT = ("textDocument", "uri")


class Invalid(Exception):
    """Parameters are not as the protocol has them; the message says which one."""


def path(params: Json) -> str:
    """The path of the file that a question or an event is about."""
    return path_in(params, *_DOCUMENT)


def path_in(found: Any, *keys: str) -> str:
    """The path that an address stands for."""
    try:
        there = path_of(text(found, *keys))
        os.fsencode(there)
    except ValueError:
        there = "\0"
    if "\0" in there:
        raise Invalid(f"`{'.'.join(keys)}` must be an address")
    return there


def text(found: Any, *keys: str) -> str:
    """A text."""
    value = at(found, *keys)
    if not isinstance(value, str):
        raise Invalid(f"`{'.'.join(keys)}` must be a string")
    return value


def items(found: Any, *keys: str) -> list[Any]:
    """A list."""
    value = at(found, *keys)
    if not isinstance(value, list):
        raise Invalid(f"`{'.'.join(keys)}` must be an array")
    return value


def place(found: Any, *keys: str) -> Json:
    """A position: its line and its character, both from 0."""
    return {each: count(found, *keys, each) for each in ("line", "character")}


def count(found: Any, *keys: str) -> int:
    """A number from 0."""
    value = at(found, *keys)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Invalid(f"`{'.'.join(keys)}` must be a number that is not negative")
    return value


def at(found: Any, *keys: str) -> Any:
    """What is under these keys, one below the other; None if it is not there."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
