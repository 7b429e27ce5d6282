"""The formats of findings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style, load_writer
from linter.report.lines import count

Reporter = Callable[[Report, Style], str]

TERRAFORM = "terraform-external"
"""The format that belongs to a query on standard input, and whose exit status is 0."""

FORMATS = {
    "text": "with the lines that each finding is about (default)",
    "concise": "one line for each finding",
    "markdown": "for a comment on a merge request",
    "html": "a page to open in a browser, with filters",
    "json": "everything, as one document",
    "jsonl": "the same, with one finding on each line",
    "sarif": "SARIF 2.1.0, for code scanning on GitHub and elsewhere",
    "github": "annotations of GitHub Actions",
    "gitlab": "GitLab Code Quality",
    "junit": "JUnit, for the test reports of most build servers",
    "checkstyle": "Checkstyle, for Jenkins and many others",
    "rdjson": "reviewdog, with suggestions",
    "azure": "logging commands of Azure Pipelines",
    "teamcity": "service messages of TeamCity",
    "tap": "Test Anything Protocol",
    TERRAFORM: "strings for a data source `external` of Terraform",
}
"""The formats, each a module of this package, and what they are for."""

NAMES = tuple(FORMATS)

DESCRIPTION = "formats:\n" + "".join(f"  {name:18}  {text}\n" for name, text in FORMATS.items())
"""For the help."""

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""


def summary(report: Report) -> str:
    """What was checked and what was found, in one line."""
    counts = [
        _count(report.count(severity), severity)
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        if report.count(severity)
    ]
    runs = report.stacks and not report.files
    places = (report.stacks, "stack") if runs else (report.files, "file")
    where = f"{_count(*places)}, {_count(report.services, 'service')}"
    line = f"{', '.join(counts) or 'no findings'} in {where}"
    if report.files and report.files == report.without_labels and not counts:
        line = f"no labels to check in {_count(report.files, 'file')}"
    if report.unjudged:
        line = f"{len(report.unjudged):,} not judged; {line}"
    safe, unsafe = report.fixable(safe=True), report.fixable(safe=False)
    if safe:
        more = f", {unsafe:,} more with --unsafe" if unsafe else ""
        line += f"; {safe:,} fixable with `interlock-lint fix`{more}"
    elif unsafe:
        line += f"; {unsafe:,} fixable with `interlock-lint fix --unsafe`"
    if report.ignored:
        line += f"; {report.ignored:,} ignored"
    if report.left_out:
        line += f"; {report.left_out:,} below --min-severity"
    if report.known:
        line += f"; {report.known:,} known from the baseline"
    if report.elsewhere:
        line += f"; {report.elsewhere:,} on unchanged lines"
    if report.unchanged:
        line += f"; {count(report.unchanged, 'unchanged stack')} only compared"
    return line


def _count(number: int, noun: str) -> str:
    plural = "" if number == 1 or noun == Severity.INFO else "s"
    return f"{number:,} {noun}{plural}"
