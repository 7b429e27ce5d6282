"""
No line of the program is executed more often than the input grows.

This counts how often each line runs for inputs of some size, twice and four times that size. A line
that runs for each pair of two things runs four times as often when there are twice as many.
"""

import contextlib
import io
import json
import shlex
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

import linter
from benchmarks.shapes import SHAPES
from linter import cli
from linter.files import shares
from linter.server import protocol
from linter.server.actions import actions
from linter.server.completion import complete
from linter.server.folder import Folder
from linter.server.hints import hints, symbols
from linter.server.hover import hover
from linter.server.references import definitions, references

MOST = 2.6
"""Times that a line may run more often for twice as much; sorting needs some more than twice."""

FEW = 300
"""Runs that are not enough to tell."""

PATH = "/nowhere/stack.yml"

ROOTS = tuple(linter.__path__)


def counted(call):
    """How often each line of the program runs in a call, and what it returns."""
    counts = Counter()

    def count(frame, event, _):
        if event == "line":
            counts[frame.f_code, frame.f_lineno] += 1
        return count

    def choose(frame, *_):
        """Only our own code: the line of any other code runs because one of ours does."""
        return count if frame.f_code.co_filename.startswith(ROOTS) else None

    before = sys.gettrace()
    sys.settrace(choose)
    try:
        result = call()
    finally:
        sys.settrace(before)
    return counts, result


def printed_by(words):
    """What a command line prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        assert cli.main(words) in (0, 1)
    return out.getvalue()


def growing(middle, large):
    """The lines that run more often than the input grows, with how often they run."""
    return {
        f"{Path(code.co_filename).name}:{line} {code.co_name}": (before, now)
        for (code, line), now in large.items()
        if now > FEW and now > MOST * (before := middle[code, line])
    }


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.title}")
def test_no_line_runs_for_each_pair(tmp_path, monkeypatch, shape):
    monkeypatch.setattr(shares, "number", lambda *_: 1)  # what other processes do is not counted
    sizes = (shape.counted, 2 * shape.counted, 4 * shape.counted)
    for size in sizes:
        shape.write(size, tmp_path / str(size))
    runs = []
    for size in (sizes[-1], *sizes):  # the first run fills what is remembered between runs
        monkeypatch.chdir(tmp_path / str(size))
        runs.append(counted(partial(printed_by, shlex.split(shape.command))))
    printed = [len(out) for _, out in runs[1:]]

    assert {} == growing(runs[2][0], runs[3][0])
    assert printed[2] < MOST * max(printed[1], FEW), "the output does not grow faster either"


SERVICE = (
    "s{0}: {{image: i, networks: [n], deploy: {{labels: "
    "{{com.docker.lb.hosts: %s, com.docker.lb.prot: 80}}}}}}"
)


def asked(text):
    """Everything that an editor shows of a text, and may ask at one place in it."""
    folder = Folder(["/nowhere"])
    folder.texts[PATH] = text
    judged = folder.judge(PATH)[PATH]
    found = [protocol.diagnostics(judged), *map(protocol.symbol, symbols(judged))]
    found += map(protocol.hint, hints(judged))
    offset = protocol.offset_of(judged.source, {"line": 0, "character": len(text) // 2})
    found += map(protocol.action, actions(judged, offset, offset + 200))
    found += map(protocol.candidate, complete(judged, offset))
    found += protocol.locations(definitions(judged, offset))
    found += protocol.locations(references(judged, offset))
    return [*found, hover(judged, offset)]


@pytest.mark.parametrize(
    "host", ["A{0}.example.com", "a.example.com"], ids=["many hosts", "one host"]
)
@pytest.mark.parametrize(
    ("start", "between", "end"),
    [
        ("services: {", ", ", "}\nnetworks: {n: {}}\n"),
        ("services:\n  ", "\n  ", "\nnetworks: {n: {}}\n"),
    ],
    ids=["one line", "many lines"],
)
def test_no_line_runs_for_each_pair_in_an_editor(host, start, between, end):
    sizes = (80, 40, 80)  # the first run fills what is remembered between runs
    texts = (
        start + between.join(map((SERVICE % host).format, range(each))) + end for each in sizes
    )
    _, (middle, _), (large, found) = [counted(partial(asked, each)) for each in texts]

    assert found[0]
    assert {} == growing(middle, large)
    assert len(json.dumps(found)) < 4_000 * 80, "an answer does not repeat all services for each"
