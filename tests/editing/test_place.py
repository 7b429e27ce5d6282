"""
Labels are changed where they are written, and refused where that would change more.

The cases are in the files in `placing`: a name, changes (`web port=81` sets, `web -port` removes),
and a whole stack file as a diff, with removed lines, added lines and all that stay.
"""

import docker_cli
import pytest
from placing import CASES, REFUSALS, load

from linter.editing.edits import apply, keeps_the_rest
from linter.editing.place import drop, place
from linter.editing.revise import revise
from linter.files.decoding import decode, encode
from linter.model.change import Change
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

LINE_BREAKS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
HEAD = "services:\n  web:\n    deploy:\n      labels:\n"


def placed(text, changes):
    stack = read([Source("stack.yml", text)], ReadOptions())
    return place(stack, changes), stack


# -- The cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_labels_are_changed_where_they_are_written(case):
    [revised], rewrites, _ = revise([load(case.before)], [case.changes])

    assert () == revised.refused
    assert [case.after] == [each.text for each in rewrites] or case.before == case.after
    assert () == place(revised.after, case.changes).edits


@pytest.mark.parametrize("line_break", LINE_BREAKS.values(), ids=LINE_BREAKS)
@pytest.mark.parametrize("case", CASES)
def test_new_lines_end_like_the_others(case, line_break):
    before = case.before.replace("\n", line_break)
    placement, _ = placed(before, case.changes)
    after = apply(before, placement.edits)

    assert case.after.replace("\n", line_break) == after
    assert keeps_the_rest(before, after, placement.edits)


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused_has_a_reason_and_a_place(case):
    loaded = load(case.before)
    [revised], rewrites, _ = revise([loaded], [case.changes])
    first = revised.refused[0]
    line, column = first.span.position
    others = f"for {', '.join(first.others)} too" if first.instead else ""
    notes = [f"{line}:{column} {first.reason}", others]

    assert list(case.notes) == [note for note in notes if note]
    assert case.after == apply(case.before, first.instead)
    assert () == (*rewrites, *revised.made)
    assert loaded.stack is revised.after


@pytest.mark.docker_cli
def test_docker_reads_exactly_the_declared_labels(tmp_path):
    docker_cli.require()
    for param in CASES[::3]:
        case = param.values[0]
        before, after = (
            docker_cli.stack_config(tmp_path, text, environment={"MODE": "m"})
            for text in (case.before, case.after)
        )
        # Docker rejects an empty `labels:`; the change fills it.
        expected = before if isinstance(before, dict) else {name: {} for name in after}
        for service, key, value in case.changes:
            expected[service].pop(key, None)
            if value is not None:
                expected[service][key] = value.replace("${MODE}", "m")

        assert expected == after, param.id


# -- What such a diff cannot show -----------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD + "        port: 80\n", HEAD + "        port: 80\n        mode: vip\n"),
        (
            "{services: {web: {deploy: {labels: {port: 80}}}}}",
            "{services: {web: {deploy: {labels: {port: 80, mode: vip}}}}}",
        ),
    ],
    ids=["block", "first line"],
)
def test_a_byte_order_mark_is_kept_and_does_not_count(before, after, mark):
    source = decode(mark + before.encode(), "stack.yml")
    edits = place(read([source], ReadOptions()), [Change("web", "mode", "vip")]).edits

    assert mark + after.encode() == encode(source, apply(source.text, edits))


def test_mixed_line_ends_are_kept():
    before = "services:\n  web:\r\n    deploy:\r\n      labels:\n        port: 80\r\n"
    placement, _ = placed(before, [Change("web", "mode", "vip")])

    assert before + "        mode: vip\r\n" == apply(before, placement.edits)


@pytest.mark.parametrize(
    "value",
    [
        "a\nb",
        "a\tb",
        "\ttab",
        "line\r\n",
        'say "a\\b"',
        "it's\n",
        "a\x85b",
        "a\u2028b",
        "\u00e9 \U0001f40b",
    ],
)
@pytest.mark.parametrize("other", ["port: 80", "'port': '80'", '"port": "80"'])
def test_any_text_can_be_a_value(value, other):
    for before in (
        f"{HEAD}        {other}\n",
        f"services: {{web: {{deploy: {{labels: {{{other}}}}}}}}}",
    ):
        [revised], _, _ = revise([load(before)], [[Change("web", "text", value)]])

        assert () == revised.refused
        assert value in [label.value.value for label in revised.after.services[0].labels]


@pytest.mark.parametrize("value", ["${MODE}", "$$", "${A:-b}"])
@pytest.mark.parametrize("labels", ["        mode: {}\n", "        - mode={}\n"])
def test_the_same_text_with_a_variable_is_no_change(value, labels):
    before = HEAD + labels.format(value)
    placement, _ = placed(before, [Change("web", "mode", value)])

    assert () == placement.placed


def test_an_escaped_dollar_is_not_a_plain_one():
    before = HEAD + "        mode: $$MODE\n"
    placement, _ = placed(before, [Change("web", "mode", "$MODE")])

    assert HEAD + "        mode: $MODE\n" == apply(before, placement.edits)


