"""How the same work on many things is spread; only who spreads it knows over what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from linter import TYPE_CHECKING
from linter.model.diagnostic import Unjudged
from linter.record import Record

if TYPE_CHECKING:
    from typing import Any

Tick = Callable[[], None]
"""Called whenever a part of the work is done."""

Spread = Callable[[Callable[[int], "Any"], Sequence[int], Tick], Iterable["Any"]]
"""
Returns what a function returns for each number from 0, in this order; Lost if it does not return.

It gets the function and the size of the work on each of these things. What the function does to
other objects may be lost; so are values that are only `Here`.
"""


class Lost(Record):
    """Why there is no result, and what to do about it."""

    __slots__ = ("reason", "remedy")

    def __init__(self, reason: str, remedy: str = "") -> None:
        self.reason = reason
        self.remedy = remedy

    def about(self, paths: Iterable[str]) -> list[Unjudged]:
        """That the files with these paths are not judged."""
        return [Unjudged(path, self.reason, help=self.remedy) for path in paths]


class Here:
    """A value that is None for everybody but the one who has made it."""

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def __reduce__(self) -> tuple[type[Here], tuple[()]]:
        return Here, ()


def one_by_one(work: Callable[[int], Any], sizes: Sequence[int], tick: Tick) -> Iterable[Any]:
    """Do all of the work here."""
    for number in range(len(sizes)):
        yield work(number)
        tick()
