"""A change that does not do what it declares is not made, whichever reader notices."""

import pytest
from placing import load

from linter.editing.place import Placement
from linter.editing.placer import Placed
from linter.editing.proof import prove_changes, prove_fixes
from linter.editing.repairs import Unproved
from linter.editing.revise import Tools, revise
from linter.model.change import Change
from linter.model.diagnostic import Edit
from linter.syntax.interpolation import Environment
from linter.syntax.source import Span

BEFORE = """\
x-labels: &shared
  port: 80  # of all
services:
  web:
    image: i
    # on deploy
    deploy: &deploy
      labels:
        <<: *shared
        mode: task
    networks: [front]
  api:
    image: i
    deploy:
      labels: {host: h}
networks:
  front: {}
"""
WANTED = [Change("web", "mode", "vip")]
AFTER = BEFORE.replace("task", "vip")

# What a broken edit does to the file, apart from the declared change, and the message.
BROKEN = {
    "not done": (BEFORE, "label `mode` of service `web` would not be as expected"),
    "another value": (
        BEFORE.replace("task", "VIP"),
        "label `mode` of service `web` would not be as expected",
    ),
    "another service": (
        AFTER.replace("host: h", "host: h, mode: vip"),
        "label `mode` of service `api` would not be as expected",
    ),
    "a label is lost through shadowing": (
        AFTER.replace("        <<: *shared\n", ""),
        "label `port` of service `web` would not be as expected",
    ),
    "a label of another service is lost": (
        AFTER.replace("host: h", ""),
        "label `host` of service `api` would not be as expected",
    ),
    "a network": (
        AFTER.replace("networks: [front]", "networks: [back]"),
        "something else would change in service `web`",
    ),
    "a declared network": (
        AFTER.replace("front: {}", "front: {external: true}"),
        "something else would change in the networks",
    ),
    "a key twice": (
        AFTER.replace("    image: i\n    deploy", "    image: i\n    image: i\n    deploy"),
        "something else would change in the duplicate keys",
    ),
    "a document": (
        AFTER + "---\nservices: {}\n",
        "something else would change in the ignored documents",
    ),
    "a service": (
        AFTER.replace("networks:\n  front", "  db: {image: i}\nnetworks:\n  front"),
        "something else would change in service `db`",
    ),
    "what Docker rejects": (
        AFTER.replace("host: h", "host: h, x: [y]"),
        "`docker stack deploy` would reject the result",
    ),
    "what only the second reader sees": (
        AFTER.replace("  api:\n    image: i", "  api:\n    image: j"),
        "the second reader sees a change outside the labels",
    ),
    "an anchor": (AFTER.replace(" &deploy", ""), "an anchor would be lost"),
    "an additional anchor": (AFTER.replace("api:", "api: &api"), "an anchor would be lost"),
    "a comment": (AFTER.replace("    # on deploy\n", ""), "the comment on line 6 would be lost"),
    "a comment that becomes text": (
        AFTER.replace("80  # of all", "80"),
        "the comment on line 2 would be lost",
    ),
    "not YAML": (AFTER.replace("{host: h}", "{host: h"), "not YAML: did not find expected"),
}


def splice(text):
    """An edit that turns the file into a different text."""

    def place(stack, changes):
        if stack.sources[0].text != BEFORE:
            return Placement()
        source = stack.sources[0]
        edit = Edit(Span(source, 0, len(BEFORE)), text)
        return Placement((Placed(tuple(changes), source, (edit,)),))

    return place


