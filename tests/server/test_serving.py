"""The conversation with an editor, message by message."""

import io
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoiled import spoiled
from support import BAD, PATIENCE, ROOT

from linter.server import protocol
from linter.server.connection import Connection
from linter.server.serving import serve
from linter.syntax.source import Source

START = {"id": 0, "method": "initialize", "params": {"capabilities": {}}}
END = ({"id": 99, "method": "shutdown"}, {"method": "exit"})


def framed(message):
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


def talk(*messages):
    """Whether the session ended well, and what the server sent."""
    target = io.BytesIO()
    ended = serve(io.BytesIO(b"".join(map(framed, messages))), target)
    return ended, list(Connection(io.BytesIO(target.getvalue()), io.BytesIO()).messages())


def error(number, code):
    return lambda sent: (sent.get("id"), sent.get("error", {}).get("code")) == (number, code)


def test_a_session_from_initialize_to_exit():
    ended, (first, last) = talk(START, {"method": "initialized", "params": {}}, *END)

    assert ended
    assert "interlock-lint" == first["result"]["serverInfo"]["name"]
    assert "utf-16" == first["result"]["capabilities"]["positionEncoding"]
    assert {"jsonrpc": "2.0", "id": 99, "result": None} == last


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"id": 1, "method": "textDocument/hover"}, START], error(1, -32002)),
        ([START, {"id": 1, "method": "no/such"}], error(1, -32601)),
        ([START, b"{"], error(None, -32700)),
        ([START, b"[" * 100_000], error(None, -32700)),
        ([START, b"[]"], error(None, -32700)),
        ([START, {"id": 1, "method": "textDocument/hover", "params": {}}], error(1, -32602)),
        ([START, {**START, "id": 1}], error(1, -32600)),
        ([START, {"id": 1, "method": 5}], error(1, -32600)),
        ([START, {"id": 1}], error(1, -32600)),
        ([START, b'{"id": NaN, "method": "x"}'], error(None, -32600)),
        ([START, b'{"id": 1e999, "method": "x"}'], error(None, -32600)),
        ([START, {"id": [1], "method": "x"}], error(None, -32600)),
        ([START, {"id": True, "method": "x"}], error(None, -32600)),
        ([START, END[0], {"id": 1, "method": "textDocument/hover"}], error(1, -32600)),
        (
            [START, {"method": "textDocument/didOpen", "params": {}}],
            lambda sent: sent.get("method") == "window/logMessage",
        ),
    ],
)
def test_what_is_wrong_is_said_and_does_not_end_the_session(messages, expected):
    ended, sent = talk(*messages, *END)

    assert ended
    assert any(map(expected, sent))


POSITION = {"line": 0, "character": 0}
RANGE = {"start": POSITION, "end": POSITION}
FILE = {"uri": "file:///f/stack.yml", "languageId": "yaml", "version": 1, "text": BAD}
GOOD_PARAMETERS = {
    "initialize": {"capabilities": {}, "workspaceFolders": [{"uri": "untitled:a", "name": "a"}]},
    "textDocument/didOpen": {"textDocument": FILE},
    "textDocument/didChange": {"textDocument": FILE, "contentChanges": [{"text": BAD}]},
    "textDocument/didClose": {"textDocument": FILE},
    "workspace/didChangeWorkspaceFolders": {
        "event": {"added": [{"uri": "untitled:a"}], "removed": [{"uri": "untitled:a"}]}
    },
    "textDocument/codeAction": {
        "textDocument": FILE,
        "range": RANGE,
        "context": {"diagnostics": [], "only": ["quickfix"]},
    },
    "textDocument/inlayHint": {"textDocument": FILE, "range": RANGE},
    "textDocument/documentSymbol": {"textDocument": FILE},
} | {
    f"textDocument/{name}": {"textDocument": FILE, "position": POSITION}
    for name in ("hover", "completion", "definition", "references")
}
ODD = [
    None,
    -1,
    1.5,
    True,
    "",
    "\ud800",
    "file:///a%00b",
    "file://[",
    "a/\udfff",
    "swarm:",
    [],
    [None],
    [{}],
    {},
]


@pytest.mark.parametrize("method", GOOD_PARAMETERS)
def test_parameters_of_another_form_are_refused_and_nothing_else_is_hidden(method):
    """Each request has one answer, none is a failure, and a file that is open is still judged."""
    given = [*ODD, *spoiled(GOOD_PARAMETERS[method], ODD)]
    asks = method.rpartition("/")[2][:3] != "did"
    first = {"initialize": []}.get(method, [START])
    sent = [
        {"id": number, "method": method, "params": each} for number, each in enumerate(given, 100)
    ]
    if not asks:
        for each in sent:
            del each["id"]
    opened = {**FILE, "uri": "file:///other/stack.yml"}
    last = [
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        {"method": "textDocument/didSave", "params": {"textDocument": opened}},
        {"id": "s", "method": "textDocument/documentSymbol", "params": {"textDocument": opened}},
    ]
    ended, found = talk(*first, *sent, *([] if first else [START]), *last, *END)
    answers = [each["id"] for each in found if "method" not in each]

    assert ended
    assert len(set(answers)) == len(answers)
    assert {each["id"] for each in sent if asks} <= set(answers)
    assert [] == [each for each in found if each.get("error", {}).get("code") == -32603]
    assert not any(
        "failed" in each["params"].get("message", "") for each in found if "method" in each
    )
    assert [True] == [bool(each["result"]) for each in found if each.get("id") == "s"]


