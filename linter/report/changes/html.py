"""The HTML format of changes: what would change, the shares before and after, and the patch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile
from typing import NamedTuple

from linter.model.change import NotDone
from linter.report import Style
from linter.report.changes import ChangeReport, parts, words
from linter.report.changes.patches import Patch
from linter.report.entries import sentence
from linter.report.html.bars import Bar, ShownRoute, ShownRow, extent
from linter.report.html.finding import Shown, all_shown
from linter.report.html.page import page
from linter.report.html.unjudged import Missing, missing, not_known
from linter.report.routes import cluster_of
from linter.routing.migration import Shift
from linter.routing.routes import Route


class ShownChange(NamedTuple):
    """A label that changes."""

    service: str
    place: str
    label: str
    value: str


class Left(NamedTuple):
    """Services that are not changed for the same reason, each with its place."""

    services: Sequence[tuple[str, str]]
    reason: str
    help: str


class File(NamedTuple):
    """The lines of a patch with their signs, or without one, those that can be shown."""

    path: str
    withheld: str
    lines: Sequence[tuple[str, str]]


class Page(NamedTuple):
    """The data of the page."""

    title: str
    tone: str
    question: str
    answer: str
    lead: Sequence[str]
    changes: Sequence[ShownChange]
    routes: Sequence[ShownRoute]
    refused: Sequence[Left]
    left: Sequence[Left]
    files: Sequence[File]
    found: Sequence[Shown]
    fixed: Sequence[Shown]
    unjudged: Sequence[Missing]
    dry: bool


def write(report: ChangeReport, style: Style) -> str:
    """The page."""
    return page("changes.html", _page(report, style), style)


def _page(report: ChangeReport, style: Style) -> Page:
    outcome = report.outcome
    first, *lead = parts(report)
    answer = first[0].upper() + first[1:]
    if report.unjudged and not outcome.rewrites:
        answer, lead = not_known(report.unjudged), []
    return Page(
        title=f"{answer} - interlock-lint {report.command}",
        tone=_tone(report),
        question=_question(report),
        answer=answer,
        lead=[sentence(each) for each in lead],
        changes=[
            ShownChange(
                str(each.service.name),
                words.place((each.after or each.before or each.service.name).span),
                words.name(each.key),
                words.values(each, report),
            )
            for each in outcome.changes
        ],
        routes=list(_routes(outcome.shifts)),
        refused=_left(each for each in outcome.not_done if each.blocked),
        left=_left(each for each in outcome.not_done if not each.blocked),
        files=[
            File(each.source.path, patch.withheld, list(_lines(patch)))
            for each, patch in zip(report.files, report.patches, strict=True)
        ],
        found=all_shown(outcome.appearing, style),
        fixed=all_shown(outcome.fixed, style),
        unjudged=missing(report.unjudged),
        dry=bool(outcome.rewrites) and not report.written,
    )


def _question(report: ChangeReport) -> str:
    verb = "was" if report.written else "would be"
    if report.to:
        return f"What {verb} switched to {report.to.display_name}?"
    return f"What {verb} fixed?" if report.command == "fix" else f"What {verb} changed?"


def _tone(report: ChangeReport) -> str:
    if report.failed:
        return "bad"
    if report.unjudged:
        return "unknown"
    return "care" if report.outcome.refuses or report.outcome.appearing else "good"


def _routes(shifts: Iterable[Shift]) -> Iterator[ShownRoute]:
    """The hosts that several services share, as `migrate` can change their shares."""
    shared = (each for each in shifts if len(each.before.backends) > 1)
    for number, (before, after, _) in enumerate(shared, 1):
        rows = [
            ShownRow(
                f"{each.name}, {each.mode or '?'} → {other.mode or '?'}"
                if each.mode is not other.mode
                else f"{each.name}, {each.mode or '?'}",
                index % 8,
                _bar(before, index),
                _bar(after, index),
            )
            for index, (each, other) in enumerate(zip(before.backends, after.backends, strict=True))
        ]
        hosts = ", ".join(map(str, before.hosts)) or "Default backend"
        yield ShownRoute(number, hosts, cluster_of(before) if before.cluster else "", "", rows)


def _bar(route: Route, index: int) -> Bar:
    requests = route.requests()
    return Bar(words.share(route, index), extent(requests[index]) if requests else 0)


def _left(found: Iterable[NotDone]) -> list[Left]:
    return [
        Left(
            [(each.service, words.place(each.span)) for each in group],
            sentence(group[0].reason),
            sentence(group[0].help),
        )
        for group in words.by_reason(found)
    ]


def _lines(patch: Patch) -> Iterator[tuple[str, str]]:
    if patch.withheld:
        yield from ((each.sign, each.shown) for each in patch.lines)
        return
    lines = patch.text.replace("\r\n", "\n").split("\n")[:-1]
    for line in dropwhile(lambda each: not each.startswith("@@"), lines):
        yield line[:1], line[1:] if line[:1] in "+- " else line
