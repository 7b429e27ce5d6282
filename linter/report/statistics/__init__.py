"""The formats of `check --statistics`: how many findings each rule, service and file has."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import NamedTuple, TypeVar

from linter.model.diagnostic import Diagnostic, Severity
from linter.model.report import Report
from linter.report import Style, load_writer

Reporter = Callable[[Report, Style], str]

NAMES = ("text", "json")

Key = TypeVar("Key", bound=Hashable)


class Counts(NamedTuple):
    """How many findings there are, of each severity, and how many have a fix."""

    error: int = 0
    warning: int = 0
    info: int = 0
    fixable: int = 0

    @property
    def total(self) -> int:
        return self.error + self.warning + self.info

    def plus(self, each: Diagnostic) -> Counts:
        """The counts with one more finding."""
        return Counts(
            self.error + (each.severity is Severity.ERROR),
            self.warning + (each.severity is Severity.WARNING),
            self.info + (each.severity is Severity.INFO),
            self.fixable + (each.finding.fix is not None),
        )


reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""


def by_rule(report: Report) -> dict[str, Counts]:
    """The counts of each rule."""
    return _counted((each.rule, each) for each in report.diagnostics)


def by_service(report: Report) -> dict[tuple[str, str], Counts]:
    """The counts of each service, by the file of the findings and its name."""
    return _counted(
        ((each.path, service), each) for each in report.diagnostics for service in each.services
    )


def by_file(report: Report) -> dict[str, Counts]:
    """The counts of each file."""
    return _counted((each.path, each) for each in report.diagnostics)


def _counted(found: Iterable[tuple[Key, Diagnostic]]) -> dict[Key, Counts]:
    """The counts of each key, those with the most findings first."""
    counts: dict[Key, Counts] = {}
    for key, each in found:
        counts[key] = counts.get(key, Counts()).plus(each)
    return dict(sorted(counts.items(), key=lambda item: (-item[1].total, item[0])))
