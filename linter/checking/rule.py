"""A rule: a function that yields findings, with its metadata and its manual."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from linter import TYPE_CHECKING
from linter.model.diagnostic import Finding, Severity
from linter.record import Record

if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar

    Node = TypeVar("Node")

    Evidence = Literal["documented", "inferred", "plausible"]
    Safety = Literal["safe", "unsafe"]

SUBJECTS = {
    "file": "How Docker reads the file",
    "place": "Label names and places",
    "label": "Single labels",
    "labels": "Labels in combination",
    "service": "Labels and their service",
    "routes": "Routes",
    "target": "Target and proxy configuration",
    "configuration": "Interlock's own configuration",
    "swarm": "Services that run",
    "leftovers": "Leftovers",
    "comments": "Ignore comments",
}
"""What rules are about: the headings of their index, in its order."""


class Rule(Record):
    """
    A rule: `check` is called with every node of the type `on`.

    Services are only those with labels, in the right place or not; labels are those of Interlock,
    and misspellings of them. The findings about a label may depend only on the label itself, not on
    its place: a rule is not called again for a label that is written the same way.

    `labels` are names without the prefix: the rule is called only for a service, a label or a route
    with one of them. If empty, it is always called.

    The docstring of `check` is the manual; its first line is the summary. `evidence` says how well
    the fact behind the rule is supported, `subject` under which of the SUBJECTS it is listed.
    `template` means that the fact comes from the vendor's own proxy template, so it may not hold
    for other templates. `complete` means that the finding depends on what is not there, or on all
    that is: the rule does not run for an override without its base. `once` means that a stack has
    one finding at most, at the first of the places that it is about.

    `fix` says how safe its fixes are; None if it has none. With safe ones, what Docker deploys
    stays the same, or was rejected before. With unsafe ones, routing changes.
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
        subject: str,
        check: Callable[[Any], Iterable[Finding]],
        fix: Safety | None = None,
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
    def heading(self) -> str:
        """What the rule is about, as in the index."""
        return SUBJECTS[self.subject]

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
    subject: str,
    fix: Safety | None = None,
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
