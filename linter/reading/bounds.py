"""How many stacks are read from one text: each of them costs as much as the whole text."""

from __future__ import annotations

MAX_STACKS = 100

MAX_CHARACTERS = 20_000_000
"""Characters that are read altogether."""


def most_stacks(text: str, most: int = MAX_STACKS) -> int:
    """How many stacks, or parts of stacks, are read from a text."""
    return max(1, min(most, MAX_CHARACTERS // max(1, len(text))))


def refusal(most: int) -> str:
    """Why those after the most that are read are not judged."""
    return f"only the first {most} stacks in a file are read"
