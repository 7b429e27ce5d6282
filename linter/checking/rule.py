"""A rule: a function that yields findings, with its metadata and its manual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from linter import TYPE_CHECKING
from linter.model.diagnostic import Finding, Severity
from linter.record import Record

if TYPE_CHECKING:
    from typing import Any, TypeVar

    Node = TypeVar("Node")


class Evidence(StrEnum):
    """How well the fact behind a rule is supported."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    PLAUSIBLE = "plausible"


class Subject(StrEnum):
    """What a rule is about; the headings of the index."""

    FILE = "How Docker reads the file"
    PLACE = "Label names and places"
    LABEL = "Single labels"
    LABELS = "Labels in combination"
    SERVICE = "Labels and their service"
    ROUTES = "Routes"
    TARGET = "Target and proxy configuration"
    CONFIGURATION = "Interlock's own configuration"
    SWARM = "Services that run"
    LEFTOVERS = "Leftovers"
    COMMENTS = "Ignore comments"


class FixKind(StrEnum):
    """
    Whether a rule can fix what it finds.

    SAFE: what Docker deploys stays the same, or was rejected before. UNSAFE: routing changes.
    """

    NONE = "-"
    SAFE = "safe"
    UNSAFE = "unsafe"


class Rule(Record):
    """
    A rule: `check` is called with every node of the type `on`.

    Services are only those with labels, in the right place or not; labels are those of Interlock,
    and misspellings of them. The findings about a label may depend only on the label itself, not on
    its place: a rule is not called again for a label that is written the same way.

    `labels` are names without the prefix: the rule is called only for a service, a label or a route
    with one of them. If empty, it is always called.

    The docstring of `check` is the manual; its first line is the summary. `template` means that the
    fact comes from the vendor's own proxy template, so it may not hold for other templates.
    `complete` means that the finding depends on what is not there, or on all that is: the rule does
    not run for an override without its base. `once` means that a stack has one finding at most, at
    the first of the places that it is about.
    """

    __slots__ = (
        "check",
        "complete",
        "evidence",
        "fix",
        "labels",
        "name",
        "on",
        "once",
        "severity",
        "subject",
        "template",
    )

    def __init__(
        self,
        name: str,
        severity: Severity,
        on: type[Any],
        evidence: Evidence,
        subject: Subject,
        check: Callable[[Any], Iterable[Finding]],
        fix: FixKind = FixKind.NONE,
        template: bool = False,
        labels: tuple[str, ...] = (),
        complete: bool = False,
        once: bool = False,
    ) -> None:
        self.name = name
        self.severity = severity
        self.on = on
        self.evidence = evidence
        self.subject = subject
        self.check = check
        self.fix = fix
        self.template = template
        self.labels = labels
        self.complete = complete
        self.once = once

    @property
    def manual(self) -> str:
        """The docstring of the function, without its indentation."""
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the manual."""
        return self.manual.partition("\n")[0]


def rule(
    *,
    on: type[Node],
    severity: Severity,
    evidence: Evidence,
    subject: Subject,
    fix: FixKind = FixKind.NONE,
    template: bool = False,
    labels: tuple[str, ...] = (),
    complete: bool = False,
    once: bool = False,
) -> Callable[[Callable[[Node], Iterable[Finding]]], Rule]:
    """Turn a function into a rule; the function's name, with dashes, is the rule's name."""

    def make(check: Callable[[Node], Iterable[Finding]]) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(
            name, severity, on, evidence, subject, check, fix, template, labels, complete, once
        )

    return make
