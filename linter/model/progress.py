"""How far a long task is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    Thing = TypeVar("Thing")

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is as far as is known."""


Display = Callable[[str], Progress]
"""Shows the progress of a task, which is called so: `reading file`."""


def silent(_what: str) -> Progress:
    """Shows the progress of no task."""
    return nobody


def nobody(_done: int, _total: int) -> None:
    """Shows no progress."""


def counted(things: Collection[Thing], progress: Progress) -> Iterator[Thing]:
    """Show progress while somebody goes through things."""
    for number, each in enumerate(things):
        progress(number, len(things))
        yield each
    progress(len(things), len(things))
