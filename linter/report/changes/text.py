"""Knows how a change of stack files is told to people: what, what not and why, and the patch."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from linter.labels import PREFIX
from linter.migrate import Shift
from linter.report import Style
from linter.report.changes import Account, Kept, LabelChange
from linter.report.escape import escape, width
from linter.routes import Mode, Route, percent
from linter.source import Span

if TYPE_CHECKING:
    from fractions import Fraction

_BOLD = "1"
_MODES = {Mode.TASK: "task mode", Mode.VIP: "VIP mode"}


def write(account: Account, style: Style) -> str:
    """The account without its diff, which is printed as it is."""
    blocks = [
        list(_block(title, lines, style))
        for title, lines in (
            (_title(account), _changes(account.changes)),
            ("mended", _findings(account, account.fixed)),
            ("refused", _kept([each for each in account.kept if each.blocked], style)),
            ("left as it is", _kept([each for each in account.kept if not each.blocked], style)),
            ("shares of the requests", _shifts(account.shifts)),
            ("what `check` will say of it", _findings(account, account.appearing)),
        )
    ]
    return "".join("".join(f"{line}\n" for line in (*block, "")) for block in blocks if block)


def _title(account: Account) -> str:
    return f"switched to {_MODES[account.to]}" if account.to else "changed"


def _block(title: str, lines: Iterable[str], style: Style) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"\x1b[{_BOLD}m{title}\x1b[0m" if style.color else title
        yield from (f"  {line}" for line in found)


def _changes(changes: tuple[LabelChange, ...]) -> Iterator[str]:
    rows = [
        (
            escape(str(each.service.name)),
            _place((each.after or each.before or each.service).span)
            if each.after or each.before
            else "",
            escape(each.key.removeprefix(PREFIX)),
            _values(each),
        )
        for each in changes
    ]
    return _table(rows)


def _values(change: LabelChange) -> str:
    before = escape(str(change.before.value)) if change.before else ""
    after = escape(str(change.after.value)) if change.after else ""
    if change.before is None:
        return f"added: {after}"
    return f"{before} -> {after}" if change.after else f"removed; it was {before}"


def _kept(kept: Iterable[Kept], style: Style) -> Iterator[str]:
    for each in kept:
        head = f"{escape(each.service)}, {_place(each.span)}"
        yield head
        yield from _wrapped(escape(each.reason), style)
        if each.others:
            names = ", ".join(f"`{escape(name)}`" for name in each.others)
            yield from _wrapped(f"this would change it for {names} too:", style)
        if each.instead:
            yield from (f"    {escape(line)}" for line in each.instead.splitlines())
        if each.help:
            yield from _wrapped(f"help: {escape(each.help)}", style)


def _wrapped(text: str, style: Style) -> Iterator[str]:
    lines = textwrap.wrap(
        text, max(min(style.width, 100) - 6, 40), break_long_words=False, break_on_hyphens=False
    )
    yield from (f"  {line}" for line in lines)


def _shifts(shifts: Iterable[Shift]) -> Iterator[str]:
    for shift in shifts:
        before, after = shift.before, shift.after
        if len(before.serving) < 2:
            continue
        yield escape(", ".join(map(str, before.hosts)) or "default backend")
        rows = [
            (
                escape(before.called(one).replace("`", "")),
                f"{one.mode or '?'} -> {other.mode}" if one.mode is not other.mode else str(one.mode),
                "? tasks" if one.tasks is None else f"{one.tasks} task{'' if one.tasks == 1 else 's'}",
                f"{_share(before, number)} -> {_share(after, number)}",
            )
            for number, (one, other) in enumerate(
                zip(before.backends, after.backends, strict=True)
            )
        ]
        yield from (f"  {line}" for line in _table(rows))


def _share(route: Route, number: int) -> str:
    requests = route.requests()
    return percent(requests[number]) if requests else "not known"


def _findings(account: Account, found: Iterable[object]) -> Iterator[str]:
    del account
    for each in found:
        yield _finding(each)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _place(span: Span) -> str:
    line, _ = span.position
    return f"{escape(span.source.path)}:{line}"
