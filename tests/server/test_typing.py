"""Whatever is typed, wherever: the server answers, and judges what can be read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT

from linter.model.diagnostic import Diagnostic
from linter.server import protocol
from linter.server.actions import actions
from linter.server.completion import complete
from linter.server.folder import Folder
from linter.server.hints import hints, symbols
from linter.server.hover import hover
from linter.server.references import definitions, references
from linter.syntax.source import Source

EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
PATH = "/nowhere/stack.yml"


def ask(folder, text, offset):
    """Everything that an editor may ask about a text; returns its findings."""
    folder.texts[PATH] = text
    judged = folder.judge(PATH)[PATH]
    assert not any("failed" in each.reason for each in judged.unjudged)
    for answer in (hover, complete, definitions, references):
        answer(judged, offset)
    list(actions(judged, offset, offset))
    list(hints(judged))
    list(symbols(judged))
    return judged.diagnostics


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_key_that_is_typed(path):
    text = path.read_text(encoding="utf-8")
    folder = Folder(["/nowhere"])

    for end in range(1, len(text) + 1):
        folder.writing[PATH] = text.count("\n", 0, end) + 1
        assert all(isinstance(each, Diagnostic) for each in ask(folder, text[:end], end))


def test_control_characters_are_escaped_in_what_is_shown():
    host = '"a\\e[31m\\u202e.example.com"'
    labels = f"{{com.docker.lb.hosts: {host}, com.docker.lb.port: 80}}"
    text = "".join(f"  s{each}: {{deploy: {{labels: {labels}}}}}\n" for each in (1, 2))
    folder = Folder(["/nowhere"])
    folder.texts[PATH] = f"services:\n{text}"
    judged = folder.judge(PATH)[PATH]
    found = [protocol.diagnostics(judged), *map(protocol.symbol, symbols(judged))]
    found += [*map(protocol.hint, hints(judged))]
    found += map(protocol.action, actions(judged, 0, len(text)))
    shown = json.dumps(found)

    assert "\\\\x1b[31m" in shown
    assert "\\u001b" not in shown
    assert "\\u202e" not in shown.replace("\\\\u202e", "")


@given(st.text("a😀é\n\r", max_size=30))
def test_positions_count_in_utf_16(text):
    source = Source(PATH, text)
    for offset in range(len(text) + 1):
        place = protocol.position(source, offset)
        before = text[source.line_start(offset) : offset]

        assert len(before.encode("utf-16-le")) // 2 == place["character"]
        if not before.endswith("\r") and not before.endswith("\n"):
            assert offset == protocol.offset_of(source, place)


TEXTS = st.sampled_from(EXAMPLES).map(lambda path: path.read_text(encoding="utf-8"))
PIECES = st.one_of(
    st.sampled_from(
        ["\n", " ", "  ", ":", "- ", "{", "}", "[", '"', "'", "&a ", "*a", "<<: ", "\t"]
    ),
    st.text(max_size=5),
)


@pytest.mark.fuzz
@given(TEXTS, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), PIECES), max_size=4))
def test_any_edit(text, changes):
    folder = Folder(["/nowhere"])
    for part, cut, piece in changes:
        start = int(part * len(text))
        text = text[:start] + piece + text[start + cut :]
        ask(folder, text, start)
