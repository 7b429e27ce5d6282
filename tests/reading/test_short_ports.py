"""Ports in the short form, as `docker stack config` of CLI 28.2.2 reads them."""

import pytest

from linter.reading.short_ports import numbers, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("80", ("", "", "80", "tcp")),
        ("53:53/UDP", ("", "53", "53", "udp")),
        ("1.2.3.4::80", ("1.2.3.4", "", "80", "tcp")),
        ("[::1]:80:8080/tcp/udp", ("[::1]", "80", "8080", "tcp")),
        ("8000-8010:80", ("", "8000-8010", "80", "tcp")),
    ],
)
def test_parts(text, parts):
    assert parts == split(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("080", range(80, 81)),
        ("80-82-90", range(80, 83)),
        ("82-80", None),
        ("65536", None),
        ("80-", None),
        ("8\u0660", None),
        ("9" * 6_000, None),
    ],
)
def test_numbers(text, expected):
    assert expected == numbers(text)
