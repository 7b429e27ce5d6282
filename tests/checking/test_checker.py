"""The findings for a stack do not depend on which stacks were checked before it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CONFIG, ROOT, judge_stacks

from linter.checking import registry
from linter.checking.checker import Checker
from linter.checking.rule import rule
from linter.checking.ruleset import Selection
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.source import Source

LABEL_RULES = {name for name, each in registry.load().items() if each.on is Label}
FIXTURES = {
    (path.name,): (path.read_text(encoding="utf-8"),)
    for path in sorted((ROOT / "tests" / "rules").glob("*.yml"))
}


def reported(stacks):
    """The findings of label rules for stacks that are checked together."""
    return {
        (each.rule, each.path, each.finding.span.sort_key[1:], each.finding.message)
        for each in judge_stacks(stacks).diagnostics
        if each.rule in LABEL_RULES
    }


def reported_alone(stacks):
    return set().union(*(reported({paths: texts}) for paths, texts in stacks.items()))


@pytest.mark.slow
@pytest.mark.parametrize("order", [list, reversed], ids=["forwards", "backwards"])
def test_labels_of_many_stacks(order):
    alone = reported_alone(FIXTURES)

    assert LABEL_RULES <= {name for name, *_ in alone}
    assert alone == reported(dict(order(list(FIXTURES.items()))))


# Forms that look alike, but that Docker reads as different labels, or rejects.
NAMES = ["hosts", "port", "backend_mode", "ip_hash", "service_cluster", "port ", "no_such", "lb"]
VALUES = [
    "8080",
    "010",
    "1.50",
    "true",
    "vip",
    " vip",
    "",
    "$",
    "$$",
    "${V}",
    "${V:-vip}",
    "A.b,a.b",
]
FORMS = [
    "com.docker.lb.{name}: {value}",
    'com.docker.lb.{name}: "{value}"',
    "com.docker.lb.{name}: '{value}'",
    "com.docker.lb.{name}: !!str {value}",
    "com.docker.lb.{name}: !!float {value}",
    "com.docker.lb.{name}: |-\n          {value}",
    "com.docker.lb.{name}: &value {value}",
    "- com.docker.lb.{name}={value}",
    "- com.docker.lb.{name} = {value}",
    '- "com.docker.lb.{name}={value}"',
    "- com.docker.lb.{name}='{value}'",
    "- !!str com.docker.lb.{name}={value}",
]
STACK = "services:\n  web:\n    deploy:\n      labels:\n        "
OPTIONS = ["", "# interlock-lint check --env\n"]


@given(
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.lists(st.tuples(st.sampled_from(OPTIONS), st.sampled_from(FORMS)), min_size=2, unique=True),
)
def test_labels_that_look_alike(name, value, forms):
    stacks = {
        (f"{number}.yml",): (f"{options}{STACK}{form.format(name=name, value=value)}\n",)
        for number, (options, form) in enumerate(forms)
    }

    assert reported_alone(stacks) == reported(stacks)


def test_a_rule_that_crashes_on_a_label_is_reported_for_every_file():
    @rule(
        on=Label,
        severity=Severity.ERROR,
        evidence="documented",
        subject="label",
    )
    def crashing(label: Label) -> list[Finding]:
        raise RuntimeError(label.name)

    checker = Checker([crashing], Selection(), date(2026, 1, 1))
    text = "services: {web: {deploy: {labels: {com.docker.lb.port: '80'}}}}"
    for path in ("a.yml", "b.yml"):
        checker.judge(read([Source(path, text)], ReadOptions()), CONFIG)

    assert ["a.yml", "b.yml"] == [each.path for each in checker.finish().unjudged]
