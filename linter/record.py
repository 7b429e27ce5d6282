"""
The base of classes that hold values together.

Such a class costs a tenth of what a NamedTuple costs to define, and so many are defined in each run
that this took a fifth of a short one. That is why it creates no code.
"""

from __future__ import annotations

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Self


class Record:
    """
    Values that belong together: equal to any that holds the same, and not changed once it is there.

    A record names what it holds in `__slots__`, and takes it by the same names.
    """

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash(tuple([getattr(self, name) for name in self.__slots__]))

    def __repr__(self) -> str:
        held = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({held})"

    def _replace(self, **changed: Any) -> Self:
        """The same but for some of what it holds."""
        same = {name: getattr(self, name) for name in self.__slots__}
        return type(self)(**same | changed)
