"""The formats in which results are reported."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Style(NamedTuple):
    """How a report is written: what the output can display, and how much to show."""

    color: bool = False
    width: int = 80
    quiet: bool = False
    verbose: bool = False


def load_writer(package: str, name: str) -> Any:
    """The `write` function of the module for a format, imported only when it is used."""
    return import_module(f"{package}.{name}").write
