"""Product versions: how they are written, and what each of them supports."""

import pytest

from linter.model.targets import LINES, Target, UnknownTarget, parse

VIP = ("ucp-3.0.3", "ucp-3.1.2")
FAILS = ("mke-3.8.16", "mke-3.9.6")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ucp-3.1.2", Target("ucp-3.1", 2)),
        ("MKE-3.8.16", Target("mke-3.8", 16)),
        ("mke-3.8", Target("mke-3.8")),
        ("mke-3.8.x", Target("mke-3.8")),
        ("mke-4", Target("mke-4")),
        ("mke-4.1.2", Target("mke-4", 1)),
        ("mke-4k", Target("mke-4")),
    ],
)
def test_targets_are_read(text, expected):
    assert expected == parse(text)


@pytest.mark.parametrize(
    "text", ["", "mke", "mke-3", "mke-3.2", "ucp-3.3.1", "3.8.16", "mke-3.8.y"]
)
def test_an_unknown_target_lists_the_known_lines(text):
    with pytest.raises(UnknownTarget) as caught:
        parse(text)

    assert all(line in str(caught.value) for line in LINES)


@pytest.mark.parametrize(
    ("target", "since", "has"),
    [
        ("ucp-3.0.2", VIP, False),
        ("ucp-3.0.3", VIP, True),
        ("ucp-3.1.1", VIP, False),
        ("ucp-3.1.2", VIP, True),
        ("ucp-3.0", VIP, True),
        ("ucp-3.2.0", VIP, True),
        ("mke-3.3", VIP, True),
        ("mke-3.8.15", FAILS, False),
        ("mke-3.8.16", FAILS, True),
        ("mke-3.9.5", FAILS, False),
        ("mke-3.9.6", FAILS, True),
        ("mke-3.7.20", FAILS, False),
        ("ucp-3.2.9", FAILS, False),
        ("ucp-3.0.0", (), True),
    ],
)
def test_what_a_target_supports(target, since, has):
    """A release line that is not listed supports it if it is newer than all that are."""
    assert has == parse(target).has(since)


@pytest.mark.parametrize(
    ("target", "until", "is_past"),
    [
        ("mke-3.4.1", "mke-3.4.1", False),
        ("mke-3.4.2", "mke-3.4.1", True),
        ("mke-3.4", "mke-3.4.1", True),
        ("mke-3.5.0", "mke-3.4.1", True),
        ("mke-3.3.9", "mke-3.4.1", False),
        ("mke-3.4.9", "mke-3.4", False),
        ("mke-3.9", None, False),
    ],
)
def test_what_a_target_no_longer_supports(target, until, is_past):
    assert is_past == parse(target).is_past(until)


def test_only_the_newest_line_has_no_swarm():
    assert ["mke-4"] == [line for line in LINES if not parse(line).has_swarm]
