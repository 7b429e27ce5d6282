"""The formats in which results are reported."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Style(NamedTuple):
    """What the place that a report is written to can display."""

    color: bool = False
    width: int = 80
    quiet: bool = False
    verbose: bool = False


def load_writer(package: str, name: str) -> Any:
    """The function `write` of the module for a format, imported only when it is asked for."""
    return import_module(f"{package}.{name}").write
