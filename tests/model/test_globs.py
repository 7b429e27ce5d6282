"""Globs: what they match, and that any of them takes one look at each character of a text."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.model.globs import name_glob, path_glob


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("*.yml", ["a.yml"], ["b/a.yml", "a.yaml"]),
        ("**/a.yml", ["a.yml", "b/a.yml", "b/c/a.yml"], ["ba.yml"]),
        ("vendor/**", ["vendor/a", "vendor/a/b"], ["vendor", "a/vendor/b"]),
        ("vendor/", ["vendor/a", "vendor/a/b"], ["vendors/a"]),
        ("a?.yml", ["ab.yml"], ["a.yml", "a/.yml"]),
        ("./a+b.yml", ["a+b.yml"], ["aab.yml"]),
        ("a/**/*/b", ["a/c/b", "a/c/d/b"], ["a/b"]),
        ("app/[id].yml", ["app/[id].yml"], ["app/i.yml"]),
        ("", [""], ["a"]),
    ],
)
def test_paths(pattern, fits, fits_not):
    assert all(path_glob(pattern).matches(path) for path in fits)
    assert not any(path_glob(pattern).matches(path) for path in fits_not)


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("web", ["web"], ["web2", "Web"]),
        ("shop-*", ["shop-", "shop-a/b"], ["shop"]),
        ("web[12]", ["web1", "web2"], ["web3", "web[12]"]),
        ("web[!0-9]", ["weba"], ["web1", "web"]),
        ("[]a]", ["]", "a"], ["[", "[]a]"]),
        ("[a-", ["[a-"], ["a"]),
        ("*.example.com", ["a.example.com"], ["example.com"]),
    ],
)
def test_names(pattern, fits, fits_not):
    assert all(name_glob(pattern).matches(name) for name in fits)
    assert not any(name_glob(pattern).matches(name) for name in fits_not)


TOKENS = {"a": "a", "b": "b", "/": "/", "?": "[^/]", "*": "[^/]*", "**": ".*", "**/": "(?:.*/)?"}
PATHS = st.text("ab/", max_size=8)


@given(st.lists(st.sampled_from(list(TOKENS)), max_size=6), PATHS)
def test_a_glob_for_paths_means_a_regular_expression(tokens, path):
    pattern = "".join(tokens)
    if "***" in pattern or pattern.endswith("/"):
        return

    split = re.findall(r"\*\*/|\*\*|.", pattern)
    expression = "".join(TOKENS[token] for token in split)
    assert path_glob(pattern).matches(path) == (re.fullmatch(expression, path) is not None)


@given(st.text("ab*?", max_size=8), st.text("abc", max_size=8))
def test_a_glob_for_names_means_what_it_means_in_a_shell(pattern, name):
    assert name_glob(pattern).matches(name) == fnmatchcase(name, pattern)


class Counted(str):
    """A text that counts how many of its characters are looked at."""

    __slots__ = ("looks",)

    def __init__(self, _text):
        self.looks = 0

    def __iter__(self):
        for character in str.__iter__(self):
            self.looks += 1
            yield character


@pytest.mark.parametrize("make", [path_glob, name_glob])
@pytest.mark.parametrize(
    "pattern", ["*a" * 500 + "b", "**a*" * 250 + "b", "**/a*/" * 100 + "b", "?*" * 500 + "b"]
)
def test_no_glob_looks_twice_at_a_character(make, pattern):
    """So the time grows with the length of the text, and not with the number of ways to match."""
    for text in ("a" * 10_000 + "bc", ("a" * 200 + "/") * 50 + "bc"):
        counted = Counted(text)

        assert not make(pattern).matches(counted)
        assert counted.looks <= len(text)


@pytest.mark.parametrize("make", [path_glob, name_glob])
@pytest.mark.parametrize(
    "pattern", ["*a" * 500, "a?" * 20, "**/a*/" * 20, "**/**/aaa*/*/*" + "?" * 40]
)
def test_a_text_that_is_too_short_is_not_looked_at(make, pattern):
    """There may be many long globs and many files."""
    counted = Counted("a/a/a/aa")

    assert not make(pattern).matches(counted)
    assert 0 == counted.looks
