"""Scalars are resolved, or refused by name: whatever is written, nothing else can happen."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linter.syntax.nodes import ScalarNode
from linter.syntax.scalars import Resolved, Undecodable, resolve, whole_number

TAGS = ["", "!", "!mine", *(f"tag:yaml.org,2002:{name}" for name in ("str", "set", "null"))]
TAGS += [f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "timestamp", "binary")]

ZERO, ONE = "\u0660", "\u0661"  # digits, but not of ASCII
NUMBERS = st.from_regex(r"[-+.]?[0-9_.eExXoObBa-f:TZ +-]{0,40}", fullmatch=True)
DIGITS = st.integers(1, 6_000).map(lambda count: "9" * count)


@given(st.sampled_from(TAGS), st.text() | NUMBERS | DIGITS, st.sampled_from(["", "'", '"', "|"]))
@example(TAGS[-1], "é", "")
@example(TAGS[-1], "\ud83d", "")
@example(TAGS[-1], "//79", "")
@example("", "9" * 6_000, "")
@example("", "0x" + "f" * 6_000, "")
@example("", "1e" + "9" * 6_000, "")
@example("", "-." + "9" * 6_000 + "e-99999", "")
@example("", f"2{ZERO}20-{ONE}1-01", "")
def test_any_text_with_any_tag_is_resolved_or_refused(tag, value, style):
    try:
        text = resolve(ScalarNode(value, 0, len(value), style, tag)).text
    except Undecodable as refusal:
        text = str(refusal)

    assert isinstance(text, str)


@pytest.mark.parametrize("value", ["é", "x", "a===", "YQ", "\ud83d"])
def test_what_is_not_base64_is_refused(value):
    with pytest.raises(Undecodable, match="`!!binary` is not valid base64"):
        resolve(ScalarNode(value, 0, len(value), "", "tag:yaml.org,2002:binary"))


@pytest.mark.parametrize("value", [f"2{ZERO}20-01-01", f"2020-01-{ZERO}1"])
def test_only_ascii_digits_make_a_date(value):
    assert Resolved("string", value) == resolve(ScalarNode(value, 0, len(value)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0000-02-29", "0000-02-29 00:00:00 +0000 UTC"),
        ("0000-02-30", "0000-02-30"),
        ("2001-1-2 3:4:5,60", "2001-01-02 03:04:05.6 +0000 UTC"),
        ("2001-01-02T03:04:05.12345678987Z", "2001-01-02 03:04:05.123456789 +0000 UTC"),
        ("2001-01-02T03:04:05.0000000009Z", "2001-01-02 03:04:05 +0000 UTC"),
        ("2001-01-02T03:04:05+22:60", "2001-01-02 03:04:05 +2300 +2300"),
        ("2001-01-02T03:04:05-00:01", "2001-01-02 03:04:05 -0001 -0001"),
        ("2001-01-02T03:04:05-00:00", "2001-01-02 03:04:05 +0000 UTC"),
        ("2001-01-02T03:04:05+25:00", "2001-01-02T03:04:05+25:00"),
    ],
)
def test_dates_are_read_as_go_reads_them(value, text):
    assert text == resolve(ScalarNode(value, 0, len(value))).text


@pytest.mark.parametrize("zone", ["+24:00", "-24:00", "+23:60"])
def test_a_zone_of_a_whole_day_is_refused(zone):
    with pytest.raises(Undecodable, match="24 hours"):
        resolve(ScalarNode(f"2001-01-01T00:00:00{zone}", 0, 25))


@pytest.mark.parametrize("text", [ONE, f"1{ONE}", "\uff11", "²", "", " 1", "-1", "+1", "1_0"])
def test_only_ascii_digits_make_a_number(text):
    assert whole_number(text) is None
