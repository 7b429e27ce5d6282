"""Each rule alone: its manual is correct, and it finds exactly what its fixture marks."""

import re
from unittest import mock

import pytest
from support import ROOT, Options, golden, judge, judge_stacks, section

from linter.checking import registry
from linter.checking.rule import SUBJECTS, Rule
from linter.checking.suppress import Ignore
from linter.editing.edits import apply
from linter.files import variables
from linter.files.settings import Settings
from linter.model.diagnostic import Severity
from linter.model.proxy import parse

RULES = list(registry.load().values())
FIXTURES = ROOT / "tests" / "rules"
HEADINGS = ["Why is this bad?", "Example", "Use instead", "When it is fine", "Fix safety", "Source"]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def run(rule: Rule, *texts: str, proxy: str | None = None):
    """The findings of one rule; rules about ignore comments run together with all others."""
    alone = () if rule.on is Ignore else rule.name
    levels = {rule.name: Severity.WARNING} if rule.severity is Severity.OFF else {}
    stacks = {(f"{number}.yml",): (text,) for number, text in enumerate(texts)}
    parsed = parse(proxy, "config.toml") if proxy else None
    report = judge_stacks(
        stacks, only=alone, config=Settings(levels=levels), proxy=parsed, dotenv=dotenv(rule)
    )
    problems = [each for each in report.unjudged if "crashed" in each.reason]

    assert [] == problems
    return [each for each in report.diagnostics if each.rule == rule.name]


def dotenv(rule: Rule) -> frozenset[str]:
    """The variables of the `.env` file in the manual and next to the fixture of a rule."""
    texts = re.findall(r"^```env\n(.*?)^```$", rule.manual, re.DOTALL | re.MULTILINE)
    path = FIXTURES / f"{rule.name.replace('-', '_')}.env"
    texts += [path.read_text(encoding="utf-8")] if path.exists() else []
    return frozenset(name for text in texts for name in variables.names(text))


def fixture(rule: Rule) -> tuple[list[str], str | None]:
    """The stacks in the fixture of a rule, and the proxy configuration they run on."""
    stem = rule.name.replace("-", "_")
    if not (FIXTURES / f"{stem}.yml").exists():
        pytest.fail(f"{rule.name} has no fixture: write tests/rules/{stem}.yml", pytrace=False)
    stacks = [FIXTURES / f"{stem}.yml", *sorted(FIXTURES.glob(f"{stem}.*.yml"))]
    proxy = FIXTURES / f"{stem}.toml"
    return (
        [path.read_text(encoding="utf-8") for path in stacks],
        proxy.read_text(encoding="utf-8") if proxy.exists() else None,
    )


def fixed(stacks: list[str], findings) -> list[str]:
    """The texts with all fixes applied."""
    edits = [edit for each in findings if each.finding.fix for edit in each.finding.fix.edits]
    return [
        apply(text, dict.fromkeys(e for e in edits if e.span.source.path == f"{number}.yml"))
        for number, text in enumerate(stacks)
    ]


def reported(findings):
    """What findings say, and where, for comparison."""
    return [
        (each.path, each.finding.span.sort_key, each.services, each.finding.message)
        for each in findings
    ]


@every_rule
def test_example_is_found(rule):
    stacks, proxy = section(rule, "Example")

    assert run(rule, *stacks, proxy=proxy)


@every_rule
def test_use_instead_is_clean(rule):
    """The rule accepts what its manual recommends, and no other rule reports an error in it."""
    stacks, proxy = section(rule, "Use instead")

    assert [] == run(rule, *stacks, proxy=proxy)
    for text in stacks:
        assert [] == [str(each) for each in judge(text).diagnostics if each.severity == "error"]


@every_rule
def test_fix_turns_example_into_use_instead(rule):
    stacks, proxy = section(rule, "Example")
    findings = run(rule, *stacks, proxy=proxy)
    if any(each.finding.fix for each in findings):
        assert section(rule, "Use instead")[0] == fixed(stacks, findings)


