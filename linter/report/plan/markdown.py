"""
The Markdown format of a plan, for a comment on a merge request.

It starts with a marker by which the comment is found again, and stays below the size of a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.checking.comparison import Comparison
from linter.report import Style
from linter.report.markup import cell, prose, table_row
from linter.report.plan import words
from linter.routing.route_changes import RouteChange
from linter.routing.service_changes import ServiceChange
from linter.routing.stack_changes import StackChange

MARKER = "<!-- interlock-lint plan -->"

_MOST = 58_000
"""Characters, of the 65,536 that a comment may have."""


def write(report: Comparison, style: Style) -> str:
    """The summary, a table of services, and everything else in sections that can be opened."""
    head = [MARKER, f"### Plan: {prose(f'`{report.old}` to `{report.new}`')}", ""]
    head += [f"**{prose(words.summary(report))}**", ""]
    blocks = [list(_stack(each)) for each in report.stacks]
    if report.routes:
        blocks.append(list(_section("Routes", _routes(report.routes))))
    if report.found or report.gone:
        blocks.append(list(_section("Findings", _findings(report))))
    found = list(words.notes(report))
    if found and not style.quiet:
        blocks.append(list(_section("Notes", (f"- {prose(each)}" for each in found))))
    return "".join(f"{each}\n" for each in _bounded(head, blocks))


def _bounded(head: list[str], blocks: list[list[str]]) -> Iterator[str]:
    """The lines of all blocks that fit."""
    left = _MOST - sum(map(len, head))
    yield from head
    for number, block in enumerate(blocks):
        left -= sum(len(each) + 1 for each in block)
        if left < 0:
            more = len(blocks) - number
            sections = "section is" if more == 1 else "sections are"
            yield f"{more:,} more {sections} too long for a comment; see the text format."
            return
        yield from block


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
    yield ""


def _stack(stack: StackChange) -> Iterator[str]:
    yield f"#### {prose(f'`{stack.title}`')}"
    yield ""
    if stack.services:
        yield table_row(["", "service", "changes", "tasks", "proxy"])
        yield table_row(["---"] * 5)
        for change in stack.services:
            yield table_row(_service(change))
        yield ""
    for each in stack.objects:
        yield f"- {prose(words.objects(each))}"
    if stack.objects:
        yield ""


def _service(change: ServiceChange) -> list[str]:
    sign = "!" if change.refusal else words.SIGNS[change.action]
    differences = "<br>".join(cell(words.difference(each)) for each in change.differences)
    refused = f"**refused**: {prose(change.refusal)}<br>" if change.refusal else ""
    return [
        f"`{sign}`",
        cell(change.name),
        refused + differences,
        prose(words.tasks(change)),
        prose(words.proxy(change)),
    ]


def _routes(routes: Iterable[RouteChange]) -> Iterator[str]:
    yield table_row(["host", "service", "share"])
    yield table_row(["---"] * 3)
    for route in routes:
        several = len({each.stack for each in route.rows}) > 1
        for each in route.rows:
            name, shares = words.row(each, several=several)
            yield table_row([cell(route.host or "default backend"), cell(name), prose(shares)])


def _findings(report: Comparison) -> Iterator[str]:
    for verb, found in (("new", report.found), ("gone", report.gone)):
        for each in found:
            place = prose(f"`{each.finding.span.line_place}`")
            text = prose(f"{each.severity} `{each.rule}`: {each.finding.message}")
            yield f"- {verb}: {text} ({place})"
