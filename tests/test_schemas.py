"""The label vocabulary is a JSON Schema, and values are judged as jsonschema judges them."""

import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.model import targets
from linter.model.vocabulary import PREFIX, load_schema, rows

SCHEMA = load_schema("labels")
ROWS = list(rows().values())
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

WORDS = (
    "a.example.com http:// https://b , ; : / * - _ 80 8080 65535 65536 0 01 10s 1m 30 ms task vip "
    "VIP .. ~ { } default true false \u00e9 \u65e5 \n \t \x1b \\ ' \" $"
)
PIECES = st.sampled_from([*WORDS.split(" "), " ", ""])
VALUES = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=8)


NAMES = [
    *("labels", "labels-list", "stack", "config", "report", "report-line", "routes", "changes"),
    *("plan", "plan-log", "baseline", "statistics", "files", "rules", "terraform-external"),
]


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_valid(name):
    schema = load_schema(name)

    jsonschema.Draft202012Validator.check_schema(schema)


@every_row
def test_examples_are_valid(row):
    for example in row.schema.get("examples", ()):
        jsonschema.validate({row.key: example}, SCHEMA)

        assert row.fits(str(example))


@every_row
@given(value=VALUES)
def test_a_value_is_judged_as_jsonschema_judges_it(row, value):
    assert row.fits(value) == jsonschema.Draft202012Validator(row.schema).is_valid(value)


@every_row
def test_a_row_uses_no_keyword_that_is_not_judged(row):
    """A value of a label is a string, so its type is right, and there is no number to compare."""
    judged = {"type", "enum", "pattern", "minimum", "maximum"}
    described = {"description", "examples", "default", "deprecated"}

    assert "string" in row.schema["type"]
    assert {each for each in row.schema if not each.startswith("x-")} <= judged | described


@every_row
@given(value=VALUES)
def test_a_list_is_valid_if_each_item_is(row, value):
    if row.list_syntax:
        items = list(row.list_syntax.items(value))

        assert row.fits(value) == all(row.list_syntax.accepts(each.text) for each in items)
        assert [each.text for each in items] == [value[each.start : each.end] for each in items]


@every_row
def test_a_row_says_what_is_valid(row):
    """If a value can be wrong, there is a sentence to show, and a description for editors."""
    assert row.key.startswith(PREFIX)
    assert row.schema["description"].endswith(".")
    assert bool(row.says) == ("pattern" in row.schema or "enum" in row.schema)
    assert row.status in ("current", "ineffective", "withdrawn", "announced")


@every_row
def test_patterns_match_the_whole_value(row):
    """JSON Schema only searches, and `$` must not match before a final line break."""
    pattern = row.schema.get("pattern", "^$(?!\\n)")

    assert pattern.startswith("^")
    assert pattern.endswith("$(?!\\n)")
    assert not re.search(pattern, "x\n")


@every_row
def test_releases_are_known_targets(row):
    for release in row.since:
        assert targets.parse(release).patch is not None
