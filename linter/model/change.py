"""Changes of labels: those that are asked for, those that are made, and those that are not."""

from __future__ import annotations

from typing import NamedTuple

from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.syntax.source import Span


class Change(NamedTuple):
    """
    A label to set on a service, or to remove from it where `value` is None.

    `value` is as it would be written in the file: `${NAME}` is a variable, `$$` a dollar sign.
    """

    service: str
    key: str
    value: str | None


class LabelChange(NamedTuple):
    """A label of a service before and after a change; None where the service does not have it."""

    service: Service
    stack: Stack
    key: str
    before: Label | None
    after: Label | None


class NotDone(NamedTuple):
    """
    Something that is not done, and why; `span` is where the reason is written.

    `service` names the services concerned. `blocked` tells that a change was asked for and is
    refused; otherwise there was nothing to change. `help` is what would allow it. `changes` are the
    label changes that are not made. `instead` are edits that would make them, for `others` too.
    """

    service: str
    reason: str
    span: Span
    help: str = ""
    blocked: bool = True
    changes: tuple[Change, ...] = ()
    others: tuple[str, ...] = ()
    instead: tuple[Edit, ...] = ()
