"""
Imports libraries without compiling the regular expressions that they have.

Most are for what this program does not use, such as PyYAML's own parser, and to compile them takes
a fifth of the time to check a file. Only the process of a command does this: what is imported as a
library leaves others as they are.
"""

from __future__ import annotations

import re
from importlib import import_module

_compile = re.compile

class _Deferred:
    """A regular expression that is compiled when it is used."""

    __slots__ = ("_flags", "_pattern")

    def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        return getattr(_compile(self._pattern, self._flags), name)  # `re` keeps it compiled


def load(*libraries: str) -> None:
    """Import libraries, unless something else has done so."""
    setattr(re, "compile", _Deferred)  # noqa: B010 - not what type checkers know it as
    try:
        for library in libraries:
            import_module(library)
    finally:
        setattr(re, "compile", _compile)  # noqa: B010 - as above
