"""Knows the formats that a report can be written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from linter.engine import Report


class Style(NamedTuple):
    """What the place can show that a report is written to."""

    color: bool = False
    width: int = 80
    quiet: bool = False


Reporter = Callable[[Report, Style], str]

NAMES = ("text", "concise", "json")


def reporter(name: str) -> Reporter:
    """The function that writes a format; each is imported only when it is asked for."""
    from importlib import import_module

    write: Reporter = import_module(f"linter.report.{name}").write
    return write
