"""The text format of findings, with the lines of the file that each one is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from linter.model.diagnostic import Diagnostic, Finding, Fix, Severity
from linter.model.report import Report
from linter.model.words import bounded, some
from linter.report import Style
from linter.report.check import summary
from linter.report.escape import escape
from linter.report.lines import COLORS, count, effect, head, paint, painted, place, wrapped
from linter.report.markers import Marker, by_line, by_source, markers, spans
from linter.syntax.source import Source

_BOLD, _DIM, _RED, _GREEN = "1", "1;34", "31", "32"
_MOST = 200
"""The most findings of one rule to show of one file."""

_INDENT = " " * 4
"""Before what is left of a message that does not fit into a line."""

_NARROWEST = 20
"""The least number of columns a line of a file gets."""


def write(report: Report, style: Style) -> str:
    """
    Errors and warnings in order, then infos, then a line with counts, then where to read more.

    Infos have one line each, or are shown like the others if the style is verbose.
    """
    serious = [each for each in report.diagnostics if each.severity is not Severity.INFO]
    infos = [each for each in report.diagnostics if each.severity is Severity.INFO]
    blocks = [*_in_full(serious, style)]
    if infos:
        blocks += _in_full(infos, style) if style.verbose else [_short(infos, style)]
    if not style.quiet:
        remarks = (*_baseline(report, style), *_unknown(report), *_further(report, style))
        blocks.append([*wrapped(summary(report), style), *_wrapped(remarks, style)])
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in blocks)


def _in_full(diagnostics: Iterable[Diagnostic], style: Style) -> Iterator[Iterable[str]]:
    for path, group in groupby(diagnostics, key=lambda each: each.path):
        yield from _of_file(path, group, style)


def _short(infos: Iterable[Diagnostic], style: Style) -> list[str]:
    """A line for each info; what is true in many places, such as of many stacks, is said once."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for each in infos:
        groups.setdefault((each.rule, each.finding.message), []).append(each)
    counts: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    for first, *more in groups.values():
        counts[first.path, first.rule] += 1
        if counts[first.path, first.rule] <= _MOST:
            places = f" (and {count(len(more), 'more place')})" if more else ""
            lines += _in_one_line(first, places, style)
    return [*lines, *_wrapped(_too_many(counts), style)]


def _in_one_line(each: Diagnostic, places: str, style: Style) -> Iterator[str]:
    """`path:line:column: severity[rule] message`, wrapped"""
    line = f"{place(each.finding.span)}: {head(each)} {escape(each.finding.message)}{places}"
    lines = wrapped(line, style, "", _INDENT)
    return painted(lines, head(each), COLORS[each.severity], style)


