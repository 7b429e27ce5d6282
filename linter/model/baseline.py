"""What a baseline says: which findings are known."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """
    What findings that cannot be told apart have in common; nothing of it moves with the lines.

    `path` is relative to the folder of the baseline, with slashes. `at` are the first keys that
    lead to the place of findings that are about no service.
    """

    path: str
    rule: str
    services: tuple[str, ...] = ()
    label: str | None = None
    at: str | None = None

    @property
    def order(self) -> tuple[str, str, tuple[str, ...], str, str]:
        """The place in a baseline."""
        return self.path, self.rule, self.services, self.label or "", self.at or ""


class Entry(NamedTuple):
    """
    How many findings of a kind are known.

    `others` are the other files that they are about: without these, they would not be found.
    """

    kind: Kind
    number: int = 1
    others: tuple[str, ...] = ()
