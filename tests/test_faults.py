"""A bug in this program is reported for the file it happens on; all others are judged."""

import errno
import json
import os
from datetime import date

import pytest
from placing import load
from support import BAD, CONFIG, GOOD, STICKY, new_checker

from linter.checking import registry
from linter.checking.checker import Checker
from linter.checking.rule import Rule
from linter.checking.ruleset import Selection
from linter.commands.reports import Wanted, texts
from linter.editing import proof
from linter.editing.edits import apply
from linter.editing.fixing import apply_fixes
from linter.editing.loaded import Loaded
from linter.editing.place import place
from linter.editing.revise import Tools, revise
from linter.files import sifting
from linter.files.loader import Loader
from linter.files.request import Request
from linter.model.change import Change
from linter.model.diagnostic import Finding, Severity
from linter.model.fault import BUG
from linter.model.stack import Service, Stack
from linter.reading.stack_reader import ReadOptions, read
from linter.report import Style, check
from linter.routing.routes import Fleet, Route
from linter.syntax.source import Source, Span

SECRET = "hunter2"
BROKEN = "broken.yml"
ERRORS = [ValueError(SECRET), KeyError(SECRET), RecursionError(), MemoryError(), OSError(5, SECRET)]


def rule(on, check):
    return Rule("odd", Severity.ERROR, on, "documented", "label", check)


def judged(*rules):
    """The report on a broken file and two others, with these rules in addition to all others."""
    checker = Checker([*registry.load().values(), *rules], Selection(), date(2026, 6, 15))
    for path, text in {"a.yml": BAD, BROKEN: GOOD, "c.yml": BAD}.items():
        source = Source(path, text.replace("app.example.com", f"{path}.example.com"))
        checker.judge(read([source], ReadOptions()), CONFIG)
    return checker.finish()


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


def test_what_the_system_refuses_is_no_bug():
    error = OSError(errno.EMFILE, os.strerror(errno.EMFILE), "labels.schema.json")
    (fault,) = judged(rule(Stack, crashing(error))).unjudged

    assert ("rule odd crashed: too many open files", "") == (fault.reason, fault.help)


class _NoSpan(Span):
    """A span that cannot be used for anything but to find out where it is."""

    __slots__ = ()

    @property
    def sort_key(self):
        raise ValueError(SECRET)


def odd_finding(span):
    return Finding(_NoSpan(span.source, span.start, span.end), "odd")


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

    def reader(job):
        if job.sources[0].path == BROKEN:
            raise error
        return job.read()

    loader = Loader(Request(("a.yml", BROKEN, "c.yml")), registry.names(), bytes, reader)

    assert ["a.yml", "c.yml"] == [stack.path for _, stack in loader.stacks()]
    (fault,) = loader.unjudged
    assert fault.path == BROKEN
    assert fault.reason.startswith(f"interlock-lint failed on this file: {type(error).__name__} in")
    assert SECRET not in fault.reason


def test_a_file_whose_bytes_cannot_be_had(workspace, run, monkeypatch):
    """Whatever goes wrong before there is anything to judge."""
    workspace({"a.yml": BAD, BROKEN: GOOD, "c.yml": BAD})

    def read_part(path, *arguments, **options):
        if path == BROKEN:
            raise MemoryError
        return sift(path, *arguments, **options)

    sift = sifting.sift
    monkeypatch.setattr(sifting, "sift", read_part)
    status, out, _ = run("check", "--format", "json", ".")
    report = json.loads(out)

    assert 3 == status
    assert {"a.yml", "c.yml"} == {each["path"] for each in report["diagnostics"]}
    assert [BROKEN] == [each["path"] for each in report["unjudged"]]


def test_the_traceback_is_shown_if_wanted(monkeypatch):
    monkeypatch.setenv("INTERLOCK_LINT_TRACEBACK", "1")

    with pytest.raises(ValueError, match=SECRET):
        judged(rule(Stack, crashing(ValueError(SECRET))))


# -- Reports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", check.NAMES)
def test_a_finding_that_cannot_be_shown(name):
    report = judged()
    first = report.diagnostics[0]
    odd = Finding(Span(Source(BROKEN, GOOD), 0, 8), object())
    report.diagnostics.insert(1, first._replace(finding=odd))
    wanted = Wanted(name, check.reporter(name), Style(verbose=True))
    (text,), faults = texts([wanted], report.only, report.diagnostics, lambda each: each.path)

    assert [BROKEN] == [each.path for each in faults]
    assert "a.yml" in text
    assert "c.yml" in text
    if name == "json":
        assert [BROKEN] == [each["path"] for each in json.loads(text)["unjudged"]]