@pytest.mark.parametrize(("after", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_edit_is_not_returned(after, reason):
    loaded = load(BEFORE)
    [revised], rewrites, _ = revise([loaded], [WANTED], tools=Tools(place=splice(after)))

    assert () == (*rewrites, *revised.made)
    assert loaded.stack is revised.after
    assert [tuple(WANTED)] == [each.changes for each in revised.refused]
    assert revised.refused[0].reason.startswith(f"the change cannot be proved: {reason}")
    assert "web" == revised.refused[0].span.text


def test_a_correct_edit_is_returned():
    tools = Tools(place=splice(AFTER))
    [revised], [rewrite], _ = revise([load(BEFORE)], [WANTED], tools=tools)

    assert (AFTER, ()) == (rewrite.text, revised.refused)


def test_overlapping_edits_are_not_made():
    def place(stack, changes):
        source = stack.sources[0]
        edits = tuple(Edit(Span(source, start, 20), "") for start in (10, 12))
        return Placement((Placed(tuple(changes), source, edits),))

    [revised], rewrites, _ = revise([load(BEFORE)], [WANTED], tools=Tools(place=place))

    assert "two edits overlap at offset 12" in revised.refused[0].reason
    assert () == rewrites


def test_edits_that_would_apply_again_are_not_made():
    start = BEFORE.index("task")

    def place(stack, changes):
        source = stack.sources[0]
        edit = Edit(Span(source, start, len(source.text)), AFTER[start:])
        return Placement((Placed(tuple(changes), source, (edit,)),))

    [revised], rewrites, _ = revise([load(BEFORE)], [WANTED], tools=Tools(place=place))

    assert "making the change again would change more" in revised.refused[0].reason
    assert () == rewrites


def test_text_outside_the_edits_must_stay():
    tools = Tools(apply=lambda text, _: text.replace("task", "vip").upper())
    [revised], rewrites, _ = revise([load(BEFORE)], [WANTED], tools=tools)

    assert "text outside the edits would change" in revised.refused[0].reason
    assert () == rewrites


# -- What the two readers see --------------------------------------------------------------------


def prove(before, after, value, environment=None):
    environment = environment or Environment()
    head = "services: {web: {deploy: {labels: {"
    old, new = (
        load(f"{head}{each}}}}}}}}}\n", environment=environment) for each in (before, after)
    )
    prove_changes(old.stack, new.stack, [Change("web", "mode", value)], environment)


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("", "mode: 1.0", "1"),
        ("", "mode: 010", "8"),
        ("", "mode: 1e3", "1000"),
        ("", "mode: 2001-12-14", "2001-12-14 00:00:00 +0000 UTC"),
    ],
)
def test_a_value_that_the_second_reader_takes_for_another_is_not_proved(before, after, value):
    with pytest.raises(Unproved, match="reads another value for label `mode` of service `web`"):
        prove(before, after, value)


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("mode: 1.0", 'mode: "1.0"', "1.0"),
        ("mode: true", 'mode: "true"', "true"),
        ("mode: ~", 'mode: ""', ""),
        ("mode: 2001-12-14", 'mode: "2001-12-14"', "2001-12-14"),
        ("mode: 1", 'mode: "1"', "1"),
        ("mode: $A", "mode: $B", "$B"),
        ("mode: $A", "", None),
    ],
)
@pytest.mark.parametrize("environment", [None, Environment({"A": "x", "B": "x"})])
def test_quotes_and_variables_are_proved(before, after, value, environment):
    prove(before, after, value, environment)


def test_a_change_that_only_the_second_reader_sees_is_not_proved():
    environment = Environment({"A": "x", "B": "x"})
    with pytest.raises(Unproved, match="the two readers disagree on label `host` of service `web`"):
        prove("host: $A", "host: $B, mode: vip", "vip", environment)


def test_a_value_that_docker_cannot_read_is_not_proved():
    with pytest.raises(Unproved, match=r"Docker cannot read `\$\{`"):
        prove("", 'mode: "${"', "${")


def test_text_that_the_second_reader_cannot_read_is_not_proved():
    old, new = (load(f"a: 0x_\nservices: {{web: {{image: {name}}}}}\n") for name in "ij")
    with pytest.raises(Unproved, match="the second reader cannot read"):
        prove_changes(old.stack, new.stack, [], Environment())


@pytest.mark.parametrize(
    "around",
    ["? {a: b}\n: c", "? [a]\n: c", "a: !other b", "a: !!set {b, c}", "a: .nan", "a:\t# tab\n  b"],
)
def test_unusual_yaml_is_proved(around):
    texts = [
        f"{around}\nservices: {{web: {{deploy: {{labels: {{mode: {n}}}}}}}}}\n" for n in (1, 2)
    ]
    old, new = map(load, texts)

    prove_changes(old.stack, new.stack, [Change("web", "mode", "2")], Environment())


# -- Fixes ---------------------------------------------------------------------------------------


def test_fixes_change_labels_of_their_services():
    prove_fixes(load(BEFORE).stack, load(AFTER).stack, {"web"})

    with pytest.raises(Unproved, match="label `mode` of service `web` would change too"):
        prove_fixes(load(BEFORE).stack, load(AFTER).stack, {"api"})


@pytest.mark.parametrize("name", ["what Docker rejects", "a network", "an anchor", "a comment"])
def test_fixes_change_nothing_else(name):
    after, reason = BROKEN[name]
    with pytest.raises(Unproved, match=reason):
        prove_fixes(load(BEFORE).stack, load(after).stack, {"web", "api"})


def test_fixes_may_repair_what_docker_rejects():
    refused = BEFORE.replace("host: h", "host: [h]")

    prove_fixes(load(refused).stack, load(BEFORE).stack, {"web", "api"})


def test_ignore_comments_may_be_removed_with_a_label():
    with_comment = BEFORE.replace("mode: task", "mode: task  # interlock-lint: ignore")

    prove_fixes(load(with_comment).stack, load(AFTER).stack, {"web"})
