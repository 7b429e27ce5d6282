"""
The Markdown format of findings, for a comment on a merge request or the summary of a job.

It starts with a marker by which the comment is found again, and stays below the size of a comment.
"""

from __future__ import annotations

from itertools import groupby

from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import Entry, entries
from linter.report.lines import count
from linter.report.markup import code, prose

MARKER = "<!-- interlock-lint check -->"

_COMMENT = 58_000
"""Characters, of the 65,536 that a comment may have."""

_JOB_SUMMARY = 250_000
"""Characters, of which each may take 4 bytes of the 1 MiB that a job summary may have."""


def write(report: Report, style: Style) -> str:
    """The summary, and the findings of each file, as far as they fit in a comment."""
    return _bounded(report, style, _COMMENT)


def job_summary(report: Report, style: Style) -> str:
    """The same, as far as it fits in the summary of a job."""
    return _bounded(report, style, _JOB_SUMMARY)


def _bounded(report: Report, style: Style, most: int) -> str:
    lines = [MARKER, "### interlock-lint", "", f"**{prose(summary(report))}**"]
    left, shown = most - sum(map(len, lines)), 0
    found = sorted(entries(report, style), key=lambda each: each.place.path)
    for path, group in groupby(found, key=lambda each: each.place.path):
        heading = ["", f"#### {code(path)}", ""]
        for line in map(_item, group):
            left -= len(line) + 1 + sum(len(each) + 1 for each in heading)
            if left < 0:
                break
            lines += [*heading, line]
            heading = []
            shown += 1
        if left < 0:
            verb = "is" if len(found) - shown == 1 else "are"
            lines += ["", f"{count(len(found) - shown, 'more finding')} {verb} not shown here."]
            break
    return "".join(f"{line}\n" for line in lines)


def _item(entry: Entry) -> str:
    place = f"line {entry.place.line}, " if entry.place.start else ""
    return f"- **{entry.severity}**, {place}{code(entry.rule)}: {prose(entry.text)}"
