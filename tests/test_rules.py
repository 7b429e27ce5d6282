"""Every rule alone: its manual is true, its fixture is marked exactly. No rule is named here."""

import re

import pytest
from support import ROOT, TODAY, Options, judge

from linter import registry
from linter.config import Config
from linter.diagnostic import Severity
from linter.edits import apply
from linter.rule import Evidence, Rule
from linter.suppress import Ignore

RULES = list(registry.load().values())
FIXTURES = ROOT / "tests" / "rules"
HEADINGS = ["Why is this bad?", "Example", "Use instead", "When it is fine", "Fix safety", "Source"]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def run(rule: Rule, text: str):
    """What one rule says; rules about ignore comments need the others to run beside them."""
    assert TODAY
    alone = None if rule.on is Ignore else rule.name
    levels = {rule.name: Severity.WARNING} if rule.severity is Severity.OFF else {}
    report = judge(text, only=alone, config=Config(levels=levels))
    problems = [each for each in report.unjudged if "crashed" in each.reason]

    assert [] == problems
    return [each for each in report.diagnostics if each.rule == rule.name]


def section(rule: Rule, heading: str) -> str:
    """The first code block under a heading of the manual."""
    pattern = rf"^## {re.escape(heading)}\n.*?^```yaml\n(.*?)^```$"
    match = re.search(pattern, rule.manual, re.DOTALL | re.MULTILINE)

    assert match, f"the manual of {rule.name} has no code under {heading!r}"
    return match[1]


def fixed(text: str, findings) -> str:
    """The text with the fixes of all findings."""
    edits = [edit for each in findings if each.finding.fix for edit in each.finding.fix.edits]
    return apply(text, dict.fromkeys(edits))


@every_rule
def test_example_is_found(rule):
    assert run(rule, section(rule, "Example"))


@every_rule
def test_use_instead_is_clean(rule):
    """What the manual recommends pleases the rule itself, and no other rule calls it an error."""
    text = section(rule, "Use instead")

    assert [] == run(rule, text)
    assert [] == [str(each) for each in judge(text).diagnostics if each.severity == "error"]


@every_rule
def test_fix_turns_example_into_use_instead(rule):
    text = section(rule, "Example")
    findings = run(rule, text)
    if any(each.finding.fix for each in findings):
        assert section(rule, "Use instead") == fixed(text, findings)


@every_rule
def test_fixture_is_found_as_marked(rule):
    """
    `# rule-name: text` at the end of a line marks the very text that a finding there points at.

    `# ^ rule-name: text` is about the line above it, where the line itself ends in a comment. Of a
    text over several lines the first counts, without its mark. No blank stands before a text that
    is a comment of ours, or else the mark would hold such a comment too.
    """
    text = (FIXTURES / f"{rule.name.replace('-', '_')}.yml").read_text(encoding="utf-8")
    mark = re.compile(rf"#(?P<above> \^)? {rule.name}: ?(?P<text>.*?)\s*$")
    expected = []
    last = 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := mark.search(line):
            expected.append((last if match["above"] else number, match["text"]))
        if not (match and match["above"]):
            last = number
    findings = [
        (
            each.finding.span.position.line,
            mark.sub("", each.finding.span.text.partition("\n")[0]).rstrip(),
        )
        for each in run(rule, text)
    ]

    assert sorted(expected) == sorted(findings)
    assert expected, "a fixture without a mark proves nothing"


@every_rule
def test_fixing_twice_changes_nothing_more(rule):
    text = (FIXTURES / f"{rule.name.replace('-', '_')}.yml").read_text(encoding="utf-8")
    once = fixed(text, run(rule, text))

    assert once == fixed(once, [each for each in run(rule, once) if each.finding.fix])


@every_rule
def test_findings_are_complete(rule):
    """Every finding says what is wrong, what happens because of it, and what to do."""
    for each in run(rule, section(rule, "Example")):
        finding = each.finding

        assert finding.message
        assert finding.effect
        assert finding.help
        for sentence in (finding.message, finding.effect, finding.help):
            assert not sentence.endswith(".")
            assert "please" not in sentence.lower()


@every_rule
def test_manual_has_the_fixed_headings_in_order(rule):
    headings = re.findall(r"^## (.*)$", rule.manual, re.MULTILINE)

    assert [heading for heading in HEADINGS if heading in headings] == headings
    assert {"Why is this bad?", "Example", "Use instead", "Source"} <= set(headings)
    assert rule.summary.endswith(".")
    assert len(rule.summary) <= 80


def test_every_fixture_has_a_rule():
    assert sorted(path.stem for path in FIXTURES.iterdir()) == sorted(
        rule.name.replace("-", "_") for rule in RULES
    )


def test_every_rule_says_its_evidence():
    assert all(isinstance(rule.evidence, Evidence) for rule in RULES)


def test_options_are_read_from_the_first_line():
    options = Options.of("# interlock-lint check --stack-name shop --target mke-3.8\nservices: {}")

    assert "shop" == options.stack_name
    assert "mke-3.8" == str(options.target)
