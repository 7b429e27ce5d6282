"""Label changes: those requested, those made, and those not made."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.syntax.source import Span


class Change(NamedTuple):
    """
    A label to set on a service, or to remove from it if `value` is None.

    `value` is written as in the file: `${NAME}` is a variable, `$$` a dollar sign.
    """

    service: str
    key: str
    value: str | None


class LabelChange(NamedTuple):
    """A label of a service before and after a change; None if the service does not have it."""

    service: Service
    stack: Stack
    key: str
    before: Label | None
    after: Label | None


class NotDone(NamedTuple):
    """
    Something that is not done, and why; `span` is the place in the file that causes it.

    `service` names the services concerned. `blocked` means that a change was requested and refused;
    otherwise, there was nothing to change. `help` says what would allow it. `changes` are the label
    changes that are not made. `instead` are edits that would make them, but for `others` too.
    """

    service: str
    reason: str
    span: Span
    help: str = ""
    blocked: bool = True
    changes: tuple[Change, ...] = ()
    others: tuple[str, ...] = ()
    instead: tuple[Edit, ...] = ()


class State(StrEnum):
    """What became of a service that runs and was to be changed."""

    CHANGED = "changed"
    NOT_CHANGED = "not-changed"
    UNKNOWN = "unknown"


class Attempt(NamedTuple):
    """A service by its whole name, what became of it, and why, if it was not changed."""

    service: str
    state: State
    reason: str = ""
    help: str = ""


class Live(NamedTuple):
    """
    What became of the services that run.

    `undo` is the command that takes the changes back; empty if there are none for certain.
    """

    attempts: tuple[Attempt, ...] = ()
    undo: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether all of them were changed."""
        return all(each.state is State.CHANGED for each in self.attempts)
