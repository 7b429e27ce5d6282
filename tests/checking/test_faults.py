"""A bug in this program is reported for the file it happens on; all others are judged."""

from datetime import date

import pytest
from support import BAD, CONFIG, GOOD

from linter.checking import registry
from linter.checking.engine import Engine
from linter.checking.plan import Selection
from linter.checking.rule import Evidence, Rule, Subject
from linter.files.loader import Loader
from linter.files.request import Request
from linter.model.diagnostic import Finding, Severity
from linter.model.fault import BUG
from linter.model.stack import Service, Stack
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.routes import Fleet, Route
from linter.syntax.source import Source, Span

SECRET = "hunter2"
BROKEN = "broken.yml"
ERRORS = [ValueError(SECRET), KeyError(SECRET), RecursionError(), MemoryError(), OSError(5, SECRET)]


def rule(on, check):
    return Rule("odd", Severity.ERROR, on, Evidence.DOCUMENTED, Subject.LABEL, check)


def judged(*rules):
    """The report on a broken file and two others, with these rules in addition to all others."""
    engine = Engine([*registry.load().values(), *rules], Selection(), date(2026, 6, 15))
    for path, text in {"a.yml": BAD, BROKEN: GOOD, "c.yml": BAD}.items():
        source = Source(path, text.replace("app.example.com", f"{path}.example.com"))
        engine.judge(read([source], ReadOptions()), CONFIG)
    return engine.finish()


def is_broken(span):
    return span.source.path == BROKEN


def crashing(error):
    def check(stack):
        if stack.path == BROKEN:
            raise error
        return []

    return check


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_rule_that_crashes(error):
    report = judged(rule(Stack, crashing(error)))
    (fault,) = report.unjudged

    assert (BROKEN, BUG) == (fault.path, fault.help)
    assert fault.reason.startswith(f"rule odd crashed: {type(error).__name__}")
    assert SECRET not in fault.reason
    assert ["a.yml", "c.yml"] == [each.path for each in report.diagnostics]


class _NoSpan(Span):
    """A span that cannot be used for anything but to find out where it is."""

    __slots__ = ()

    @property
    def sort_key(self):
        raise ValueError(SECRET)


def odd_finding(span):
    return Finding(_NoSpan(*span), "odd")


def on_service(service):
    if is_broken(service.name.span):
        yield odd_finding(service.name.span)


def on_route(route):
    for backend in route.backends:
        if is_broken(backend.span):
            yield odd_finding(backend.span)


def on_fleet(fleet):
    for route in fleet.routes:
        yield from on_route(route)


def without_notes(service):
    """A finding whose notes cannot be gone through."""
    if is_broken(service.name.span):
        yield Finding(service.name.span, "odd", notes=5)


@pytest.mark.parametrize(
    "odd",
    [
        rule(Service, on_service),
        rule(Service, without_notes),
        rule(Stack, lambda stack: on_service(stack.services[0])),
        rule(Route, on_route),
        rule(Fleet, on_fleet),
    ],
    ids=["service", "notes", "stack", "route", "fleet"],
)
def test_a_finding_that_cannot_be_used(odd):
    report = judged(odd)

    assert ["a.yml", "c.yml"] == [each.path for each in report.diagnostics]
    assert {BROKEN} == {each.path for each in report.unjudged}
    assert all(SECRET not in each.reason and BUG == each.help for each in report.unjudged)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_file_that_cannot_be_read(workspace, error):
    workspace({"a.yml": GOOD, BROKEN: GOOD, "c.yml": GOOD})

    def reader(sources, options):
        if sources[0].path == BROKEN:
            raise error
        return read(sources, options)

    loader = Loader(Request(("a.yml", BROKEN, "c.yml")), registry.names(), bytes, reader)

    assert ["a.yml", "c.yml"] == [stack.path for _, stack in loader.stacks()]
    (fault,) = loader.unjudged
    assert fault.path == BROKEN
    assert fault.reason.startswith(f"interlock-lint failed on this file: {type(error).__name__} in")
    assert SECRET not in fault.reason


def test_the_traceback_is_shown_if_wanted(monkeypatch):
    monkeypatch.setenv("INTERLOCK_LINT_TRACEBACK", "1")

    with pytest.raises(ValueError, match=SECRET):
        judged(rule(Stack, crashing(ValueError(SECRET))))
