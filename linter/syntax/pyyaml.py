"""
Imports PyYAML without compiling its regular expressions.

They are for its own parser and for values other than strings, and no command uses either as long as
there is libyaml. To compile them takes a fifth of the time to check a file. Only commands do this:
what is imported as a library leaves other packages as they are.
"""

from __future__ import annotations

import re


class _Deferred:
    """A regular expression that is compiled when it is used."""

    __slots__ = ("_flags", "_pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        return getattr(re.compile(self._pattern, self._flags), name)  # `re` keeps it compiled


def load() -> None:
    """Import PyYAML, unless something else has done so."""
    original = re.compile
    setattr(re, "compile", _Deferred)  # noqa: B010 - not what type checkers know it as
    try:
        import yaml  # noqa: F401 - only the import counts
    finally:
        setattr(re, "compile", original)  # noqa: B010 - as above
