"""
The Markdown format of changes, for a comment on a merge request.

It starts with a marker by which the comment is found again, and stays below the size of a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from linter.model.change import NotDone
from linter.model.diagnostic import Diagnostic, Unjudged
from linter.report import Style
from linter.report.changes import ChangeReport, summary, words
from linter.report.changes.patches import Patch
from linter.report.entries import sentence
from linter.report.escape import escape
from linter.report.markup import cell, code, prose, table_row

MARKER = "<!-- interlock-lint changes -->"

_MOST = 58_000
"""Characters, of the 65,536 that a comment may have."""


def write(report: ChangeReport, style: Style) -> str:
    """The summary, what changes and what does not, and the patch, which can be opened."""
    del style
    refused = [each for each in report.outcome.not_done if each.blocked]
    left = [each for each in report.outcome.not_done if not each.blocked]
    sections = (
        ("Not judged", _unjudged(report.unjudged)),
        (
            words.tense(report, "fixed", "would be fixed").capitalize(),
            _findings(report.outcome.fixed),
        ),
        ("Services", _attempts(report)),
        ("Labels", _changes(report)),
        ("Shares of the requests", _shifts(report)),
        ("Refused", _not_done(refused)),
        ("Unchanged", _not_done(left)),
        ("New findings", _findings(report.outcome.appearing)),
        ("Patch", () if report.written else _patches(report)),
    )
    lines = [MARKER, f"### interlock-lint {report.command}", "", code(summary(report)), ""]
    left_over = _MOST - sum(map(len, lines))
    for title, found in sections:
        block = list(found)
        if block:
            block = [f"#### {title}", "", *block, ""]
            left_over -= sum(len(each) + 1 for each in block)
            if left_over < 0:
                lines.append("The rest is too long for a comment; see the text format.")
                break
            lines += block
    return "".join(f"{line}\n" for line in lines)


def _changes(report: ChangeReport) -> Iterator[str]:
    if report.outcome.changes:
        yield table_row(["service", "file", "label", "value"])
        yield table_row(["---"] * 4)
    for each in report.outcome.changes:
        span = (each.after or each.before or each.service.name).span
        texts = (str(each.service.name), words.place(span), words.name(each.key))
        yield table_row([*map(cell, texts), cell(words.values(each, report))])


def _attempts(report: ChangeReport) -> Iterator[str]:
    """What became of each service that runs, if not all of them were changed."""
    if not report.failed:
        return
    for each in report.live.attempts:
        why = f": {prose(sentence(each.reason))}" if each.reason else ""
        yield f"- {code(each.service)} {words.STATES[each.state]}{why}"
    if report.live.undo:
        yield f"- Undo with {code(report.live.undo)}."


def _shifts(report: ChangeReport) -> Iterator[str]:
    found = [(hosts, row) for hosts, rows in words.shifts(report.outcome.shifts) for row in rows]
    if found:
        yield table_row(["host", "service", "tasks", "mode", "share"])
        yield table_row(["---"] * 5)
    for hosts, row in found:
        yield table_row([cell(hosts), *map(cell, row)])


def _not_done(found: Iterable[NotDone]) -> Iterator[str]:
    for group in words.by_reason(found):
        places = ", ".join(
            f"{code(each.service)} ({code(words.place(each.span))})" for each in group
        )
        why = f"{sentence(group[0].reason)} {sentence(group[0].help)}".strip()
        yield f"- {places}: {prose(why)}"


def _findings(found: Iterable[Diagnostic]) -> Iterator[str]:
    for each in found:
        place = code(words.place(each.finding.span))
        yield f"- **{each.severity}**, {place}, {code(each.rule)}: {prose(each.finding.message)}"


def _unjudged(found: Iterable[Unjudged]) -> Iterator[str]:
    for each in found:
        yield f"- {code(each.path)}: {prose(each.reason)}"


def _patches(report: ChangeReport) -> Iterator[str]:
    lines = [line for patch in report.patches for line in _lines(patch)]
    if lines:
        runs = (len(run) for line in lines for run in re.findall("`+", line))
        fence = "`" * max(3, max(runs, default=0) + 1)
        yield from ("<details><summary>Show</summary>", "", f"{fence}diff")
        yield from lines
        yield from (fence, "", "</details>")


def _lines(patch: Patch) -> Iterator[str]:
    """The lines of a patch, or without one, those that can be shown."""
    if patch.withheld:
        yield from (f"{each.sign} {each.shown}" for each in patch.lines)
    else:
        text = patch.text.replace("\r\n", "\n")
        yield from map(escape, text.split("\n")[:-1])