def test_no_change_is_no_change():
    change = {"textDocument": FILE, "contentChanges": []}
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": FILE}}
    _, found = talk(START, opened, {"method": "textDocument/didChange", "params": change}, *END)

    assert [] == [each for each in found if each.get("method") == "window/logMessage"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Content-Length: -5\r\n\r\n{}", "has no valid `Content-Length`"),
        (b"a: b\r\n\r\n{}", "has no valid `Content-Length`"),
        (b"Content-Length: 70000000\r\n\r\n{}", "is longer than 64 MiB"),
        (b"", ""),
    ],
)
def test_why_the_connection_ends_is_said(data, said):
    target = io.BytesIO()

    assert not serve(io.BytesIO(framed(START) + data), target)
    assert said.encode() in target.getvalue()
    assert bool(said) == (b"logMessage" in target.getvalue())


def test_what_needs_no_answer_gets_none():
    _, sent = talk(START, {"method": "$/cancelRequest", "params": {}}, {"id": 7, "result": 1}, *END)

    assert [0, 99] == [each["id"] for each in sent]


@pytest.mark.parametrize("data", [b"", b"x", b"Content-Length: 10\r\n\r\n{}", b"\r\n", b"a: b\r\n"])
def test_a_connection_that_is_lost(data):
    assert not serve(io.BytesIO(data), io.BytesIO())


def test_changes_that_come_together_are_judged_once():
    document = {"uri": "file:///nowhere/stack.yml", "version": 1}
    opened = {"textDocument": {**document, "text": BAD}}
    texts = [BAD.replace("80800", "8" * size) for size in range(1, 9)]
    changes = [
        {
            "method": "textDocument/didChange",
            "params": {"textDocument": document, "contentChanges": [{"text": text}]},
        }
        for text in texts
    ]
    hover = {
        "id": 1,
        "method": "textDocument/hover",
        "params": {"textDocument": document, "position": {"line": 6, "character": 12}},
    }
    messages = (START, {"method": "textDocument/didOpen", "params": opened}, *changes, hover, *END)
    _, sent = talk(*messages)
    answer = next(each for each in sent if each.get("id") == 1)

    assert "com.docker.lb.port" in answer["result"]["contents"]["value"]
    assert len([each for each in sent if "Diagnostics" in each.get("method", "")]) <= len(changes)


def test_it_asks_to_be_told_of_files_that_others_change():
    can = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    start = {**START, "params": {"capabilities": can}}
    _, sent = talk(start, {"method": "initialized", "params": {}}, *END)
    (asked,) = (each for each in sent if each.get("method") == "client/registerCapability")
    (registration,) = asked["params"]["registrations"]

    assert "workspace/didChangeWatchedFiles" == registration["method"]
    assert "yaml" in registration["registerOptions"]["watchers"][0]["globPattern"]


def test_the_process_ends_although_nobody_closes_its_input():
    command = [sys.executable, "-m", "linter", "server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT) as process:
        for message in (START, *END):
            process.stdin.write(framed(message))
        process.stdin.flush()

        assert 0 == process.wait(PATIENCE)
        assert b"" == process.stderr.read()


def test_it_starts_without_what_is_slow_to_import():
    code = "import sys, linter.server.serving; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    slow = {"asyncio", "attrs", "docker", "jsonschema", "lsprotocol", "pathlib", "pygls", "ruamel"}
    assert set() == slow & set(done.stdout.split())


# -- Places --------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("a🚀é\u0301\r\n\u2028\x85\U0001d4b3"), max_size=30), st.data())
def test_positions_count_units_of_utf_16_and_lead_back(text, data):
    source = Source("a", text)
    offset = data.draw(st.integers(0, len(text)))
    place = protocol.position(source, offset)
    before = text[:offset]
    breaks = before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    in_pair = before.endswith("\r") and text[offset:].startswith("\n")

    assert in_pair or breaks == place["line"]
    line = text[source.line_start(offset) : offset]
    assert len(line.encode("utf-16-le")) // 2 == place["character"]
    in_break = line.endswith("\r") or in_pair
    assert in_break or offset == protocol.offset_of(source, place)


@given(st.integers(0, 99), st.integers(0, 99))
def test_any_position_is_in_the_text(line, character):
    source = Source("a", "a🚀\r\nb\n")

    assert 0 <= protocol.offset_of(source, {"line": line, "character": character}) <= 6


@pytest.mark.parametrize("path", ["/a/b.yml", "/a b/ü.yml", "/a/%20#?.yml", "/a/\udcff.yml"])
def test_addresses_lead_back_to_paths(path):
    uri = protocol.uri_of(path)

    assert uri.isascii()
    assert uri.startswith("file:///")
    assert path == protocol.path_of(uri)


def test_a_text_in_no_file_keeps_its_address():
    assert "untitled:Untitled-1" == protocol.uri_of(protocol.path_of("untitled:Untitled-1"))
