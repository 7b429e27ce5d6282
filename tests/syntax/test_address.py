"""The address of a place stays the same however the file is written."""

import pytest

from linter.syntax.address import address
from linter.syntax.composer import compose
from linter.syntax.source import Source

BLOCK = """\
# about x
services:
  web:
    ports:
      - 80
      - x: 1
    deploy: {labels: {deeper: value}}
  'api': &a
    image: b
  other: *a
  "PASSWORD=1": {image: c}
? [odd]
: 1
"""


def at(text, place):
    return address(compose(Source("a.yml", text)), text.index(place))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("# about", ""),
        ("services", "services"),
        ("web", "services.web"),
        ("ports", "services.web.ports"),
        ("80", "services.web.ports"),
        ("x: 1", "services.web.ports"),
        ("deploy", "services.web.deploy"),
        ("deeper", "services.web.deploy"),
        ("value", "services.web.deploy"),
        ("'api'", "services.api"),
        ("b\n", "services.api.image"),
        ("*a", "services.other"),
        ("c}", "services.?.image"),
        ("[odd]", "?"),
    ],
)
def test_the_keys_that_lead_to_a_place(place, expected):
    assert expected == at(BLOCK, place)


def test_it_is_the_same_in_other_words():
    text = '{x: 0, "services": {api: {image: b}, web: {image: a, ports: [1, {x: 80}]}}}'

    assert at(BLOCK, "80") == at(text, "80")
    assert at(BLOCK, "b\n") == at(text, "b}")


@pytest.mark.parametrize("text", ["", "a", "- a\n- b: c\n"])
def test_there_may_be_no_keys(text):
    assert address(compose(Source("a.yml", text)), 0) == ""
