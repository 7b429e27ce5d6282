"""The answers that the page gets about a text, without a browser."""

import json

import answers
import pytest
from support import GOOD

VIEWS = ("check", "routes", "fix", "migrate")


def asked(text, view="check", **chosen):
    everything = {"unsafe": False, "to": "vip", "drop_sticky": False, "max_share_shift": 0}
    request = {"text": text, "view": view} | everything | chosen
    return json.loads(answers.answer(json.dumps(request)))


def test_a_text_that_is_too_large():
    answer = asked("#" * (10 * 1024 * 1024 + 1))

    assert "larger than 10 MiB" in answer["html"]
    assert 1 == answer["findings"]


def test_a_wrong_option():
    answer = asked(GOOD, "migrate", max_share_shift=200)

    assert "must be a percentage from 0 to 100" in answer["error"]


def test_a_text_without_a_change_has_no_new_one():
    assert [None, None] == [asked(GOOD, view)["text"] for view in ("check", "fix")]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("text", ["", "a: [b", "- list", "\0", "\ud800", "services: {web: {}}"])
def test_every_text_has_an_answer(view, text):
    answer = asked(text, view)

    assert answer["html"]
    assert not answer["error"]
    assert not answer["text"]
