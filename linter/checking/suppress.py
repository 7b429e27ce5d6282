"""Comments that ignore findings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from linter.model.diagnostic import Diagnostic
from linter.record import Record
from linter.syntax.nodes import Document, comments
from linter.syntax.source import Source, Span, mentions

_MARK = "interlock-lint:"
_COMMENT = (
    r"#[ \t]*interlock-lint:[ \t]*(?P<verb>[\w-]*)[ \t]*"
    r"(?:\[(?P<names>[^\]\r\n]*)\])?[ \t]*(?P<reason>[^\r\n]*)"
)
_UNTIL = r"\buntil=(?P<date>[^\s,\]]*)"
_NAME = r"[^\s,]+"


class RuleName(Record):
    """The name of a rule in a comment."""

    __slots__ = ("name", "span")

    def __init__(self, name: str, span: Span) -> None:
        self.name = name
        self.span = span


class Ignore(Record):
    """
    A comment that ignores findings of certain rules.

    `line` is the line whose findings it ignores, None for the whole file. `until` is the last day
    on which it applies, None if it does not end or the date is invalid; `until_span` is where the
    date is, if there is one. `unused` are the rules that ran but had no findings to ignore. `verb`
    is the word before the brackets, whatever it is. `rules` are the names that exist.
    """

    __slots__ = (
        "expired",
        "line",
        "names",
        "reason",
        "rules",
        "span",
        "unknown",
        "until",
        "until_span",
        "unused",
        "verb",
    )

    def __init__(
        self,
        span: Span,
        names: tuple[RuleName, ...],
        unknown: tuple[RuleName, ...],
        reason: str,
        line: int | None,
        until: date | None = None,
        until_span: Span | None = None,
        expired: bool = False,
        unused: tuple[RuleName, ...] = (),
        verb: str = "ignore",
        rules: Collection[str] = (),
    ) -> None:
        self.span = span
        self.names = names
        self.unknown = unknown
        self.reason = reason
        self.line = line
        self.until = until
        self.until_span = until_span
        self.expired = expired
        self.unused = unused
        self.verb = verb
        self.rules = rules


class _Lines:
    """
    Lines with comments that ignore the same rule, in order, and those that have ignored nothing.

    Neither the lines that a finding covers nor the comments on them are gone through one by one,
    because there may be thousands of each.
    """

    def __init__(self) -> None:
        self.all: list[int] = []
        self.unused: list[int] = []
        self.reasons: dict[int, str] = {}

    def add(self, line: int, reason: str) -> None:
        for lines in (self.all, self.unused):
            insort(lines, line)
        self.reasons[line] = self.reasons.get(line) or reason

    def use(self, first: int, last: int) -> str | None:
        """The reason in the first comment on any of these lines; None if there is no comment."""
        start, end = bisect_left(self.unused, first), bisect_right(self.unused, last)
        del self.unused[start:end]
        found = bisect_left(self.all, first)
        return self.reasons[self.all[found]] if found < bisect_right(self.all, last) else None

    def is_used(self, line: int) -> bool:
        start = bisect_left(self.unused, line)
        return self.unused[start : start + 1] != [line]


_WHOLE_FILE = 0
"""The line of comments that ignore findings of the whole file."""


class Ignores:
    """Ignore comments: which findings they cover, and in the end, which cover none."""

    def __init__(self) -> None:
        self.comments: list[Ignore] = []
        self._lines: dict[tuple[str, str], _Lines] = {}
        self._known: set[tuple[str, int, int]] = set()

    def add(self, comments: Iterable[Ignore]) -> None:
        """Add the comments of a file, each once; expired ones cover nothing."""
        for comment in comments:
            place = comment.span.sort_key
            if place in self._known:  # in another alternative of a template
                continue
            self._known.add(place)
            self.comments.append(comment)
            for each in () if comment.expired else comment.names:
                lines = self._lines.setdefault((place[0], each.name), _Lines())
                lines.add(comment.line or _WHOLE_FILE, comment.reason)

    def cover(self, diagnostic: Diagnostic) -> str | None:
        """
        The reason in a comment that names the rule and applies to a line of a span of the finding.

        It is empty if the comment states none. None if there is no such comment.
        """
        if not self._lines:
            return None
        covered = [
            lines.use(first, last)
            for span in diagnostic.finding.spans()
            if (lines := self._lines.get((span.source.path, diagnostic.rule)))
            for first, last in ((_WHOLE_FILE, _WHOLE_FILE), span.lines)
        ]
        reasons = [reason for reason in covered if reason is not None]
        return next(filter(None, reasons), "") if reasons else None

    def judged(self, comment: Ignore, ran: Collection[str]) -> Ignore:
        """The comment, with its unused rules: those that ran and had no findings to ignore."""
        unused = (
            each
            for each in comment.names
            if each.name in ran and not self._is_used(comment, each.name)
        )
        return comment._replace(unused=tuple(unused))

    def _is_used(self, comment: Ignore, name: str) -> bool:
        lines = self._lines.get((comment.span.source.path, name))
        return not comment.expired and bool(lines and lines.is_used(comment.line or _WHOLE_FILE))


def ignores(document: Document, rules: Collection[str], today: date) -> Iterator[Ignore]:
    """The ignore comments of a document; `rules` are the names that exist."""
    source = document.source
    if not mentions(source.text, _MARK):
        return
    following = _following_lines(source)
    text = source.yaml  # in a template, tags are blank
    for comment in comments(document):
        for match in re.compile(_COMMENT).finditer(text, comment.start, comment.end):
            if match.start() == comment.start or not text[match.start() - 1].strip():
                yield _ignore(source, match, rules, today, following)


def _ignore(
    source: Source,
    match: re.Match[str],
    rules: Collection[str],
    today: date,
    following: list[int],
) -> Ignore:
    names: list[RuleName] = []
    if match["names"] is not None and match["verb"] in ("ignore", "ignore-file"):
        offset = match.start("names")
        names = [
            RuleName(name.group(), Span(source, offset + name.start(), offset + name.end()))
            for name in re.finditer(_NAME, match["names"])
            if not name.group().startswith("until=")
        ]
    until, until_span = _until(source, match)
    return Ignore(
        span=Span(source, match.start(), match.start() + len(match.group().rstrip())),
        names=tuple(each for each in names if each.name in rules),
        unknown=tuple(each for each in names if each.name not in rules),
        reason=re.sub(_UNTIL, "", match["reason"]).strip(),
        line=None
        if match["verb"] == "ignore-file"
        else _covered_line(source, match.start(), following),
        until=until,
        until_span=until_span,
        expired=until_span is not None and (until is None or until < today),
        verb=match["verb"],
        rules=rules,
    )


def _until(source: Source, match: re.Match[str]) -> tuple[date | None, Span | None]:
    """An invalid date counts as past, so that a typo does not ignore findings forever."""
    found = re.compile(_UNTIL).search(source.text, match.start(), match.end())
    if not found:
        return None, None
    span = Span(source, found.start(), found.end())
    try:
        return date.fromisoformat(found["date"]), span
    except ValueError:
        return None, span


def _covered_line(source: Source, offset: int, following: list[int]) -> int:
    """The line of the comment, or the next line with text if the comment has its own line."""
    line = source.position(offset).line
    alone = not source.yaml[source.line_span(line).start : offset].strip()
    return following[line] if alone else line


def _following_lines(source: Source) -> list[int]:
    """For each line, counted from 1, the next one with more than a comment."""
    last = source.position(len(source.text)).line
    following = [last] * (last + 1)
    for line in range(last - 1, 0, -1):
        text = source.line_span(line + 1).yaml.strip()
        following[line] = line + 1 if text and not text.startswith("#") else following[line + 1]
    return following