@every_rule
def test_fixture_is_found_as_marked(rule):
    """
    `# rule-name: text` at the end of a line marks the exact text that a finding points at.

    `# ^ rule-name: text` marks the line above it, for lines that end in a comment. If the text has
    several lines, only the first counts, without its mark. If the text is itself an ignore comment,
    no space precedes it; otherwise, the mark would be an ignore comment too.
    """
    stacks, proxy = fixture(rule)
    mark = re.compile(rf"#(?P<above> \^)? {rule.name}: ?(?P<text>.*?)\s*$")
    expected = []
    texts = {f"{index}.yml": text for index, text in enumerate(stacks)}
    for name, text in (texts | {"config.toml": proxy or ""}).items():
        last = 0
        for number, line in enumerate(text.splitlines(), 1):
            if match := mark.search(line):
                place = last if match["above"] else number
                expected.append((name, place, match["text"]))
            if not (match and match["above"]):
                last = number
    findings = [
        (
            each.path,
            each.finding.span.position.line,
            mark.sub("", each.finding.span.text.partition("\n")[0]).rstrip(),
        )
        for each in run(rule, *stacks, proxy=proxy)
    ]

    assert sorted(expected) == sorted(findings)
    assert expected, "a fixture needs at least one mark"


@pytest.mark.golden
@every_rule
def test_fixture_is_reported_in_these_words(rule):
    """
    The file next to the fixture contains every word of its findings, so that they can be reviewed.

    `make golden` writes these files; look at the diff.
    """
    stacks, proxy = fixture(rule)
    said = "\n".join(map(prose, run(rule, *stacks, proxy=proxy)))
    path = FIXTURES / f"{rule.name.replace('-', '_')}.txt"

    assert golden(path, said) == said, "run `make golden` if that is what it should say"


def prose(diagnostic):
    """A finding with all its texts and places, one per line."""
    finding = diagnostic.finding

    def place(span):
        line, column = span.position
        return f"{span.source.path}:{line}:{column}"

    lines = [
        f"{place(finding.span)}: {diagnostic.severity} of {', '.join(diagnostic.services)}",
        f"  label: {diagnostic.label}",
        f"  message: {finding.message}",
        f"  effect: {finding.effect}",
        f"  help: {finding.help}",
        *(f"  note: {place(note.span)}: {note.message}" for note in finding.notes),
    ]
    if finding.fix:
        lines.append(f"  fix: {finding.fix.title}")
        lines += (
            f"    {place(edit.span)}: {edit.span.text!r} -> {edit.text!r}"
            for edit in finding.fix.edits
        )
    return "\n".join(lines) + "\n"


@every_rule
def test_facts_from_the_template_are_marked_as_such(rule):
    """They may not hold for users with their own proxy template."""
    assert rule.template == ("Create a custom template" in rule.manual)


@every_rule
def test_fixing_again_changes_nothing(rule):
    stacks, proxy = fixture(rule)
    once = fixed(stacks, run(rule, *stacks, proxy=proxy))
    left = [each for each in run(rule, *once, proxy=proxy) if each.finding.fix]

    assert once == fixed(once, left)


@every_rule
def test_a_rule_declares_which_fixes_it_offers(rule):
    """The fixes for its example and its fixture are as safe as it declares."""
    stacks, proxy = fixture(rule)
    found = run(rule, *stacks, proxy=proxy)
    example, proxy = section(rule, "Example")
    found += run(rule, *example, proxy=proxy)
    fixes = {"safe" if each.finding.fix.safe else "unsafe" for each in found if each.finding.fix}

    assert fixes == {rule.fix} - {None}


@every_rule
def test_a_rule_finds_nothing_without_the_labels_it_declares(rule):
    """The checker skips it then, so it must find the same if it is not skipped."""
    stacks, proxy = fixture(rule)
    unlimited = rule._replace(labels=())
    with mock.patch.dict(registry.load(), {rule.name: unlimited}):
        found = run(unlimited, *stacks, proxy=proxy)

    assert reported(run(rule, *stacks, proxy=proxy)) == reported(found)


@every_rule
def test_findings_are_complete(rule):
    """Every finding says what is wrong, what happens because of it, and what to do."""
    stacks, proxy = fixture(rule)
    for each in run(rule, *stacks, proxy=proxy):
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
    stems = {path.name.partition(".")[0] for path in FIXTURES.iterdir()}

    assert stems == {rule.name.replace("-", "_") for rule in RULES}


@every_rule
def test_a_rule_declares_its_evidence_and_its_subject(rule):
    assert rule.evidence in ("documented", "inferred", "plausible")
    assert rule.subject in SUBJECTS


def test_options_are_read_from_the_first_line():
    options = Options.of("# interlock-lint check --stack-name shop --target mke-3.8\nservices: {}")

    assert "shop" == options.stack_name
    assert "mke-3.8" == str(options.target)
