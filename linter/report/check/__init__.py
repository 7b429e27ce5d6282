"""The formats of findings."""

from __future__ import annotations

from collections.abc import Callable

from linter.model.report import Report
from linter.report import Style, load_writer

Reporter = Callable[[Report, Style], str]

NAMES = ("text", "concise", "json")


def reporter(name: str) -> Reporter:
    """The function that writes a format."""
    write: Reporter = load_writer(__name__, name)
    return write
