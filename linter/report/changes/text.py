"""The text format of changes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from linter.model.change import LabelChange, NotDone
from linter.model.diagnostic import Diagnostic
from linter.model.vocabulary import PREFIX
from linter.report import Style
from linter.report.changes import ChangeReport
from linter.report.changes.patches import patch
from linter.report.escape import escape
from linter.report.lines import columns, count, paint
from linter.routing.migration import Shift
from linter.routing.routes import Backend, Route, percent
from linter.syntax.source import Span

_BOLD = "1"
_WIDEST = 100
_LONGEST = 40
"""Characters to show of a value; the patch shows all of it."""


def write(report: ChangeReport, style: Style) -> str:
    """The report without the patch, which is printed separately."""
    refused = [each for each in report.outcome.not_done if each.blocked]
    left = [each for each in report.outcome.not_done if not each.blocked]
    to = report.to.display_name if report.to else ""
    blocks = (
        ("fixed" if report.written else "would fix", _findings(report.outcome.fixed)),
        (
            f"{'switched' if report.written else 'would switch'} to {to}" if to else "labels",
            _changes(report.outcome.changes),
        ),
        ("shares of the requests", _shifts(report.outcome.shifts)),
        ("refused", _not_done(refused, style)),
        ("unchanged", _not_done(left, style)),
        (
            f"new findings{'' if report.written else ' after the change'}",
            _findings(report.outcome.appearing),
        ),
    )
    return "".join(_block(title, list(lines), style) for title, lines in blocks)


def _block(title: str, lines: Sequence[str], style: Style) -> str:
    if not lines:
        return ""
    head = paint(title, _BOLD, style)
    return "\n".join((head, *(f"  {line}".rstrip() for line in lines), "", ""))


def _changes(changes: Iterable[LabelChange]) -> Iterator[str]:
    return columns(
        [
            (
                escape(str(each.service.name)),
                _place((each.after or each.before or each.service.name).span),
                escape(_name(each.key)),
                _values(each),
            )
            for each in changes
        ]
    )


def _name(key: str) -> str:
    """A label without the prefix; in quotes if it is empty or has spaces around it."""
    name = key.removeprefix(PREFIX)
    return repr(name) if name != name.strip() or not name else name


def _values(change: LabelChange) -> str:
    before = escape(_shortened(str(change.before.value))) if change.before else ""
    after = escape(_shortened(str(change.after.value))) if change.after else ""
    if change.before is None:
        return f"{after} (new)"
    return f"{before} -> {after}" if change.after else f"{before} (removed)"


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]}..."


def _not_done(found: Iterable[NotDone], style: Style) -> Iterator[str]:
    """Services and reasons; services with the same reason are listed together."""
    groups: dict[tuple[str, ...], list[NotDone]] = {}
    for each in found:
        instead = patch(each.span.source, each.instead)
        groups.setdefault((each.reason, each.help, instead), []).append(each)
    for (reason, help_text, instead), group in groups.items():
        for each in group:
            names = (change.key.removeprefix(PREFIX) for change in each.changes)
            labels = ", ".join(map(escape, names))
            yield f"{escape(each.service)}, {_place(each.span)}" + (f": {labels}" if labels else "")
        yield from _wrapped(escape(reason), style)
        if help_text:
            yield from _wrapped(f"help: {escape(help_text)}", style)
        if instead:
            names = (f"`{name}`" for name in group[0].others)
            yield from _wrapped(f"apply by hand to change {escape(', '.join(names))} too:", style)
            # After a bar, because `patch` would apply it otherwise, even if it is indented.
            lines = instead.replace("\r\n", "\n").split("\n")[:-1]
            yield from (f"    | {escape(line)}" for line in lines)


def _wrapped(text: str, style: Style) -> Iterator[str]:
    room = max(min(style.width, _WIDEST) - 4, 40)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    yield from (f"  {line}" for line in lines)


def _shifts(shifts: Iterable[Shift]) -> Iterator[str]:
    for shift in shifts:
        before, after = shift.before, shift.after
        if len(before.backends) < 2:
            continue
        yield escape(", ".join(map(str, before.hosts)) or "the default backend")
        pairs = zip(before.backends, after.backends, strict=True)
        rows = [
            (
                escape(before.name_of(one).replace("`", "")),
                _tasks(one),
                str(other.mode or "?")
                if one.mode is other.mode
                else f"{one.mode or '?'} -> {other.mode}",
                f"{_share(before, number)} -> {_share(after, number)}",
            )
            for number, (one, other) in enumerate(pairs)
        ]
        yield from (f"  {line}" for line in columns(rows))


def _tasks(backend: Backend) -> str:
    return "? tasks" if backend.tasks is None else count(backend.tasks, "task")


def _share(route: Route, number: int) -> str:
    requests = route.requests()
    return percent(requests[number]) if requests else "not divided" if route.undivided else "?"


def _findings(found: Iterable[Diagnostic]) -> Iterator[str]:
    for each in found:
        message = escape(each.finding.message)
        yield f"{_place(each.finding.span)}: {each.severity}[{each.rule}] {message}"


def _place(span: Span) -> str:
    return f"{escape(span.source.path)}:{span.position.line}"
