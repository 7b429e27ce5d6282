"""What Docker refuses in a stack file, although the file can be read."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from linter.syntax.source import Span


class RefusalKind(StrEnum):
    """The rule that reports a refusal."""

    UNKNOWN_KEY = "unknown-key"
    VALUE = "refused-value"
    OLD_BOOLEAN = "old-boolean"
    LABEL = "label-not-a-string"


class Refusal(NamedTuple):
    """
    A reason for `docker stack deploy` to reject the file, and what to do.

    `instead` is text that, in place of the span, Docker accepts; None if that would be a guess.
    """

    span: Span
    kind: RefusalKind
    message: str
    help: str = ""
    instead: str | None = None
