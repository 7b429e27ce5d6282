"""Ignore comments: where they may be, which rules they name, and when they expire."""

import json

import pytest
from support import found, judge

from linter.editing.edits import apply
from linter.files.settings import Settings
from linter.model.diagnostic import Severity

HEAD = "services:\n  web:\n    image: example/web\n    deploy:\n      labels:\n"
BAD = "com.docker.lb.port: http"
MARK = "# interlock-lint:"
IGNORE = f"{MARK} ignore[invalid-value]"
RULES = {"invalid-value", "unquoted-boolean", "sticky-session-in-vip-mode"}
COMMENT_RULES = {"unused-ignore", "unknown-ignore", "expired-ignore"}


def labels(*lines, end="\n"):
    """A stack file with these lines under `labels:`."""
    return HEAD + "\n".join(f"        {line}" for line in lines) + end


def left(text, **settings):
    """The findings of three rules and of the rules about comments: rule and text of the span."""
    report = judge(text, **settings)
    return [(rule, text) for rule, text in found(report) if rule in RULES | COMMENT_RULES]


def rules(text):
    return [rule for rule, _ in left(text)]


# -- Where a comment is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        labels(f"{BAD}  {IGNORE}"),
        labels(f"{BAD} {IGNORE}"),
        labels(f"{BAD}\t{IGNORE}"),
        labels(f"{BAD}  {IGNORE} the proxy maps it"),
        labels(f"{BAD}  # noqa  {IGNORE}"),
        labels(f"{BAD}  #interlock-lint:ignore[invalid-value]"),
        labels(f"{BAD}  # interlock-lint: ignore [ invalid-value , ]"),
        labels(f"- com.docker.lb.port=http  {IGNORE}"),
        labels(f"'com.docker.lb.port': \"http\"  {IGNORE}"),
        labels(f"com.docker.lb.port: >-  {IGNORE}", "  http"),
    ],
)
def test_on_the_line(text):
    assert [] == rules(text)


@pytest.mark.parametrize(
    "above",
    [
        [IGNORE],
        [IGNORE, "# more words", "#", "# and more"],
        [IGNORE, "", "   "],
        ["# words before", IGNORE],
        [f"{MARK} ignore[unquoted-boolean]", "com.example.flag: true", IGNORE],
    ],
    ids=["above", "above comments", "above empty lines", "below a comment", "below a label"],
)
def test_on_the_line_above(above):
    assert [] == rules(labels(*above, BAD))


@pytest.mark.parametrize(
    "lines",
    [
        [IGNORE, "com.docker.lb.hosts: a.example.com", BAD],
        [f"com.docker.lb.hosts: a.example.com  {IGNORE}", BAD],
        [BAD, IGNORE],
        [BAD, f"com.docker.lb.hosts: a.example.com  {IGNORE}"],
    ],
    ids=[
        "two lines above",
        "at the end of the line above",
        "below",
        "at the end of the line below",
    ],
)
def test_on_another_line(lines):
    assert {"invalid-value", "unused-ignore"} == set(rules(labels(*lines)))


def test_at_an_anchor_covers_all_services_that_use_it():
    text = f"""\
x-lb: &lb
  {BAD}  {IGNORE} for both
services:
  one:
    image: example/web
    deploy: {{labels: *lb}}
  two:
    image: example/web
    deploy:
      labels:
        <<: *lb
"""

    assert [] == rules(text)


def test_at_one_use_of_an_anchor_covers_the_finding_for_all():
    """There is one finding for all services, and each alias is a note of it."""
    text = f"""\
x-lb: &lb
  {BAD}
services:
  one:
    image: example/web
    deploy:
      labels: *lb  {IGNORE}
  two:
    image: example/web
    deploy:
      labels: *lb
"""

    assert [] == rules(text)


def test_on_the_line_of_a_note():
    """A finding with two places can be ignored at either of them."""
    vip = f"com.docker.lb.backend_mode: vip  {MARK} ignore[sticky-session-in-vip-mode]"
    text = labels("com.docker.lb.ip_hash: 'true'", "com.example.other: a", vip)

    assert [] == rules(text)


def test_on_any_line_of_a_span():
    text = labels('com.docker.lb.port: "ht', f'  tp"  {IGNORE}')

    assert [] == rules(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{MARK} ignore-file[invalid-value]\n" + labels(BAD),
        labels(BAD) + f"{MARK} ignore-file[invalid-value]\n",
        labels(f"{BAD}  # noqa", f"{MARK} ignore-file[invalid-value] all", "a: b"),
    ],
    ids=["first", "last", "between"],
)
def test_ignore_file(text):
    assert [] == rules(text)


def test_ignore_file_applies_to_its_own_file():
    base = labels(BAD) + f"{MARK} ignore-file[invalid-value]\n"
    top = labels("com.docker.lb.hosts: http://a")
    report = judge(base, top)

    assert ["1.yml"] == [each.path for each in report.diagnostics if each.rule == "invalid-value"]


