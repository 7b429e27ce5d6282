"""Knows the comments that silence findings: how they are written, and what each one silences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from linter.diagnostic import Diagnostic
from linter.source import Source, Span
from linter.syntax import compose, scalars

_MARK = "interlock-lint:"
_COMMENT = re.compile(
    r"#[ \t]*interlock-lint:[ \t]*(?P<verb>[\w-]*)[ \t]*"
    r"(?:\[(?P<names>[^\]\r\n]*)\])?[ \t]*(?P<reason>[^\r\n]*)"
)
_UNTIL = re.compile(r"\buntil=(?P<date>[^\s,\]]*)")
_NAME = re.compile(r"[^\s,]+")


class RuleName(NamedTuple):
    """The name of a rule in a comment."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ignore:
    """
    A comment that silences rules.

    `line` is the line whose findings it silences, None for the whole file. `until` is the last
    day of its effect, None where it has no end; `until_span` is None where none is given.
    `unused` are the rules that ran and that it did not silence.
    """

    span: Span
    names: tuple[RuleName, ...]
    unknown: tuple[RuleName, ...]
    reason: str
    line: int | None
    until: date | None = None
    until_span: Span | None = None
    expired: bool = False
    unused: tuple[RuleName, ...] = ()

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether the comment is about this finding: its rule, and a line of any of its spans."""
        if self.expired or diagnostic.rule not in {each.name for each in self.names}:
            return False
        spans = (s for s in diagnostic.finding.spans() if s.source is self.span.source)
        return any(self.line is None or self.line in span.lines() for span in spans)


def ignores(source: Source, rules: Collection[str], today: date) -> Iterator[Ignore]:
    """The ignore comments of a source that was read; `rules` are the names that exist."""
    if _MARK not in source.text:
        return
    spans = [(each.start, each.end) for each in scalars(compose(source).root)]
    for match in _COMMENT.finditer(source.text):
        start = match.start()
        stands_free = not source.text[start - 1 : start].strip() or start == 0
        if stands_free and not any(begin < start < end for begin, end in spans):
            yield _ignore(source, match, rules, today)


def _ignore(source: Source, match: re.Match[str], rules: Collection[str], today: date) -> Ignore:
    names: list[RuleName] = []
    if match["names"] is not None and match["verb"] in ("ignore", "ignore-file"):
        offset = match.start("names")
        names = [
            RuleName(name.group(), Span(source, offset + name.start(), offset + name.end()))
            for name in _NAME.finditer(match["names"])
            if not name.group().startswith("until=")
        ]
    until, until_span = _until(source, match)
    return Ignore(
        span=Span(source, match.start(), match.start() + len(match.group().rstrip())),
        names=tuple(each for each in names if each.name in rules),
        unknown=tuple(each for each in names if each.name not in rules),
        reason=_UNTIL.sub("", match["reason"]).strip(),
        line=None if match["verb"] == "ignore-file" else _silenced_line(source, match.start()),
        until=until,
        until_span=until_span,
        expired=until_span is not None and (until is None or until < today),
    )


def _until(source: Source, match: re.Match[str]) -> tuple[date | None, Span | None]:
    """A date that cannot be read counts as passed: a comment must not silence for ever by slip."""
    found = _UNTIL.search(source.text, match.start(), match.end())
    if not found:
        return None, None
    span = Span(source, found.start(), found.end())
    try:
        return date.fromisoformat(found["date"]), span
    except ValueError:
        return None, span


def _silenced_line(source: Source, offset: int) -> int:
    """The line of a comment behind something; for one on a line of its own, the next with text."""
    line = source.position(offset).line
    if source.text[source.line_span(line).start : offset].strip():
        return line
    last = source.position(len(source.text)).line
    while line < last:
        line += 1
        text = source.line_span(line).text.strip()
        if text and not text.startswith("#"):
            break
    return line
