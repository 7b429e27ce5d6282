"""The output formats of `plan`."""

from __future__ import annotations

from collections.abc import Callable

from linter.checking.comparison import Comparison
from linter.report import Style, load_writer

Reporter = Callable[[Comparison, Style], str]

NAMES = ("text", "json", "markdown", "html")


def reporter(name: str) -> Reporter:
    """The function that writes this format."""
    write: Reporter = load_writer(__name__, name)
    return write
