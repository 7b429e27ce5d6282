"""
No line of the program is executed more often than the input grows.

This counts how often each line runs for inputs of some size, twice and four times that size. A line
that runs for each pair of two things runs four times as often when there are twice as many.
"""

import contextlib
import io
import shlex
import sys
from collections import Counter
from pathlib import Path

import pytest

import linter
from benchmarks.shapes import SHAPES
from linter import cli
from linter.files import shares

MOST = 2.6
"""Times that a line may run more often for twice as much; sorting needs some more than twice."""

FEW = 300
"""Runs that are not enough to tell."""

ROOTS = tuple(linter.__path__)


def counted(words):
    """How often each line of the program runs for a command line, and what it prints."""
    counts, out = Counter(), io.StringIO()

    def count(frame, event, _):
        if event == "line":
            counts[frame.f_code, frame.f_lineno] += 1
        return count

    def choose(frame, *_):
        """Only our own code: the line of any other code runs because one of ours does."""
        return count if frame.f_code.co_filename.startswith(ROOTS) else None

    before = sys.gettrace()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        sys.settrace(choose)
        try:
            status = cli.main(words)
        finally:
            sys.settrace(before)
    assert status in (0, 1)
    return counts, out.getvalue()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.title}")
def test_no_line_runs_for_each_pair(tmp_path, monkeypatch, shape):
    monkeypatch.setattr(shares, "number", lambda *_: 1)  # what other processes do is not counted
    sizes = (shape.counted, 2 * shape.counted, 4 * shape.counted)
    for size in sizes:
        shape.write(size, tmp_path / str(size))
    runs = []
    for size in (sizes[-1], *sizes):  # the first run fills what is remembered between runs
        monkeypatch.chdir(tmp_path / str(size))
        runs.append(counted(shlex.split(shape.command)))
    (small, _), (middle, _), (large, _) = runs[1:]
    printed = [len(out) for _, out in runs[1:]]
    growing = {
        f"{Path(code.co_filename).name}:{line} {code.co_name}": (small[code, line], before, now)
        for (code, line), now in large.items()
        if now > FEW and now > MOST * (before := middle[code, line])
    }

    assert {} == growing
    assert printed[2] < MOST * max(printed[1], FEW), "the output does not grow faster either"
