"""Rules: a function that yields findings, with its metadata and its manual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from linter.model.diagnostic import Finding, Severity

Node = TypeVar("Node")


class Evidence(StrEnum):
    """How well the fact behind a rule is supported."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    PLAUSIBLE = "plausible"


class Subject(StrEnum):
    """What a rule is about; the headings of the catalogue."""

    FILE = "The file"
    PLACE = "Where labels stand"
    LABEL = "One label"
    LABELS = "Labels of one service together"
    SERVICE = "Labels against the service"
    ROUTES = "Routes"
    TARGET = "Target and proxy configuration"
    LEFTOVERS = "Leftovers"
    COMMENTS = "Comments of interlock-lint"


class FixKind(StrEnum):
    """
    Whether a rule can fix what it finds.

    SAFE: what Docker deploys stays the same, or was refused before. UNSAFE: routing changes.
    """

    NONE = "-"
    SAFE = "safe"
    UNSAFE = "unsafe"


class Rule(NamedTuple):
    """
    A rule: `check` is called with every node of the type `on`.

    Of services these are the ones with labels, in the right place or not; of labels those of
    Interlock, and those that were meant to be. What a rule says of a label depends on the label
    alone, and not on where it stands: of one that reads like another, it may not be asked.

    `labels` are names, without the prefix, of which a service or a label must have one before the
    rule has anything to say; empty where any will do.

    The docstring of `check` is the manual; its first line is the summary. `template` tells that the
    fact was read off the vendor's own proxy template, so that it need not hold for another one.
    """

    name: str
    severity: Severity
    on: type[Any]
    evidence: Evidence
    subject: Subject
    check: Callable[[Any], Iterable[Finding]]
    fix: FixKind = FixKind.NONE
    template: bool = False
    labels: tuple[str, ...] = ()

    @property
    def manual(self) -> str:
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
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
) -> Callable[[Callable[[Node], Iterable[Finding]]], Rule]:
    """Make a rule of a function; its name, with dashes, is the name of the rule."""

    def make(check: Callable[[Node], Iterable[Finding]]) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(name, severity, on, evidence, subject, check, fix, template, labels)

    return make
