"""The words of changes, for text, Markdown and HTML; nothing in them is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.model.change import LabelChange, NotDone, State
from linter.model.diagnostic import Edit
from linter.model.swarm import name_of
from linter.model.vocabulary import PREFIX
from linter.model.words import percent
from linter.report.changes import ChangeReport
from linter.report.excerpt import ELLIPSIS
from linter.report.lines import count
from linter.routing.migration import Shift
from linter.routing.routes import Backend, Route
from linter.syntax.source import Span

_LONGEST = 40
"""Characters to show of a value; the patch shows all of it."""


STATES = {
    State.CHANGED: "changed",
    State.NOT_CHANGED: "not changed",
    State.UNKNOWN: "may be changed",
}


def tense(report: ChangeReport, done: str, possible: str) -> str:
    """Whether something was done, or would be; of several services, maybe not for all of them."""
    if report.failed and report.live.undo:
        return f"not all {done}"
    return done if report.written else possible


def name(key: str) -> str:
    """A label without the prefix; in quotes if it is empty or has spaces around it."""
    short = key.removeprefix(PREFIX)
    return repr(short) if short != short.strip() or not short else short


def values(change: LabelChange, report: ChangeReport) -> str:
    """The value of a label before and after a change."""
    shown = report.may_show(change.key)
    before, after = (
        _shortened(str(each.value)) if shown and each else ELLIPSIS
        for each in (change.before, change.after)
    )
    if change.before is None:
        return f"{after} (new)"
    return f"{before} -> {after}" if change.after else f"{before} (removed)"


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + ELLIPSIS


def by_reason(found: Iterable[NotDone]) -> Iterable[Sequence[NotDone]]:
    """What is not done, with that for the same reason together."""
    groups: dict[tuple[str, str, tuple[Edit, ...]], list[NotDone]] = {}
    for each in found:
        groups.setdefault((each.reason, each.help, each.instead), []).append(each)
    return groups.values()


class Row(NamedTuple):
    """A service of a route: its tasks, its mode and its share, before and after."""

    service: str
    tasks: str
    mode: str
    share: str


def shifts(found: Iterable[Shift]) -> Iterator[tuple[str, Sequence[Row]]]:
    """The hosts that services share, each with these."""
    for shift in found:
        before, after = shift.before, shift.after
        if len(before.backends) < 2:
            continue
        pairs = zip(before.backends, after.backends, strict=True)
        rows = [
            Row(
                before.name_of(one).replace("`", ""),
                _tasks(one),
                str(other.mode or "?")
                if one.mode is other.mode
                else f"{one.mode or '?'} -> {other.mode}",
                f"{share(before, number)} -> {share(after, number)}",
            )
            for number, (one, other) in enumerate(pairs)
        ]
        yield ", ".join(map(str, before.hosts)) or "the default backend", rows


def _tasks(backend: Backend) -> str:
    return "? tasks" if backend.tasks is None else count(backend.tasks, "task")


def share(route: Route, number: int) -> str:
    """The share of a service of a route, or why it has none."""
    requests = route.requests()
    return percent(requests[number]) if requests else "not divided" if route.undivided else "?"


def place(span: Span) -> str:
    """`path:line`, or the name of a service that runs."""
    return span.line_place if span.source.is_written else name_of(span.source)