def test_a_comment_covers_a_line_of_its_own_file_only():
    """Both files have a bad label on line 6, but only one has a comment."""
    report = judge(labels(f"{BAD}  {IGNORE}"), labels("com.docker.lb.hosts: http://a"))

    assert ["1.yml"] == [each.path for each in report.diagnostics if each.rule in RULES]


# -- What a comment names ------------------------------------------------------------------------


def test_several_rules_in_one_comment():
    both = f"{MARK} ignore[invalid-value, unquoted-boolean]"
    text = labels(f"{{com.docker.lb.port: http, com.example.flag: true}}  {both}")

    assert [] == rules(text)


def test_several_comments_on_one_finding():
    """Each of them suppresses it, so none is unused."""
    text = f"{MARK} ignore-file[invalid-value]\n" + labels(IGNORE, f"{BAD}  {IGNORE}")

    assert [] == rules(text)


def test_only_the_named_rule_is_ignored():
    text = labels(f"{BAD}  {MARK} ignore[unquoted-boolean]")

    assert {"invalid-value", "unused-ignore"} == set(rules(text))


def test_an_unknown_name_next_to_a_known_one():
    text = labels(f"{BAD}  {MARK} ignore[invalid-value, invalid-port]")

    assert [("unknown-ignore", "invalid-port")] == left(text)


@pytest.mark.parametrize(
    "comment",
    [
        MARK,
        f"{MARK} ignore",
        f"{MARK} ignore[]",
        f"{MARK} ignore invalid-value",
        f"{MARK} disable[invalid-value]",
        f"{MARK} [invalid-value]",
    ],
)
def test_a_comment_that_names_no_rule(comment):
    text = labels(f"{BAD}  {comment}")

    assert [("invalid-value", "http"), ("unknown-ignore", comment)] == left(text)


# -- When a comment expires ----------------------------------------------------------------------


@pytest.mark.parametrize("until", ["2026-06-15", "2026-06-16", "2099-12-31"])
@pytest.mark.parametrize(
    "comment", ["[invalid-value until={}] why", "[invalid-value] why until={}"]
)
def test_until_a_date_in_the_future(until, comment):
    text = labels(f"{BAD}  {MARK} ignore{comment.format(until)}")

    assert [] == rules(text)


@pytest.mark.parametrize("until", ["2026-06-14", "2020-01-01"])
@pytest.mark.parametrize("comment", ["[invalid-value, until={}] why", "[until={} invalid-value]"])
def test_until_a_date_in_the_past(until, comment):
    text = labels(f"{BAD}  {MARK} ignore{comment.format(until)}")

    assert [("invalid-value", "http"), ("expired-ignore", f"until={until}")] == left(text)


@pytest.mark.parametrize("until", ["", "soon", "2027-02-30", "31.12.2027", "2027-1-1"])
def test_until_an_invalid_date(until):
    """A typo must not suppress a rule forever."""
    text = labels(f"{BAD}  {MARK} ignore[invalid-value until={until}]")

    assert [("invalid-value", "http"), ("expired-ignore", f"until={until}")] == left(text)


def test_an_expired_comment_is_not_reported_as_unused_too():
    text = labels(f"com.docker.lb.port: 80  {MARK} ignore[invalid-value until=2026-06-14]")

    assert ["expired-ignore"] == rules(text)


# -- What is a comment ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        [f'com.docker.lb.port: "http  {IGNORE}"'],
        [f"com.docker.lb.port: 'http  {IGNORE}'"],
        [f'- "com.docker.lb.port=http  {IGNORE}"'],
        ["com.docker.lb.port: |", f"  http  {IGNORE}"],
        ["com.docker.lb.port: >-", "  http", f"  {IGNORE}"],
        ['com.docker.lb.port: "http', f'  {IGNORE}"'],
        ["com.docker.lb.port: http#interlock-lint:ignore[invalid-value]"],
    ],
    ids=[
        "double quotes",
        "single quotes",
        "list item",
        "block",
        "line of a block",
        "line in quotes",
        "no space before",
    ],
)
def test_inside_a_value_it_is_not_a_comment(lines):
    assert ["invalid-value"] == rules(labels(*lines))


def test_inside_a_value_of_a_later_document_it_is_not_a_comment():
    text = labels(BAD) + f'---\nnote: "a  {IGNORE}"\n'

    assert ["invalid-value"] == rules(text)


def test_below_a_block_it_is_a_comment():
    text = labels("com.example.text: |", "  words", "", IGNORE, BAD)

    assert [] == rules(text)


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_other_line_breaks(end):
    text = labels(f"{BAD}  {IGNORE}", IGNORE, "# more", "com.docker.lb.hosts: http://a")

    assert [] == rules(text.replace("\n", end))


def test_on_the_last_line_without_a_line_break():
    text = labels(f"{BAD}  {IGNORE}", end="")

    assert [] == rules(text)


def test_alone_on_the_last_line():
    """There is no line below it, so it suppresses nothing."""
    text = labels(BAD) + IGNORE

    assert [("invalid-value", "http"), ("unused-ignore", IGNORE)] == left(text)