def test_a_known_variable_with_the_same_value_is_kept():
    loaded = load(HEAD + "        mode: ${MODE}\n", environment=Environment({"MODE": "vip"}))

    assert () == place(loaded.stack, [Change("web", "mode", "vip")]).placed


def test_changes_that_contradict_each_other_are_refused():
    changes = [Change("web", "mode", "vip"), Change("web", "mode", "task")]
    [revised], rewrites, _ = revise([load("services: {web: {}}")], [changes])

    assert set(changes) == {change for each in revised.refused for change in each.changes}
    assert () == rewrites


# -- Several files -------------------------------------------------------------------------------

BASE = HEAD + "        port: 80\n        host: h\n"
OVERLAY = HEAD + "        host: overlay\n"
PLAIN = "services:\n  web:\n    image: i\n"


@pytest.mark.parametrize(
    ("texts", "wanted", "edited"),
    [
        ((BASE, OVERLAY), Change("web", "host", "new"), [1]),
        ((BASE, OVERLAY), Change("web", "port", "81"), [0]),
        ((BASE, OVERLAY), Change("web", "mode", "vip"), [1]),
        ((BASE, PLAIN), Change("web", "mode", "vip"), [0]),
        ((PLAIN, PLAIN), Change("web", "mode", "vip"), [1]),
        ((PLAIN, PLAIN.replace("web", "api")), Change("web", "mode", "vip"), [0]),
        ((BASE, OVERLAY), Change("web", "host", None), [0, 1]),
        ((BASE, OVERLAY), Change("web", "port", None), [0]),
        ((BASE, OVERLAY), Change("web", "host", "overlay"), []),
    ],
    ids=[
        "the last one with it",
        "the only one with it",
        "new in the last one with labels",
        "new in the only one with labels",
        "new in the last one with the service",
        "new in the only one with the service",
        "removed from all",
        "removed from the only one",
        "already so",
    ],
)
def test_the_file_that_sets_the_value_is_edited(texts, wanted, edited):
    [revised], rewrites, _ = revise([load(*texts)], [[wanted]])

    assert () == revised.refused
    assert [f"{number}.yml" for number in edited] == [each.source.path for each in rewrites]


def test_a_label_is_removed_from_all_files_or_none():
    shared = "services:\n  web:\n    deploy:\n      labels: {host: &h x, port: 80}\n"
    [revised], rewrites, _ = revise([load(BASE, shared)], [[Change("web", "host", None)]])

    assert ["it has the anchor `&h`"] == [each.reason for each in revised.refused]
    assert () == rewrites


def test_labels_shared_with_a_refused_service_are_not_changed_for_it():
    """Both are selected, so the anchor could be edited, but one of them must not change."""
    before = (
        "x-l: &l {mode: task}\nservices:\n"
        "  web: {deploy: {labels: {<<: *l, port: &p 80}}}\n"
        "  api: {deploy: {labels: {<<: *l, port: *p}}}\n"
    )
    wanted = [
        *(Change(name, "mode", "vip") for name in ("web", "api")),
        Change("web", "port", "81"),
    ]
    [revised], [rewrite], _ = revise([load(before)], [wanted])

    assert ("web",) == tuple(each.service for each in revised.refused)
    assert set(wanted) - {wanted[1]} == set(revised.refused[0].changes)
    assert before.replace("port: *p", "port: *p, mode: vip") == rewrite.text


def test_stacks_that_share_a_file_are_revised_together():
    base, job = load(BASE), load(BASE, OVERLAY)
    base = base._replace(job=base.job._replace(sources=job.job.sources[:1]))
    wanted = [Change("web", "port", "81")]
    both, [rewrite], _ = revise([base, job], [wanted, wanted])

    assert BASE.replace("80", "81") == rewrite.text
    assert [(), ()] == [each.refused for each in both]
    assert [wanted, wanted] == [list(each.made) for each in both]


# -- Removing one label, as fixes do -------------------------------------------------------------


def test_a_label_is_dropped_where_it_is():
    _, stack = placed(HEAD + "        - port=80\n        - port=81\n        - host=h\n", [])
    [service] = stack.services

    edits = drop(service.labels[0], service)

    assert HEAD + "        - port=80\n        - host=h\n" == apply(stack.sources[0].text, edits)


@pytest.mark.parametrize(
    "text",
    [
        "x: &l {port: 80}\nservices: {web: {deploy: {labels: *l}}, api: {deploy: {labels: *l}}}\n",
        "x-l: &l {port: 80}\nservices:\n  web: {deploy: {labels: {<<: *l}}}\n",
        HEAD + "        port: &p 80\n        host: h\n",
    ],
    ids=["shared", "from a merge", "anchor"],
)
def test_a_label_is_not_dropped_where_others_would_lose_something(text):
    _, stack = placed(text, [])
    service = stack.services[0]

    assert drop(service.labels[0], service) is None