def _of_file(path: str, diagnostics: Iterable[Diagnostic], style: Style) -> Iterator[Iterable[str]]:
    """The findings of a file; of a rule with very many, only the first ones."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in diagnostics:
        counts[path, each.rule] += 1
        if counts[path, each.rule] <= _MOST:
            yield _diagnostic(each, style)
    yield from ([line] for line in _wrapped(_too_many(counts), style))


def _wrapped(remarks: Iterable[str], style: Style) -> Iterator[str]:
    for each in remarks:
        text = each.lstrip(" ")
        yield from wrapped(text, style, each.removesuffix(text), _INDENT)


def _too_many(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """How many findings are not shown, of each file and rule that has very many."""
    for (path, rule), number in counts.items():
        if number > _MOST:
            more = f"{number - _MOST:,} more findings of {rule} in {escape(path)}"
            yield f"… {more}; use --format concise or --format json to list them all"


def _further(report: Report, style: Style) -> Iterator[str]:
    """Where to read more about the rules of the findings."""
    rules = {each.rule for each in report.diagnostics}
    if rules:
        name = "RULE" if len(rules) > 1 else next(iter(rules))
        details = ", and infos in full with --verbose"
        short = report.count(Severity.INFO) and not style.verbose
        yield f"Read more with `interlock-lint explain {name}`{details if short else ''}."


def _baseline(report: Report, style: Style) -> Iterator[str]:
    """What differs from the baseline, apart from new findings."""
    if report.mixed:
        are = "is" if report.mixed == 1 else "are"
        yield (
            f"{count(report.mixed, 'finding')} {are} in the baseline, but there are more of the "
            "same kind now, so all of them are shown"
        )
    if number := sum(each.number for each in report.outdated):
        occur, them = ("occurs", "it") if number == 1 else ("occur", "them")
        listed = "" if style.verbose else f", list {them} with --verbose"
        yield (
            f"{count(number, 'finding')} in the baseline no longer {occur}; "
            f"remove {them} with --prune-baseline{listed}"
        )
    for (path, rule, services, _, at), number, _ in report.outdated if style.verbose else ():
        places = services or ((at,) if at else ())
        where = f", {some([f'`{each}`' for each in places])}" if places else ""
        times = f" ({number:,} times)" if number > 1 else ""
        yield f"  {escape(bounded(f'{path}: {rule}{where}{times}'))}"


def _unknown(report: Report) -> Iterator[str]:
    """How much could not be judged because it is not known, and what would help."""
    variables = report.unknown - report.templated
    if report.templated:
        yield _not_judged(report.templated, "expressions of templates")
    if variables:
        remedy = "use --env, --env-file, or `env-file:` under `stacks:`"
        yield f"{_not_judged(variables, 'variables')}; {remedy}"


def _not_judged(number: int, what: str) -> str:
    depend, were = ("depends", "was") if number == 1 else ("depend", "were")
    return f"{count(number, 'value')} {depend} on {what} and {were} not judged"


def _diagnostic(diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    finding = diagnostic.finding
    yield from _headline(diagnostic, style)
    found = markers(finding)
    gutter = max(len(marker.number) for marker in found)
    arrow = "-->"
    for source, group in by_source(found):
        first = next((marker for marker in group if marker.primary), group[0])
        yield paint(" " * gutter + arrow, _DIM, style) + " " + place(first.span)
        yield _bar(gutter, style)
        yield from _excerpt(source, group, gutter, style, COLORS[diagnostic.severity])
        arrow = ":::"
    yield _bar(gutter, style)
    yield from _remarks(diagnostic, finding, gutter, style)


def _headline(diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    """`severity[rule]: message`, wrapped"""
    name = head(diagnostic)
    first, *others = wrapped(f"{name}: {escape(diagnostic.finding.message)}", style, "", _INDENT)
    painted_name = paint(name, COLORS[diagnostic.severity], style)
    yield painted_name + paint(first.removeprefix(name), _BOLD, style)
    yield from (paint(line, _BOLD, style) for line in others)


def _excerpt(
    source: Source, group: list[Marker], gutter: int, style: Style, color: str
) -> Iterator[str]:
    from linter.editing.public import public  # only needed for findings, and most files have none
    from linter.report.excerpt import excerpt

    previous = None
    for number, on_line in by_line(group):
        if previous is not None and number > previous + 1:
            yield "..."
        previous = number
        view = excerpt(public(source), spans(on_line), max(style.width - gutter - 4, _NARROWEST))
        yield paint(f"{on_line[0].number:>{gutter}} | ", _DIM, style) + view.shown
        for marker in on_line:
            line_end = source.line_end(marker.span.start)
            start, end = view.columns(marker.span.start, min(marker.span.end, line_end))
            sign = ("^" if marker.primary else "-") * max(end - start, 1)
            text = f"{sign} {marker.message}".rstrip()
            painted = paint(escape(text), color if marker.primary else _DIM, style)
            yield f"{_bar(gutter, style)} {' ' * start}{painted}"


def _remarks(diagnostic: Diagnostic, finding: Finding, gutter: int, style: Style) -> Iterator[str]:
    for word, text in (("note", effect(diagnostic)), ("help", finding.help)):
        if text:
            yield from _remark(word, text, gutter, style)
    if finding.fix:
        yield from _fix(finding.fix, gutter, style)


def _remark(word: str, text: str, gutter: int, style: Style) -> Iterator[str]:
    lead = f"{' ' * gutter} = "
    start = f"{word}: "
    first, *others = wrapped(start + escape(text), style, lead, " " * len(lead + start))
    shown = first.removeprefix(lead + start)
    yield f"{paint(lead, _DIM, style)}{paint(f'{word}:', _BOLD, style)} {shown}"
    yield from others


def _fix(fix: Fix, gutter: int, style: Style) -> Iterator[str]:
    grade = "safe" if fix.safe else "changes routing"
    yield from _remark("fix", f"{fix.title} ({grade})", gutter, style)
    from linter.editing.public import public
    from linter.report.excerpt import changed

    room = max(style.width - gutter - 5, _NARROWEST)
    for source in dict.fromkeys(edit.span.source for edit in fix.edits):
        edits = [edit for edit in fix.edits if edit.span.source is source]
        for line in changed(public(source), edits, room):
            color = _RED if line.sign == "-" else _GREEN
            yield " " * (gutter + 3) + paint(f"{line.sign} {line.shown}", color, style)


def _bar(gutter: int, style: Style) -> str:
    return paint(f"{' ' * gutter} |", _DIM, style)
