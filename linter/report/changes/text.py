"""The text format of changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from linter.model.change import NotDone
from linter.model.diagnostic import Diagnostic
from linter.model.vocabulary import PREFIX
from linter.report import Style
from linter.report.changes import ChangeReport, words
from linter.report.changes.patches import Patch
from linter.report.escape import escape
from linter.report.lines import WIDEST, columns, head, paint, wrapped
from linter.routing.migration import Shift
from linter.syntax.source import Span

_BOLD = "1"
_INDENT = len("  ") + len("| ")
"""The columns before a line of a block, or of most of them: see `_guarded`."""
# What `patch` looks for, also in lines that are indented by blanks or the letter X.
_LIKE_A_PATCH = re.compile(
    r"[ \tX]*(?:--- |\+\+\+ |\*\*\* |\*{8}|@@ |diff --git |Index:|Prereq:|[0-9,]+[acdis]\s*$|[<>] )"
)


def write(report: ChangeReport, style: Style) -> str:
    """The report without the patch, which is printed separately."""
    inside = Style(width=min(style.width, WIDEST) - _INDENT)
    refused = [each for each in report.outcome.not_done if each.blocked]
    left = [each for each in report.outcome.not_done if not each.blocked]
    to = report.to.display_name if report.to else ""
    blocks = (
        (words.tense(report, "fixed", "would fix"), _findings(report.outcome.fixed, inside)),
        (
            f"{words.tense(report, 'switched', 'would switch')} to {to}" if to else "labels",
            _changes(report, inside),
        ),
        ("shares of the requests", _shifts(report.outcome.shifts, inside)),
        ("refused", _not_done(refused, report, inside)),
        ("unchanged", _not_done(left, report, inside)),
        (
            f"new findings{'' if report.written else ' after the change'}",
            _findings(report.outcome.appearing, inside),
        ),
    )
    return "".join(
        _block(title, list(lines), style) for title, lines in (*blocks, *_withheld(report))
    )


def _block(title: str, lines: Sequence[str], style: Style) -> str:
    if not lines:
        return ""
    heading = "\n".join(paint(line, _BOLD, style) for line in wrapped(title, style))
    return "\n".join((heading, *(f"  {_guarded(line)}".rstrip() for line in lines), "", ""))


def _guarded(line: str) -> str:
    """A line, after a bar if a name or a value in it could make `patch` take it for a patch."""
    return f"| {line}" if _LIKE_A_PATCH.match(line) else line


def _changes(report: ChangeReport, style: Style) -> Iterator[str]:
    return columns(
        [
            (
                escape(str(each.service.name)),
                _place((each.after or each.before or each.service.name).span),
                escape(words.name(each.key)),
                escape(words.values(each, report)),
            )
            for each in report.outcome.changes
        ],
        style,
    )


def _not_done(found: Iterable[NotDone], report: ChangeReport, style: Style) -> Iterator[str]:
    """Services and reasons; services with the same reason are listed together."""
    for group in words.by_reason(found):
        first = group[0]
        for each in group:
            names = (change.key.removeprefix(PREFIX) for change in each.changes)
            labels = ", ".join(map(escape, names))
            where = f"{escape(each.service)}, {_place(each.span)}"
            yield from wrapped(f"{where}: {labels}" if labels else where, style, "", "    ")
        yield from _wrapped(escape(first.reason), style)
        if first.help:
            yield from _wrapped(f"help: {escape(first.help)}", style)
        if first.instead:
            names = (f"`{name}`" for name in first.others)
            yield from _wrapped(f"apply by hand to change {escape(', '.join(names))} too:", style)
            yield from (f"  {line}" for line in _patch(report.instead[first.instead]))


def _patch(found: Patch) -> Iterator[str]:
    """A patch, or its lines, after a bar: `patch` would apply it otherwise, even if indented."""
    if found.withheld:
        yield from (f"  | {each.sign}{each.shown}" for each in found.lines)
    else:
        lines = found.text.replace("\r\n", "\n").split("\n")[:-1]
        yield from (f"  | {escape(line)}" for line in lines)


def _withheld(report: ChangeReport) -> Iterator[tuple[str, Iterator[str]]]:
    """The changes to files for which there is no patch."""
    if not report.written:
        for each, found in zip(report.files, report.patches, strict=True):
            if found.withheld:
                yield f"would change in {escape(each.source.path)}", _patch(found)


def _wrapped(text: str, style: Style) -> Iterator[str]:
    return wrapped(text, style, "  ", "  ")


def _shifts(shifts: Iterable[Shift], style: Style) -> Iterator[str]:
    for hosts, rows in words.shifts(shifts):
        yield from wrapped(escape(hosts), style)
        yield from columns([tuple(map(escape, row)) for row in rows], style, "  ")


def _findings(found: Iterable[Diagnostic], style: Style) -> Iterator[str]:
    for each in found:
        where = _place(each.finding.span)
        yield from wrapped(
            f"{where}: {head(each)} {escape(each.finding.message)}", style, "", "    "
        )


def _place(span: Span) -> str:
    return escape(words.place(span))
