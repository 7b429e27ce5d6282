"""The HTML format of findings: a page to open in a browser, with filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from linter.checking import registry
from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report import Style
from linter.report.check import summary
from linter.report.entries import NOT_JUDGED, entries
from linter.report.html.finding import Shown, shown
from linter.report.html.page import page
from linter.report.html.unjudged import not_known
from linter.report.lines import count

_NO_SERVICE = "no service"
_SEVERITIES = ("not judged", "error", "warning", "info")


class Choice(NamedTuple):
    """A value to filter by: how many findings have it, and which of them is the first one."""

    number: int
    name: str
    total: int
    first: int
    severity: str
    about: str = ""


class Item(NamedTuple):
    """A finding, its number on the page, and those of the values to filter by."""

    number: int
    finding: Shown
    severity: int
    rule: int
    services: Sequence[int]
    file: int


class File(NamedTuple):
    """The findings of a file."""

    number: int
    path: str
    counts: str
    findings: Sequence[Item]


class Page(NamedTuple):
    """The data of the page: an answer, what to filter by, and the findings of each file."""

    title: str
    tone: str
    answer: str
    summary: str
    total: int
    severities: Sequence[Choice]
    rules: Sequence[Choice]
    services: Sequence[Choice]
    paths: Sequence[Choice]
    files: Sequence[File]


def write(report: Report, style: Style) -> str:
    """The page."""
    return page("check.html", _page(report, style), style)


def _page(report: Report, style: Style) -> Page:
    found = [shown(each, style) for each in entries(report, style)]
    found.sort(key=lambda each: each.path)  # what was not judged comes before the rest of its file
    severities = _Choices(found, lambda each: [each.severity])
    rules = _Choices(found, lambda each: [each.rule])
    services = _Choices(found, lambda each: each.services or [_NO_SERVICE])
    paths = _Choices(found, lambda each: [each.path])
    items = [
        Item(
            number,
            each,
            severities.number(each.severity),
            rules.number(each.rule),
            [services.number(name) for name in each.services or [_NO_SERVICE]],
            paths.number(each.path),
        )
        for number, each in enumerate(found, 1)
    ]
    by_file: dict[int, list[Item]] = {}
    for item in items:
        by_file.setdefault(item.file, []).append(item)
    about = {name: rule.summary for name, rule in registry.load().items()}
    about[NOT_JUDGED] = "what could not be read or understood"
    tone, answer = _answer(report)
    return Page(
        title=f"{answer} - interlock-lint check",
        tone=tone,
        answer=answer,
        summary=summary(report),
        total=len(items),
        severities=severities.all,
        rules=[each._replace(about=about.get(each.name, "")) for each in rules.all],
        services=services.all,
        paths=paths.all,
        files=[
            File(number, group[0].finding.path, _counts(group), group)
            for number, group in by_file.items()
        ],
    )


class _Choices:
    """The values of findings to filter by, the most severe and then the most frequent first."""

    def __init__(self, found: Iterable[Shown], values: Callable[[Shown], Sequence[str]]) -> None:
        known: dict[str, Choice] = {}
        for number, each in enumerate(found, 1):
            for name in values(each):
                before = known.get(name)
                rank = _SEVERITIES.index
                if before is None or rank(each.severity) < rank(before.severity):
                    total = before.total if before else 0
                    before = Choice(0, name, total, number, each.severity)
                known[name] = before._replace(total=before.total + 1)
        ranked = sorted(known.values(), key=_weight)
        self.all = [each._replace(number=number) for number, each in enumerate(ranked, 1)]
        self._numbers = {each.name: each.number for each in self.all}

    def number(self, name: str) -> int:
        return self._numbers[name]


def _weight(choice: Choice) -> tuple[int, int, str]:
    return _SEVERITIES.index(choice.severity), -choice.total, choice.name


def _counts(items: Sequence[Item]) -> str:
    """How many findings of each severity there are."""
    return ", ".join(
        _count(sum(item.finding.severity == each for item in items), each)
        for each in _SEVERITIES
        if any(item.finding.severity == each for item in items)
    )


def _count(number: int, severity: str) -> str:
    """`1 error`, `2 errors`, `3 info`, `1 not judged`."""
    plain = severity in (Severity.ERROR, Severity.WARNING)
    return count(number, severity) if plain else f"{number:,} {severity}"


def _answer(report: Report) -> tuple[str, str]:
    """Whether it is safe to deploy, as a tone and in words."""
    failing = sum(each.fails for each in report.diagnostics)
    if failing:
        verb = "fails" if failing == 1 else "fail"
        return "bad", f"No: {count(failing, 'finding')} {verb} the check"
    if report.unjudged:
        return "unknown", not_known(report.unjudged)
    return "good", "Yes, as far as the rules can tell"
