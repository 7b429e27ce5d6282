"""
The entries of a report for other programs, whatever their format, each with its place.

An entry is a finding, or something that was not judged, so that this never looks like success.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from linter.files.sources import is_at_revision, parts_of
from linter.model.diagnostic import Diagnostic, Severity, Unjudged
from linter.model.fingerprint import digest, fingerprint
from linter.model.report import Report
from linter.report import Style
from linter.report.escape import escape
from linter.report.lines import effect
from linter.syntax.source import Position, Span

NOT_JUDGED = "not-judged"
"""Stands in place of a rule; no rule has this name."""


class Place(NamedTuple):
    """
    Where something is: a path as the repository has it, and the part of the file, if any.

    `path` is valid Unicode and may contain any character.
    """

    path: str
    start: Position | None = None
    end: Position | None = None

    @property
    def line(self) -> int:
        """The line, for programs that insist on one."""
        return self.start.line if self.start else 1

    @property
    def shown(self) -> str:
        """`path:line:column`, as far as it is known, in one line."""
        position = f":{self.start.line}:{self.start.column}" if self.start else ""
        return f"{escape(self.path)}{position}"


class Entry(NamedTuple):
    """
    A finding, or something that was not judged, which has no `diagnostic`.

    `message` says what is wrong, `details` what happens and what to do; both are one line.
    """

    rule: str
    severity: Severity
    fails: bool
    place: Place
    message: str
    details: str
    fingerprint: str
    diagnostic: Diagnostic | None = None

    @property
    def text(self) -> str:
        """The message and the details."""
        return f"{self.message} {self.details}".rstrip()


def entries(report: Report, style: Style, seen: Counter[str] | None = None) -> Iterator[Entry]:
    """What was not judged, then the findings, each in order; `seen` is as for `entry`."""
    seen = Counter() if seen is None else seen
    for unjudged in report.unjudged:
        yield _unjudged(unjudged, style, seen)
    for diagnostic in report.diagnostics:
        yield entry(diagnostic, style, seen)


def entry(diagnostic: Diagnostic, style: Style, seen: Counter[str]) -> Entry:
    """The entry of a finding; `seen` numbers findings that are otherwise the same."""
    finding = diagnostic.finding
    place = place_of(finding.span, style)
    return Entry(
        diagnostic.rule,
        diagnostic.severity,
        diagnostic.fails,
        place,
        sentence(finding.message),
        f"{sentence(effect(diagnostic))} {sentence(finding.help)}".strip(),
        fingerprint(diagnostic, seen, place.path),
        diagnostic,
    )


def _unjudged(unjudged: Unjudged, style: Style, seen: Counter[str]) -> Entry:
    if unjudged.span:
        place = place_of(unjudged.span, style)
    else:
        place = Place(repository_path(unjudged.path, style))
    return Entry(
        NOT_JUDGED,
        Severity.ERROR,
        True,
        place,
        f"Not judged: {escape(unjudged.reason)}.",
        sentence(unjudged.help),
        digest(f"{NOT_JUDGED}\0{place.path}", seen),
    )


def place_of(span: Span, style: Style) -> Place:
    """The place of a span; of what runs, only the name."""
    if not span.source.is_written:
        return Place(span.source.path)
    path = repository_path(span.source.path, style)
    if not span.source.is_written:  # a service that runs has no lines
        return Place(path)
    return Place(path, span.position, span.end_position)


def repository_path(path: str, style: Style) -> str:
    """
    A path relative to the root of the repository, or absolute if it is outside of it.

    Bytes of a name that are not UTF-8 are written as escapes, because no format can hold them.
    """
    name = parts_of(path)[1] if is_at_revision(path) else path
    if not name.startswith("<"):  # as for standard input
        root, full = os.path.abspath(style.root), os.path.abspath(name)
        is_inside = os.path.join(full, "").startswith(os.path.join(root, ""))
        name = os.path.relpath(full, root) if is_inside else full
    return name.encode("utf-8", "backslashreplace").decode()


def sentence(text: str) -> str:
    """A statement as a sentence in one line."""
    shown = escape(text)
    if not shown:
        return ""
    end = "" if shown.endswith((".", "?", "!", "…")) else "."
    return f"{shown[0].upper()}{shown[1:]}{end}"
