"""Which lines are new: enough of them to explain the difference, and no more where it is plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.syntax.new_lines import new_lines, touches

TEXTS = st.lists(st.sampled_from("abcdefgh") | st.sampled_from("ab"), max_size=14)


def numbers(before, after):
    regions = list(new_lines(before, after))

    assert regions == sorted(regions)
    return [line for first, last in regions for line in range(first, last + 1)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("abc", "abc", []),
        ("", "ab", [1, 2]),
        ("abc", "", []),
        ("abc", "ac", []),
        ("ac", "abc", [2]),
        ("abc", "xabc", [1]),
        ("abc", "abcx", [4]),
        ("abc", "axc", [2]),
        ("abcd", "bacd", [1]),
        ("abcd", "xbcy", [1, 4]),
        ("-a-b-c-", "-a-x-b-c-", [4, 5]),  # what is repeated does not matter
        ("-a-b-c-", "-a-b-", []),
        ("aab", "aaab", [3]),
    ],
)
def test_lines_that_are_new(before, after, expected):
    assert expected == numbers(before, after)


@given(before=TEXTS, after=TEXTS)
def test_what_is_not_new_was_there_in_this_order(before, after):
    new = set(numbers(before, after))
    old = iter(before)

    assert all(line in old for number, line in enumerate(after, 1) if number not in new)


@given(text=TEXTS, place=st.integers(0, 14))
def test_a_line_that_is_inserted_is_new(text, place):
    place = min(place, len(text))

    assert [place + 1] == numbers(text, [*text[:place], "new", *text[place:]])


@given(
    regions=st.lists(st.integers(1, 30), unique=True, max_size=8).map(sorted),
    first=st.integers(1, 30),
    length=st.integers(0, 5),
)
def test_which_lines_touch_a_region(regions, first, length):
    regions = list(zip(regions[::2], regions[1::2], strict=False))
    inside = {line for start, end in regions for line in range(start, end + 1)}

    assert touches(regions, first, first + length) == (
        not inside.isdisjoint(range(first, first + length + 1))
    )
    assert touches(None, first, first + length)


def test_time_does_not_grow_with_the_square_of_a_text():
    """Each division of this text leaves one line less, and finds one that was not unique before."""
    number = 60_000
    before = [str(index) for index in range(number)]
    after = [str(each) for index in range(number) for each in (index, number - index)]

    assert numbers(before, after)
