"""An excerpt is a window of a line, found once, whatever the length of the line."""

import json
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import found, judge, unwrapped

from linter.editing import edits as editing
from linter.editing.public import Public, public
from linter.model.diagnostic import Edit
from linter.report import Style, check, excerpt
from linter.report.escape import width
from linter.syntax.source import Source, Span

HIDDEN = "abcdefghij(secret)klmnopqrstuvwxyz(secret)(secret)0123456789"


def view(text):
    """What may be shown of a text in which parentheses stand around what may not."""
    hidden, start = [], 0
    while (start := text.find("(", start)) >= 0:
        end = text.index(")", start) + 1
        if hidden and hidden[-1][1] == start:
            start = hidden.pop()[0]
        hidden.append((start, end))
        start = end
    return Public(Source("x", text), hidden)


def window(text, start, end, room=80):
    """The excerpt of a line around a span, and the columns of the span."""
    seen = view(text)
    shown = excerpt.excerpt(seen, [Span(seen.source, start, end)], room)
    return shown.shown, shown.columns(start, end)


@pytest.mark.parametrize(
    ("start", "end", "room", "shown", "columns"),
    [
        (0, 3, 80, "abcdefghij…klmnopqrstuvwxyz…0123456789", (0, 3)),
        (18, 21, 80, "abcdefghij…klmnopqrstuvwxyz…0123456789", (11, 14)),
        (12, 14, 80, "abcdefghij…klmnopqrstuvwxyz…0123456789", (10, 11)),
        (8, 20, 80, "abcdefghij…klmnopqrstuvwxyz…0123456789", (8, 13)),
        (50, 53, 80, "abcdefghij…klmnopqrstuvwxyz…0123456789", (28, 31)),
        (50, 53, 30, "…efghij…klmnopqrstuvwxyz…0123…", (25, 28)),
        (0, 3, 12, "abcdefghij…", (0, 3)),
        (0, 3, 8, "abcdefg…", (0, 3)),
    ],
)
def test_windows(start, end, room, shown, columns):
    seen = window(HIDDEN, start, end, room)

    assert (shown, columns) == seen
    assert width(shown) <= room


def test_a_key_is_shown_where_it_is_what_a_finding_is_about():
    text = "  environment: {(PASSWORD: hunter2, PASSWORD: hunter2)}"
    source = Source("x", text)
    hidden = Public(source, [(text.index("("), text.index(")") + 1)])
    keys = [Span(source, at, at + 8) for at in (text.rindex("PASS"), text.index("PASS"))]

    assert "{…PASSWORD: …PASSWORD: …}" in excerpt.excerpt(hidden, keys, 80).shown


LETTERS = st.text(st.sampled_from("ab日\t\u0301\x1b…"), min_size=1, max_size=60)


