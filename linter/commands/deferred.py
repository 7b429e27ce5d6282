"""
Leaves regular expressions of modules uncompiled until they are used.

Most are for what a command does not do, such as those of PyYAML's own parser. To compile all of
them takes a fifth of the time to check a file.
"""

from __future__ import annotations

import re
from importlib import import_module
from types import ModuleType

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_compile = re.compile


class _Deferred:
    """A regular expression that is compiled when it is used, and then has its attributes."""

    def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    def match(self, *arguments: Any) -> Any:
        """As of a pattern; a method, because `json` asks for it when it is imported."""
        return _compile(self._pattern, self._flags).match(*arguments)

    def __getattr__(self, name: str) -> object:
        found: object = getattr(_compile(self._pattern, self._flags), name)
        setattr(self, name, found)  # asked for once, so that later uses cost what they always do
        return found


def load(name: str) -> ModuleType:
    """
    Import a module without compiling its regular expressions and those of all that it imports.

    Only commands are imported this way: the library leaves the modules of others as they are.
    """
    setattr(re, "compile", _Deferred)  # noqa: B010 - not what type checkers know it as
    try:
        return import_module(name)
    finally:
        setattr(re, "compile", _compile)  # noqa: B010 - as above
