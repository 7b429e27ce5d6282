"""What a workflow of GitHub gets of `check` in addition: annotations, and a summary of the job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from linter.commands.reports import Wanted
from linter.model.report import Report
from linter.report import Style
from linter.report import check as formats
from linter.report.check import markdown


def reporter(name: str) -> Callable[[Report, Style], str]:
    """The function that writes a format."""
    write = formats.reporter(name)
    if name != "sarif" or not _is_workflow():
        return write
    # GitHub would show what is ignored as open alerts.
    return lambda report, style: write(report.without_ignored(), style)


def reports(chosen: str | None, style: Style) -> Iterator[Wanted]:
    """The reports in addition to one in the format that was chosen, or in the usual one."""
    annotated = chosen == "github"
    if chosen is None and _is_workflow():
        annotated = True
        yield Wanted("github", reporter("github"), style._replace(quiet=True))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and annotated:
        yield Wanted(
            "markdown", markdown.job_summary, Style(root=style.root), summary, appended=True
        )


def _is_workflow() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"