@pytest.mark.fuzz
@given(st.lists(st.tuples(LETTERS, st.booleans()), min_size=1, max_size=8), st.data())
def test_any_window_fits_and_hides(parts, data):
    text = "".join("(secret)" if is_hidden else part for part, is_hidden in parts)
    seen = view(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    room = data.draw(st.integers(20, 90))
    shown = excerpt.excerpt(seen, [Span(seen.source, start, end)], room)
    first, last = shown.columns(start, end)

    assert "secret" not in shown.shown
    assert width(shown.shown) <= room
    assert 0 <= first <= last <= width(shown.shown)
    if len(text) * 4 <= room:
        assert shown.lead == shown.tail == ""


def changed(text, edits):
    seen = view(text)
    made = [Edit(Span(seen.source, start, end), new) for start, end, new in edits]
    return [f"{each.sign} {each.shown}" for each in excerpt.changed(seen, made, 60)]


@pytest.mark.parametrize(
    ("text", "edits", "lines"),
    [
        ("a: 1\nb: 2\n", [(3, 4, "3")], ["- a: 1", "+ a: 3"]),
        ("a: 1\nb: 2\n", [(0, 5, "")], ["- a: 1"]),
        ("a: 1\nb: 2\n", [(5, 5, "c: 3\n")], ["+ c: 3"]),
        ("a: 1\nb: 2", [(9, 9, "\nc: 3")], ["+ c: 3"]),
        ("a: 1\nb: 2\n", [(0, 5, ""), (10, 10, "a: 1\n")], ["- a: 1", "+ a: 1"]),
        ("a: 1  (#)\n", [(0, 6, "")], ["- a: 1  …", "+ …"]),
        ("{(x), a: 1, (y)}\n", [(9, 10, "2")], ["- {…, a: 1, …}", "+ {…, a: 2, …}"]),
        ("a: 1\r\nb: 2\r\n", [(3, 4, "3")], ["- a: 1", "+ a: 3"]),
        ("a\nb\nc\n", [(2, 3, "x\ny")], ["- b", "+ x", "+ y"]),
    ],
)
def test_changed_lines(text, edits, lines):
    assert lines == changed(text, edits)


def test_of_a_long_line_only_what_changes_is_shown():
    text = "{" + "a: 1, " * 100_000 + "}\n"
    before, after = changed(text, [(300_004, 300_005, "22")])

    assert len(before) <= 62
    assert len(after) <= 62
    assert "a: 22, a" in after


# -- Many findings -------------------------------------------------------------------------------

SERVICE = (
    "s{n}: {{image: i, environment: {{PASSWORD: hunter2}}, deploy: {{labels: "
    "{{com.docker.lb.hosts: h{n}.example.com, com.docker.lb.prt: '80', "
    "com.docker.lb.ip_hash: true}}}}}}"
)


def in_one_line(count):
    return f"services: {{{', '.join(SERVICE.format(n=n) for n in range(count))}}}\n"


def written(text, name="text"):
    return check.reporter(name)(judge(text), Style(width=100))


def test_the_work_for_a_finding_does_not_grow_with_its_line(monkeypatch):
    """Characters that are looked at, for a line of 10 kB and for one of 1 MB."""
    seen = Counter()
    monkeypatch.setattr(excerpt, "escape_at", lambda text, at: seen.update([0]) or text[at])
    counts = []
    for size in (50, 5_000):
        text = in_one_line(size)
        source = Source("x", text)
        shown = public(source)
        seen.clear()
        for at in (0, len(text) // 2, len(text) - 10):
            excerpt.excerpt(shown, [Span(source, at, at + 5)], 100)
            list(excerpt.changed(shown, [Edit(Span(source, at, at + 1), "x")], 100))
        counts.append(seen[0])

    assert counts[1] <= counts[0] * 1.1
    assert counts[1] < 5_000


def test_text_and_json_grow_with_the_number_of_findings():
    """Bytes: twice the services print twice as much, or less where the rest is counted."""
    sizes = {
        name: [len(written(in_one_line(count), name)) for count in (50, 100, 200, 400)]
        for name in ("text", "concise", "json")
    }
    for name, found_sizes in sizes.items():
        for one, other in pairwise(found_sizes):
            assert other <= one * 2.1, name

    assert sizes["text"][-1] < 1_000_000


def test_of_a_rule_with_very_many_findings_the_first_ones_are_shown():
    text = written(in_one_line(2_000))
    found_all = json.loads(written(in_one_line(2_000), "json"))["diagnostics"]

    assert 200 == text.count("error[misspelt-label]")
    assert (
        "… 1,800 more findings of misspelt-label in stack.yml; use --format concise or "
        "--format json to list them all " in unwrapped(text)
    )
    assert 2_000 == sum(each["rule"] == "misspelt-label" for each in found_all)
    assert len(text) < 2_000_000


def test_a_long_value_is_quoted_in_part():
    """Every variable is a finding, and each tells the whole value."""
    hosts = ",".join(f"${{H{n}}}.example.com" for n in range(2_000))
    text = f"services: {{web: {{deploy: {{labels: {{com.docker.lb.hosts: '{hosts}'}}}}}}}}\n"
    report = judge("# interlock-lint check --env\n" + text)
    unset = [each for each in report.diagnostics if each.rule == "unset-variable"]

    assert 2_000 == len(unset)
    assert all(len(each.finding.effect) < 1_100 for each in unset)
    assert ("unset-variable", "${H1999}") in found(report)
    assert len(check.reporter("json")(report, Style())) < 10_000_000


def test_a_long_cell_does_not_make_every_line_long(workspace, run):
    labels = "".join(f"        com.example.l{n}: x\n" for n in range(1_000))
    long = f"        com.example.long: {'y' * 10_000}\n"
    workspace({"stack.yml": f"services:\n  web:\n    deploy:\n      labels:\n{labels}{long}"})
    _, out, _ = run("labels", "list", "--isolated", "stack.yml")

    assert len(out) < 200_000


def test_edits_of_several_rounds_become_one():
    source = Source("x", "one two three")

    def edits(text, *places):
        at = Source("x", text)
        return [Edit(Span(at, start, end), new) for start, end, new in places]

    rounds = [
        edits("one two three", (0, 3, "1"), (8, 13, "3")),
        edits("1 two 3", (1, 5, "+++"), (6, 7, "!")),
        edits("1+++ !", (2, 3, "")),
    ]
    joined = editing.joined(source, rounds)

    assert "1++ !" == editing.apply(source.text, joined)
    assert ["1++", "!"] == [edit.text for edit in joined]
