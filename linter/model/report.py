"""The result of a run of the rules."""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.diagnostic import Diagnostic, Severity, Unjudged, in_order


class Report:
    """
    What a run found; reporters get nothing else.

    `failed` says whether a finding reached the threshold of its configuration. `left_out` counts
    findings that are less severe than wanted, `unknown` the values that depend on variables, or on
    expressions of templates, of which there are `templated`.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.unjudged: list[Unjudged] = []
        self.ignored = 0
        self.left_out = 0
        self.unknown = 0
        self.templated = 0
        self.files = 0
        self.stacks = 0
        self.services = 0
        self.failed = False

    def only(self, diagnostics: Sequence[Diagnostic], unjudged: Sequence[Unjudged]) -> Report:
        """A copy with these findings alone; more could not be judged."""
        report = Report()
        vars(report).update(vars(self))
        report.diagnostics = list(diagnostics)
        report.unjudged = in_order([*self.unjudged, *unjudged])
        return report

    def count(self, severity: Severity) -> int:
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def fixable(self, *, safe: bool | None = None) -> int:
        """The number of findings with a fix: any fix, only safe ones, or only unsafe ones."""
        fixes = (each.finding.fix for each in self.diagnostics)
        return sum(fix is not None and safe in (None, fix.safe) for fix in fixes)

    def sort(self) -> None:
        """
        Sort findings by position, then by rule; sort what could not be judged by path.

        In each line, a mistake in the form of the file comes first: the others are about what was
        meant.

        A finding in a file that several stacks share is reported once.
        """
        once = {
            (*each.order, each.rule, each.services, each.finding.message): each
            for each in self.diagnostics
        }
        self.diagnostics = [once[key] for key in sorted(once)]
        self.unjudged = in_order(self.unjudged)
