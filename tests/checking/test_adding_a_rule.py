"""The page for rule authors is correct: its example rule finds what its fixture marks."""

import re

from support import ROOT, TODAY

from linter.checking.checker import Checker
from linter.checking.rule import Rule
from linter.checking.ruleset import Selection
from linter.files.settings import Settings
from linter.model.stack import Service
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.source import Source

PAGE = (ROOT / "docs" / "adding-a-rule.md").read_text(encoding="utf-8")


def block(language, after):
    return re.search(
        rf"^```{language}\n(.*?)^```", PAGE[PAGE.index(after) :], re.DOTALL | re.MULTILINE
    )[1]


def shown_rule():
    names = {}
    exec(block("python", "## 1."), names)
    [rule] = [value for value in names.values() if isinstance(value, Rule)]
    return rule


def test_the_rule_on_the_page_finds_what_the_fixture_marks():
    rule, text = shown_rule(), block("yaml", "## 2.")
    checker = Checker([rule], Selection(), TODAY)
    checker.judge(read([Source("stack.yml", text)], ReadOptions()), Settings())
    report = checker.finish()
    marked = re.findall(rf"# {rule.name}: (.*)$", text, re.MULTILINE)

    assert [] == report.unjudged
    assert marked
    assert marked == [re.sub(r"  # .*", "", each.finding.span.text) for each in report.diagnostics]


def test_the_page_names_only_attributes_of_a_service():
    asked = set(re.findall(r"`service\.(\w+)", PAGE))

    assert asked
    assert [] == [name for name in asked if not hasattr(Service, name) and name not in STORED]


STORED = {
    *("routing", "foreign", "attachments", "ports", "deployment", "context"),
    *("container_labels", "is_mended"),
}
"""Attributes that are set in the constructor, so that the class does not have them."""
