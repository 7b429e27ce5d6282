"""Makes one diagnostic of all that rules find at one place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import chain

from linter.checking.rule import Rule
from linter.model.diagnostic import Diagnostic, Finding, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service
from linter.record import Record
from linter.syntax.source import Span

_MOST_NOTES = 5
"""Limit of the places that a finding shows in addition to its own."""

_OWN_TEMPLATE = "the proxies here have their own template, which may behave differently"

_HAPROXY = "this applies to NGINX; the proxies here are HAProxy"


class Raw(Record):
    """A finding, and what it is about."""

    __slots__ = ("finding", "label", "rule", "service")

    def __init__(
        self,
        rule: Rule,
        finding: Finding,
        service: Service | None = None,
        label: Label | None = None,
    ) -> None:
        self.rule = rule
        self.finding = finding
        self.service = service
        self.label = label


def is_about(raws: Iterable[Raw], paths: Container[str]) -> bool:
    """Whether findings are about any of these files."""
    return any(span.source.path in paths for each in _findings(raws) for span in each.spans())


def _findings(raws: Iterable[Raw]) -> Iterable[Finding]:
    """The findings, each once, however many services it is about."""
    return {id(raw.finding): raw.finding for raw in raws}.values()


def diagnostic_of(
    raws: list[Raw], severity: Severity, fail_on: Severity, first: Container[str] = ()
) -> Diagnostic:
    """
    What a rule found at one place, perhaps several times, as a diagnostic.

    If there are more places than it can show, those in the files `first` are shown.
    """
    worst = max(raws, key=lambda raw: raw.finding.at_most.rank)
    rule, finding, label = worst.rule, worst.finding.bounded, worst.label
    if finding.fix and any(raw.finding.fix != finding.fix for raw in raws):
        finding = finding._replace(fix=None)  # what is right for one service is wrong for another
    if (view := finding.span.source.view) and view.fixed:
        finding = finding._replace(fix=None)
    services = tuple(dict.fromkeys(str(raw.service.name) for raw in raws if raw.service))
    if finding.notes or any(raw.label and raw.label.via for raw in raws):
        finding = finding._replace(notes=_notes(raws, first))
    at_most = finding.at_most
    if all(doubts := [_doubt(raw) for raw in raws]):
        finding = finding._replace(effect=f"{finding.effect}; {doubts[0]}")
        at_most = Severity.INFO
    severity = min(severity, at_most, key=lambda each: each.rank)
    return Diagnostic(
        rule=rule.name,
        severity=severity,
        finding=finding,
        services=services,
        label=str(label.key) if label else None,
        leads=rule.subject in ("file", "place"),
        fails=severity.rank >= fail_on.rank,
        spread=label is not None and any(raw.service and raw.label is None for raw in raws),
    )


def _notes(raws: list[Raw], first: Container[str]) -> tuple[Note, ...]:
    """A few of the places that the findings point at, each once; those in some files come first."""
    own = {raw.finding.span for raw in raws}
    chosen = (note for note in (_places(raws) if first else ()) if note.span.source.path in first)
    notes: dict[Span, Note] = {}
    for note in chain(chosen, _places(raws)):
        if len(notes) == _MOST_NOTES:
            break
        if note.span not in own:
            notes.setdefault(note.span, note)
    return tuple(notes.values())


def _places(raws: Iterable[Raw]) -> Iterator[Note]:
    """The places that findings point at, in order; those of each finding once."""
    seen: set[int] = set()
    for raw in raws:
        if id(raw.finding) not in seen:
            seen.add(id(raw.finding))
            yield from raw.finding.notes
        yield from _inherited(raw)


def _inherited(raw: Raw) -> Iterator[Note]:
    if raw.label and raw.label.via and raw.service:
        yield Note(raw.label.via[0], f"service `{raw.service.name}` inherits it here")


def _doubt(raw: Raw) -> str:
    """Why a finding based on the vendor's template may not apply to these proxies."""
    cluster = raw.service.cluster if raw.rule.template and raw.service else None
    if cluster is None:
        return ""
    return _OWN_TEMPLATE if cluster.template else _HAPROXY if cluster.is_haproxy else ""
