"""The result of a run of the rules."""

from __future__ import annotations

from collections.abc import Sequence

from linter import TYPE_CHECKING
from linter.model.diagnostic import Diagnostic, Ignored, Order, Severity, Unjudged, in_order

if TYPE_CHECKING:
    from linter.model.baseline import Entry


class Report:
    """
    What a run found; reporters get nothing else.

    `suppressed` are the findings that somebody decided to ignore. `left_out` counts findings that
    are less severe than wanted, `elsewhere` those on lines that did not change, and `known` those
    that a baseline has. `outdated` are entries of a baseline that no longer occur; `mixed` counts
    those that occur together with more of their kind, so that all of them are shown. `unchanged`
    counts stacks that were only compared with the others, `unknown` the values that depend on
    variables, or on expressions of templates, of which there are `templated`. Among the `files` are
    those `without_labels`, in which there is nothing to check.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.unjudged: list[Unjudged] = []
        self.suppressed: list[Ignored] = []
        self.left_out = 0
        self.elsewhere = 0
        self.known = 0
        self.mixed = 0
        self.outdated: list[Entry] = []
        self.unchanged = 0
        self.unknown = 0
        self.templated = 0
        self.files = 0
        self.without_labels = 0
        self.stacks = 0
        self.services = 0

    @property
    def failed(self) -> bool:
        """Whether a finding reaches the threshold of its configuration."""
        return any(each.fails for each in self.diagnostics)

    def leave_out(self, least: Severity) -> None:
        """Leave out findings below a severity."""
        kept = [each for each in self.diagnostics if each.severity.rank >= least.rank]
        self.left_out += len(self.diagnostics) - len(kept)
        self.diagnostics = kept

    def only(self, diagnostics: Sequence[Diagnostic], unjudged: Sequence[Unjudged]) -> Report:
        """A copy with these findings alone; more could not be judged."""
        report = Report()
        vars(report).update(vars(self))
        report.diagnostics = list(diagnostics)
        report.unjudged = in_order([*self.unjudged, *unjudged])
        return report

    def without_ignored(self) -> Report:
        """A copy with no trace of the findings that are ignored."""
        report = Report()
        vars(report).update(vars(self), suppressed=[])
        return report

    @property
    def ignored(self) -> int:
        """The number of findings that are ignored."""
        return len(self.suppressed)

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
        once = {_key(each): each for each in sorted(self.diagnostics, key=_weight)}
        self.diagnostics = [once[key] for key in sorted(once)]
        ignored = {_key(each.diagnostic): each for each in self.suppressed}
        self.suppressed = [ignored[key] for key in sorted(ignored)]
        self.unjudged = in_order(self.unjudged)


def _key(diagnostic: Diagnostic) -> tuple[Order, str, tuple[str, ...], str]:
    """What the same finding has in common in all stacks that share a file."""
    message = diagnostic.finding.message
    return diagnostic.order, diagnostic.rule, diagnostic.services, message


def _weight(diagnostic: Diagnostic) -> tuple[bool, str, str]:
    """Of findings that are otherwise the same, the last one in this order is kept."""
    return diagnostic.fails, diagnostic.finding.message, diagnostic.finding.effect
