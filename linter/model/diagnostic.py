"""Findings, and what the engine makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from linter.syntax.source import Span


class Severity(StrEnum):
    """How bad a finding is; OFF is the level of a rule that does not run."""

    OFF = "off"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Note(NamedTuple):
    """A further place that a finding is about, and a few words on it."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Text that takes the place of a span; an empty span is an insertion."""

    span: Span
    text: str


class Fix(NamedTuple):
    """
    Edits that mend a finding.

    `safe`: what Docker deploys is the same, or was refused before. Otherwise routing changes.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class Finding(NamedTuple):
    """
    What a rule yields.

    `message` says what is wrong, `effect` what happens because of it, `help` what to do, each in
    one sentence without a period. `span` is the very text that is meant. `at_most` is the severity
    of a finding that is less certain than others of its rule.
    """

    span: Span
    message: str
    effect: str = ""
    help: str = ""
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    at_most: Severity = Severity.ERROR

    def spans(self) -> tuple[Span, ...]:
        return (self.span, *(note.span for note in self.notes))


class Diagnostic(NamedTuple):
    """A finding with the rule that made it, and the services and label that it is about."""

    rule: str
    severity: Severity
    finding: Finding
    services: tuple[str, ...] = ()
    label: str | None = None

    @property
    def path(self) -> str:
        return self.finding.span.source.path


class Unjudged(NamedTuple):
    """Something that was asked for and could not be judged, and why."""

    path: str
    reason: str
    span: Span | None = None
    help: str = ""


def in_order(found: Iterable[Unjudged]) -> list[Unjudged]:
    """What could not be judged by path, each thing once."""
    reasons = {(each.path, each.reason): each for each in found}
    return [reasons[key] for key in sorted(reasons)]
