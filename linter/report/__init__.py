"""The formats in which results are reported."""

from __future__ import annotations

from importlib import import_module

from linter import TYPE_CHECKING
from linter.record import Record

if TYPE_CHECKING:
    from typing import Any


class Style(Record):
    """
    How a report is written: what the output can display, and how much to show.

    `root` is the folder that other programs expect paths to be relative to; empty for the current
    one. `part` leaves out the frame of a page, so that it can be put into another one. `terminal`
    is whether a terminal shows it, which acts on control characters, and not another program.
    """

    __slots__ = ("color", "part", "quiet", "root", "terminal", "verbose", "width")

    def __init__(
        self,
        color: bool = False,
        width: int = 80,
        quiet: bool = False,
        verbose: bool = False,
        root: str = "",
        part: bool = False,
        terminal: bool = False,
    ) -> None:
        self.color = color
        self.width = width
        self.quiet = quiet
        self.verbose = verbose
        self.root = root
        self.part = part
        self.terminal = terminal


def load_writer(package: str, name: str) -> Any:
    """The `write` function of the module for a format, imported only when it is used."""
    return import_module(f"{package}.{name.replace('-', '_')}").write
