"""A change of a label."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """
    A label that a service is to have, or, with the value None, not to have.

    `value` is as it would stand in the file: `${NAME}` is a variable, `$$` a dollar sign.
    """

    service: str
    key: str
    value: str | None
