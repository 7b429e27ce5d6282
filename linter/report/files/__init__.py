"""The formats of `check --show-files`: which files are judged, and as what."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from linter.model.diagnostic import Unjudged
from linter.report import Style, load_writer

NAMES = ("text", "json")


class Role(StrEnum):
    """What files are judged as."""

    STACK = "stack"
    OVERRIDE = "override"
    PROXY = "proxy-config"
    NOTHING = "nothing"


class Judged(NamedTuple):
    """Files that are judged together; `name` is that of the stack, if it is known."""

    paths: tuple[str, ...]
    role: Role
    name: str | None = None
    env_files: tuple[str, ...] = ()
    configuration: str | None = None


class Listing(NamedTuple):
    """What would be judged, and what could not be."""

    judged: tuple[Judged, ...]
    unjudged: tuple[Unjudged, ...]


Reporter = Callable[[Listing, Style], str]

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""
