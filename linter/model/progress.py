"""How far a long task is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is as far as is known."""


def nobody(_done: int, _total: int) -> None:
    """Shows no progress."""