def test_on_the_first_line():
    text = f"{MARK} ignore[sticky-session-in-vip-mode]\n" + labels("com.docker.lb.port: 80")

    assert ["unused-ignore"] == rules(text)


def test_a_file_that_only_mentions_the_program():
    text = labels("com.docker.lb.port: 80  # checked with interlock-lint")

    assert [] == rules(text)


# -- Reports about comments ---------------------------------------------------------------------


def test_ignored_findings_are_counted():
    """Findings are counted, not comments: one comment here suppresses two."""
    pair = "com.docker.lb.hosts: http://a, b/c"
    report = judge(labels(f"{pair}  {IGNORE}", IGNORE, BAD))

    assert 3 == report.ignored


def test_without_comments_nothing_is_counted():
    assert 0 == judge(labels(BAD)).ignored


def test_findings_about_comments_cannot_be_ignored_by_comments():
    comment = f"{MARK} ignore[unused-ignore]"
    text = labels(comment, f"com.docker.lb.port: 80  {IGNORE}")

    assert [("unused-ignore", comment), ("unused-ignore", IGNORE)] == left(text)


def test_a_comment_for_a_rule_that_is_off_is_not_unused():
    text = labels(f"com.docker.lb.port: 80  {IGNORE}")
    config = Settings(levels={"invalid-value": Severity.OFF})

    assert [] == left(text, config=config)


def test_a_comment_for_a_rule_that_was_not_selected_is_not_unused():
    text = labels(f"com.docker.lb.port: 80  {IGNORE}")

    assert [] == left(text, only="unused-ignore")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("services: {}\n# c\nx-a: 1\n", "services: {}\nx-a: 1\n"),
        ("services: {}\r\n  # c  \r\nx-a: 1\r\n", "services: {}\r\nx-a: 1\r\n"),
        ("services: {}  # c  \nx-a: 1\n", "services: {}\nx-a: 1\n"),
        ("services: {}  # words  # c\n", "services: {}  # words\n"),
        ("services: {} # c", "services: {}"),
        ("services: {}\n# c\n", "services: {}\n"),
        ("services: {}\n# c", "services: {}"),
        ("# c\nservices: {}\n", "services: {}\n"),
    ],
)
def test_a_removed_comment_leaves_no_trace(before, after):
    text = before.replace("# c", IGNORE)
    (finding,) = (each.finding for each in judge(text).diagnostics if each.rule == "unused-ignore")

    assert after == apply(text, finding.fix.edits)


def test_missing_reasons_are_reported_only_on_demand():
    text = labels(f"{BAD}  {IGNORE}")
    rule = "ignore-without-reason"
    demanding = Settings(levels={rule: Severity.INFO})

    assert rule not in {each.rule for each in judge(text).diagnostics}
    assert rule in {each.rule for each in judge(text, config=demanding).diagnostics}
    assert rule in {each.rule for each in judge(text, only=rule).diagnostics}


# -- Findings about routes, across all stacks ----------------------------------------------------

HOST = """\
services:
  {name}:
    image: i
    deploy:
      labels:
        com.docker.lb.hosts: app.example.com{comment}
        com.docker.lb.port: 80
"""
SHARED = "  # interlock-lint: ignore[host-in-two-stacks] a canary of its own"


@pytest.mark.parametrize(("first", "second"), [(SHARED, ""), ("", SHARED)])
def test_a_comment_in_one_of_two_stacks_suppresses_a_finding_about_both(
    workspace, run, first, second
):
    workspace(
        {
            "a.stack.yml": HOST.format(name="a", comment=first),
            "b.stack.yml": HOST.format(name="b", comment=second),
        }
    )
    status, out, _ = run("check", "--format", "json", ".")
    summary = json.loads(out)["summary"]

    assert (0, 0, 1) == (status, summary["warning"], summary["ignored"])


def test_such_a_comment_is_unused_if_the_stack_is_checked_alone(workspace, run):
    workspace({"a.stack.yml": HOST.format(name="a", comment=SHARED)})

    assert "unused-ignore" in run("check", "--format", "concise", ".")[1]


def test_configuration_ignores_it_where_the_finding_is(workspace, run):
    entry = "ignore: [{rule: host-in-two-stacks, path: b.stack.yml}]"
    workspace(
        {
            ".interlock-lint.yaml": entry,
            "a.stack.yml": HOST.format(name="a", comment=""),
            "b.stack.yml": HOST.format(name="b", comment=""),
        }
    )

    assert 0 == run("check", ".")[0]


def test_a_rule_that_is_off_in_one_folder_is_on_in_another(workspace, run):
    """The configuration of the file with the finding applies."""
    workspace(
        {
            "a/stack.yml": HOST.format(name="a", comment=""),
            "b/stack.yml": HOST.format(name="b", comment=""),
            "b/.interlock-lint.yaml": "rules: {host-in-two-stacks: 'off'}",
        }
    )
    silent = run("check", ".")[0]
    workspace({"b/.interlock-lint.yaml": "rules: {host-in-two-stacks: error}"})

    assert (0, 1) == (silent, run("check", "--fail-on", "error", ".")[0])
