"""
How often the list of servers changes while tasks are replaced.

Measured with 4 tasks on Docker Engine 26.1.5 and 20.10.24: each task that stops and each that
starts is one change of the list. A reader of the list every 3 seconds, which is how often Interlock
looks, sees fewer: one for each batch, or only that the list grows and shrinks if new tasks start
first and without a delay.
"""

from __future__ import annotations

from typing import NamedTuple

from linter.model.deployed import Rolling

_READ_EVERY = 3


class Times(NamedTuple):
    """How often something happens: at least and at most; None if there is no known limit."""

    least: int
    most: int | None

    def __add__(self, other: object) -> Times:
        if not isinstance(other, Times):
            return NotImplemented
        known = self.most is not None and other.most is not None
        most = (self.most or 0) + (other.most or 0)
        return Times(self.least + other.least, most if known else None)


NEVER = Times(0, 0)
ONCE = Times(1, 1)


def started(tasks: int | None) -> Times:
    """The changes of the list when so many tasks start, or stop."""
    return Times(1, None) if tasks is None else Times(min(tasks, 1), tasks)


def scaled(old: int | None, new: int | None) -> Times:
    """The changes of the list when a service is scaled."""
    return started(None if old is None or new is None else abs(new - old))


def replaced(old: int | None, new: int | None, rolling: Rolling) -> Times:
    """The changes of the list when all tasks of a service are replaced."""
    if old is None or new is None:
        return Times(1, None)
    if not old or not new:
        return started(old or new)
    return Times(_batches(min(old, new), rolling), old + new)


def _batches(tasks: int, rolling: Rolling) -> int:
    """The changes that a reader sees at least."""
    if rolling.parallelism is None or rolling.start_first is None or rolling.delay is None:
        return 1
    batches = -(-tasks // rolling.parallelism) if rolling.parallelism else 1
    if rolling.start_first and (batches == 1 or rolling.delay < _READ_EVERY):
        return 2
    return batches
