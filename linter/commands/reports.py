"""The reports of `check`: in which formats, and where they go."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial

from linter import terminal
from linter.commands import options
from linter.files import reach
from linter.model.report import Report
from linter.record import Record
from linter.report import Style
from linter.report import check as formats


class Wanted(Record):
    """
    A report, and the file that it is for, or standard output.

    `appended` means that what is in the file stays there.
    """

    __slots__ = ("appended", "path", "render")

    def __init__(
        self,
        render: Callable[[Report], str],
        path: str | None = None,
        appended: bool = False,
    ) -> None:
        self.render = render
        self.path = path
        self.appended = appended


def add_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The options for the output."""
    group = options.add_output_options(parser, formats.NAMES)
    parser.set_defaults(format=None)  # to know whether one was chosen
    return group


def wanted(arguments: argparse.Namespace) -> Sequence[Wanted]:
    """
    The reports that were asked for, and in a workflow of GitHub, those that it has a place for.

    Raises UsageError.
    """
    outputs = options.outputs(arguments, formats.NAMES)
    plain = Style(root=_root())
    style = options.style(arguments)._replace(root=plain.root)
    first = arguments.format or formats.NAMES[0]
    if arguments.statistics:
        from linter.report import statistics  # as other formats, only if it is used

        count = statistics.reporter(first)
        found = [Wanted(lambda report: count(report, style))]
    else:
        found = [Wanted(_writer(first, style))]
    if _on_github() and arguments.format is None and not arguments.statistics:
        found.append(Wanted(_writer("github", style._replace(quiet=True))))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and (first == "github" or len(found) > 1):
        found.append(Wanted(partial(_job_summary, style=plain), summary, appended=True))
    return [*found, *(Wanted(_writer(name, plain), path) for name, path in outputs)]


def write(reports: Sequence[Wanted], texts: Sequence[str]) -> bool:
    """
    Write reports where they belong.

    A failure of a file that was asked for is reported, and this returns False.
    """
    done = True
    for each, text in zip(reports, texts, strict=True):
        if each.path is not None and each.appended:
            _append(each.path, text)
        elif each.path is not None:
            done = options.write([("", each.path)], [text]) and done
    for each, text in zip(reports, texts, strict=True):
        if each.path is None:
            sys.stdout.write(text)
    return done


def _root() -> str:
    """The folder that other programs expect paths to be relative to."""
    try:
        return reach.reach_of(".").folder
    except OSError:  # the current folder is gone, which matters only if a path is relative to it
        return ""


def _on_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _writer(name: str, style: Style) -> Callable[[Report], str]:
    def render(report: Report) -> str:
        if name == "sarif" and _on_github():
            report = report.without_ignored()  # GitHub would show them as open alerts
        return formats.reporter(name)(report, style)

    return render


def _job_summary(report: Report, style: Style) -> str:
    from linter.report.check import markdown  # as other formats, only if it is used

    return markdown.job_summary(report, style)


def _append(path: str, text: str) -> None:
    """Add to the summary of a job; nothing depends on it."""
    from linter.files import output

    try:
        output.append(path, text)
    except output.Unwritable as error:
        terminal.warn(f"warning: GITHUB_STEP_SUMMARY: {path}: {error}")
