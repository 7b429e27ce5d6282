"""The output formats of `plan`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from linter.checking.comparison import Comparison
from linter.report import Style, load_writer

Reporter = Callable[[Comparison, Style], str]

NAMES = ("text", "json", "markdown", "html")

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""
