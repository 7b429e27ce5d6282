"""Findings, and the diagnostics that a checker makes from them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from linter.model.words import LONGEST_QUOTED, bounded
from linter.record import Record
from linter.syntax.source import Span


class Severity(StrEnum):
    """How severe a finding is; OFF is the level of a rule that does not run."""

    OFF = "off"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Note(Record):
    """A related place in a file, with a few words about it."""

    __slots__ = ("message", "span")

    def __init__(self, span: Span, message: str) -> None:
        self.span = span
        self.message = message


class Edit(Record):
    """Text that replaces a span; an empty span means an insertion."""

    __slots__ = ("span", "text")

    def __init__(self, span: Span, text: str) -> None:
        self.span = span
        self.text = text


class Fix(Record):
    """
    Edits that fix a finding.

    `safe` means that Docker deploys the same as before, or rejected the file before. Otherwise,
    routing changes.
    """

    __slots__ = ("edits", "safe", "title")

    def __init__(self, title: str, edits: tuple[Edit, ...], safe: bool) -> None:
        self.title = title
        self.edits = edits
        self.safe = safe


class Finding(Record):
    """
    What a rule reports.

    `message` says what is wrong, `effect` what happens because of it, `help` what to do, each in
    one sentence without a period. `span` is exactly the text it is about. `at_most` caps the
    severity of a finding that is less certain than others of its rule.
    """

    __slots__ = ("at_most", "effect", "fix", "help", "message", "notes", "span")

    def __init__(
        self,
        span: Span,
        message: str,
        effect: str = "",
        help: str = "",
        notes: tuple[Note, ...] = (),
        fix: Fix | None = None,
        at_most: Severity = Severity.ERROR,
    ) -> None:
        self.span = span
        self.message = message
        self.effect = effect
        self.help = help
        self.notes = notes
        self.fix = fix
        self.at_most = at_most

    @property
    def bounded(self) -> Finding:
        """The finding, with long names and values cut in its sentences."""
        if len(self.message) + len(self.effect) + len(self.help) < LONGEST_QUOTED:
            return self
        message, effect, remedy = map(bounded, (self.message, self.effect, self.help))
        return self._replace(message=message, effect=effect, help=remedy)

    def spans(self) -> tuple[Span, ...]:
        return (self.span, *(note.span for note in self.notes))


Order = tuple[str, int, bool, int, int]


class Diagnostic(Record):
    """
    A finding with its rule, and the services and the label it is about.

    `leads` means that it is about the form of the file, so that others depend on it. `fails` says
    whether it reaches the threshold of its configuration. If it is `spread`, its services are at
    several places, and the label is only that of the first.
    """

    __slots__ = ("fails", "finding", "label", "leads", "rule", "services", "severity", "spread")

    def __init__(
        self,
        rule: str,
        severity: Severity,
        finding: Finding,
        services: tuple[str, ...] = (),
        label: str | None = None,
        leads: bool = False,
        fails: bool = False,
        spread: bool = False,
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.finding = finding
        self.services = services
        self.label = label
        self.leads = leads
        self.fails = fails
        self.spread = spread

    @property
    def order(self) -> Order:
        """The place of the finding among those in the same file."""
        span = self.finding.span
        return (span.source.path, span.position.line, not self.leads, span.start, span.end)

    @property
    def path(self) -> str:
        return self.finding.span.source.path


class Ignored(Record):
    """
    A finding that is ignored, and the reason that somebody gave for it.

    `in_source` means that a comment in the file ignores it, rather than the configuration.
    """

    __slots__ = ("diagnostic", "in_source", "reason")

    def __init__(self, diagnostic: Diagnostic, reason: str, in_source: bool) -> None:
        self.diagnostic = diagnostic
        self.reason = reason
        self.in_source = in_source


class Unjudged(Record):
    """Something that should be judged but could not be, and why."""

    __slots__ = ("help", "path", "reason", "span")

    def __init__(self, path: str, reason: str, span: Span | None = None, help: str = "") -> None:
        self.path = path
        self.reason = reason
        self.span = span
        self.help = help


def in_order(found: Iterable[Unjudged]) -> list[Unjudged]:
    """What could not be judged, sorted by place and without duplicates."""
    places = {(each.path, each.span.start if each.span else 0, each.reason): each for each in found}
    return [places[key] for key in sorted(places)]