def test_a_report_that_cannot_be_shown_at_all():
    """Whatever is left out."""

    def result(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        texts([], result, [], str)


# -- Changes -------------------------------------------------------------------------------------


def named(path, text):
    """A loaded stack under a path."""
    (source,) = load(text).job.sources
    loaded = load(text)
    job = loaded.job._replace(sources=(Source(path, source.text),))
    return Loaded(job, job.read())


def loaded(text):
    return [named(path, text) for path in ("a.yml", BROKEN, "c.yml")]


def failing(function, error):
    """A function that fails on the broken stack, given as its first argument."""

    def call(stack, *arguments, **options):
        if stack.path == BROKEN:
            raise error
        return function(stack, *arguments, **options)

    return call


CHANGES = [Change("web", "com.docker.lb.port", "81")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_stack_that_cannot_be_changed(error):
    tools = Tools(place=failing(place, error))
    revision = revise(loaded(GOOD), [CHANGES] * 3, tools=tools)

    assert ["a.yml", "c.yml"] == [each.source.path for each in revision.rewrites]
    assert [0, 1, 0] == [len(each.refused) for each in revision.stacks]
    (fault,) = revision.faults
    assert (BROKEN, BUG) == (fault.path, fault.help)
    assert SECRET not in fault.reason + revision.stacks[1].refused[0].reason


def test_an_edit_that_cannot_be_applied():
    def apply_(text, edits):
        if any("broken" in edit.span.source.path for edit in edits):
            raise ValueError(SECRET)
        return apply(text, edits)

    revision = revise(loaded(GOOD), [CHANGES] * 3, tools=Tools(apply=apply_))

    assert ["a.yml", "c.yml"] == [each.source.path for each in revision.rewrites]
    assert [BROKEN] == [each.path for each in revision.faults]


def judge(stacks):
    checker = new_checker()
    for each in stacks:
        checker.judge(each.stack, each.job.settings)
    return checker.finish()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_fix_that_cannot_be_proved(error):
    stacks = loaded(STICKY)
    fixed = apply_fixes(
        stacks, judge, judge(stacks), unsafe=True, prove=failing(proof.prove_fixes, error)
    )

    assert ["a.yml", "c.yml"] == [each.source.path for each in fixed.rewrites]
    assert [BROKEN] == [each.path for each in fixed.faults]
    assert 1 == len(fixed.not_done)
    assert SECRET not in fixed.faults[0].reason + fixed.not_done[0].reason


@pytest.mark.parametrize("error", [ValueError(SECRET), proof.Unproved("it is odd")])
def test_of_many_fixes_only_those_that_fail_are_left_out(error):
    """And they are found without trying each of them."""
    many = "".join(GOOD.partition("services:\n")[2].replace("web", f"s{n}") for n in range(100))
    stack = named("many.yml", "services:\n" + many.replace("8080", "true"))
    tried = []

    def prove(old, new, services, edits):
        tried.append(len(services))
        if "s42" in services:
            raise error
        proof.prove_fixes(old, new, services, edits)

    fixed = apply_fixes([stack], judge, judge([stack]), unsafe=False, prove=prove)

    assert ["s42"] == [each.service for each in fixed.not_done]
    assert 99 == len(fixed.fixed)
    assert len(tried) < 20


def test_of_fixes_that_all_fail_only_some_are_tried():
    many = "".join(GOOD.partition("services:\n")[2].replace("web", f"s{n}") for n in range(100))
    stack = named("many.yml", "services:\n" + many.replace("8080", "true"))
    tried = []

    def prove(*_):
        tried.append(1)
        raise proof.Unproved("it is odd")

    fixed = apply_fixes([stack], judge, judge([stack]), unsafe=False, prove=prove)

    assert 100 == len(fixed.not_done)
    assert () == fixed.fixed == fixed.rewrites
    assert len(tried) < 60


# -- Commands ------------------------------------------------------------------------------------

FILES = {"a.stack.yml": GOOD, "broken.stack.yml": GOOD, "c.stack.yml": STICKY}


@pytest.mark.parametrize(
    "words",
    [
        "check -f json",
        "fix -f json --unsafe",
        "routes -f json",
        "plan -f json c.stack.yml .",
        "labels list -f json .",
        "migrate -f json --to vip",
    ],
)
def test_a_fault_is_status_3_and_everything_else_is_there(workspace, run, monkeypatch, words):
    """Wherever the fault is; here, in the model that all of them read."""
    workspace(FILES)
    real = Service.__init__

    def broken(self, name, **options):
        if "broken" in name.source.path:
            raise ValueError(SECRET)
        real(self, name, **options)

    monkeypatch.setattr(Service, "__init__", broken)
    status, out, err = run(*words.split())
    data = json.loads(out)

    assert 3 == status
    assert ["broken.stack.yml"] == [each["path"] for each in data["unjudged"]]
    assert err.startswith("broken.stack.yml: not judged: interlock-lint failed on this file: ")
    assert "c.stack.yml" in out
    assert SECRET not in out + err


@pytest.mark.parametrize("words", ["check", "fix --unsafe", "migrate --to vip"])
def test_a_rule_that_crashes_is_not_passed_over(workspace, run, monkeypatch, words):
    workspace({"stack.yml": GOOD})
    rules = {**registry.load(), "odd": rule(Stack, crashing_everywhere)}
    monkeypatch.setattr(registry, "load", lambda: rules)
    status, _, err = run(*words.split())

    assert 3 == status
    assert "stack.yml: not judged: rule odd crashed: ZeroDivisionError" in err


def crashing_everywhere(_):
    raise ZeroDivisionError
