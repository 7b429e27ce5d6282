"""Where the keys of a TOML text are, compared with what the standard library reads."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.syntax.toml_places import places

TEXT = """\
# a = 1
top = 1
"quoted key" = 2  # not = this
'literal' . dotted = 3
[table]
  string = "x = [1"
  literal = 'y = "'
  long = \"\"\"
inside = 1
[inside]
\\\"\"\" \"quoted\"
\"\"\"
  raw = '''
also = inside \\'''
  array = [
    "a", # ] b = 1
    "c = 1",
    [1, 2],
  ]
  inline = { one = 1, two = { three = 3 } }
[ table . "sub table" ]
Key = true
[[many]]
name = 1
[[many]]
name = 2
"""


def paths(data, *path):
    """The paths of all keys that may have a place, in lower case."""
    for key, value in data.items():
        own = (*path, key.lower())
        yield own
        if isinstance(value, dict):
            yield from paths(value, *own)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from paths(each, *own)


def test_every_key_has_its_place():
    found = places(TEXT)
    inline = {("table", "inline", *rest) for rest in (("one",), ("two",), ("two", "three"))}
    implied = {("literal",)}  # made by a dotted key

    assert set(paths(tomllib.loads(TEXT))) - inline - implied == set(found)
    assert "top" == TEXT[slice(*found["top",])]
    assert '"quoted key"' == TEXT[slice(*found["quoted key",])]
    assert "'literal' . dotted" == TEXT[slice(*found["literal", "dotted"])]
    assert ' table . "sub table"' == TEXT[slice(*found["table", "sub table"])]
    assert "Key" == TEXT[slice(*found["table", "sub table", "key"])]


PIECES = ["a", "b.c", '"d e"', "'f'", " = ", "1", '"x"', "'''", '"""', "[", "]", "[[", "]]"]
PIECES += ["{", "}", ",", "#", "\n", "\r\n", "\\", " ", "\t", "true"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_it_agrees_with_the_standard_library(text):
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        places(text)  # ends, whatever the text is
        return

    assert places(text).keys() <= set(paths(data)) | {()}
    for start, end in places(text).values():
        assert text[start:end].strip()


@pytest.mark.parametrize(
    "text", ["a = [" * 20_000, 'a = "' + "\\" * 50_000, "[" * 50_000, "a." * 50_000]
)
def test_it_ends(text):
    places(text)
