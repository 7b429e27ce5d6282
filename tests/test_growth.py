"""
No line of the program is executed more often than the input grows.

This counts how often each line runs for inputs of some size, and of twice that size. A line that
runs for each pair of two things runs four times as often when there are twice as many. What a
line copies is counted as well: one that copies all of a long text for each thing in it takes time
for each pair, however seldom it runs.
"""

import contextlib
import io
import json
import shlex
import sys
import tracemalloc
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

import linter
from benchmarks.shapes import SHAPES
from benchmarks.shapes.shape import FILE, own_hosts, stack
from linter import cli
from linter.files import shares
from linter.reading import conditions, jinja
from linter.server import protocol
from linter.server.actions import actions
from linter.server.completion import complete
from linter.server.folder import Folder
from linter.server.hints import hints, symbols
from linter.server.hover import hover
from linter.server.references import definitions, references
from linter.syntax.source import Source

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


def copied(call, size):
    """How often each line of the program copies that much at once in a call."""
    counts = Counter()
    line, before = None, 0

    def count(frame, *_):
        nonlocal line, before
        now, most = tracemalloc.get_traced_memory()
        if line is not None and most - before >= size:
            counts[line] += 1
        line, before = (frame.f_code, frame.f_lineno), now
        tracemalloc.reset_peak()
        return count

    def choose(frame, *_):
        return count if frame.f_code.co_filename.startswith(ROOTS) else None

    tracer = sys.gettrace()
    tracemalloc.start()
    sys.settrace(choose)
    try:
        call()
    finally:
        sys.settrace(tracer)
        tracemalloc.stop()
    return {
        f"{Path(code.co_filename).name}:{number} {code.co_name}": count
        for (code, number), count in counts.items()
    }


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
    words = shlex.split(shape.command)
    folders = []
    for size in (2 * shape.counted, 4 * shape.counted):
        folders.append(tmp_path / str(size))
        shape.write(size, folders[-1])
    monkeypatch.chdir(folders[-1])
    printed_by(words)  # fills what is remembered between runs
    runs = []
    for folder in folders:
        monkeypatch.chdir(folder)
        runs.append(counted(partial(printed_by, words)))
    (middle, less), (large, more) = runs

    assert {} == growing(middle, large)
    assert len(more) < MOST * max(len(less), FEW), "the output does not grow faster either"


LONG = 200_000
"""Characters of a text around everything else, however many things it has."""

FLOW = "services: {"
COPIES = 12
"""How often a line may copy such a text: as it is read, masked, decoded, written, for each view."""

LENGTHENED = (
    *("findings on one line", "findings on one line, as JSON", "fixes on one line"),
    *("fixes on one line, as JSON", "services on one line, changed", "findings as html"),
    *("comments that ignore findings of their lines", "resources of Terraform"),
    *("commands of a script", "expressions of a template"),
)


def lengthened(text):
    """A text with long comments around it and before its last service, or with a long line."""
    comment = f"# {'x y, ' * (LONG // 5)}\n"
    services, last, rest = text.rpartition("\n  s")
    text = f"{services}\n{comment}  s{rest}" if last else text
    if text.startswith(FLOW):
        return f"{FLOW}{' ' * LONG}{text.removeprefix(FLOW)}"
    return f"{comment}{text}{comment}"


@pytest.mark.slow
@pytest.mark.parametrize("title", LENGTHENED)
def test_no_line_copies_all_of_a_text_for_each_thing(tmp_path, monkeypatch, title):
    monkeypatch.setattr(shares, "number", lambda *_: 1)
    (shape,) = [each for each in SHAPES if each.title == title]
    words = shlex.split(shape.command)
    shape.write(2 * COPIES, tmp_path)
    monkeypatch.chdir(tmp_path)
    printed_by(words)  # fills what is remembered between runs
    path = next(Path(word) for word in words if Path(word).exists())
    path.write_text(lengthened(path.read_text()))
    counts = copied(partial(printed_by, words), LONG // 3)

    assert counts, "a long text is copied at all"
    assert {} == {line: count for line, count in counts.items() if count > COPIES}


SERVICE = (
    "s{0}: {{image: i, networks: [n{0}], deploy: {{labels: {{com.docker.lb.network: n{0}, "
    "com.docker.lb.ssl_cert: c{0}, com.docker.lb.hosts: %s, com.docker.lb.prot: 80}}}}}}"
)


def test_a_condition_is_read_once_for_all_views():
    """A template is read as up to 64 stacks, and each of them asks about all conditions."""
    ways = "".join(f"{{% {'elif' if n else 'if'} x == {n} %}}\n" for n in range(40))
    others = "".join(f"{{% if y{n} %}}\na{n}: 1\n{{% endif %}}\n" for n in range(100))
    source = Source(PATH, f"services:\n{ways}{{% endif %}}\n{others}")
    counts, views = counted(lambda: list(jinja.views(source)))
    lines = {line: n for (code, line), n in counts.items() if code is conditions.read.__code__}

    assert 41 == len(views)
    assert 140 == lines[min(lines)]


def of_services(count, host, start, between, end):
    """A stack of so many services, each with a network and a certificate of its own."""
    services = between.join(map((SERVICE % host).format, range(count)))
    networks = ", ".join(f"n{number}: {{}}" for number in range(count))
    secrets = ", ".join(f"c{number}: {{file: f}}" for number in range(count))
    return f"{start}{services}{end}networks: {{{networks}}}\nsecrets: {{{secrets}}}\n"


def asked(text):
    """Everything that an editor shows of a text, and may ask at some places in it."""
    folder = Folder(["/nowhere"])
    folder.texts[PATH] = text
    judged = folder.judge(PATH)[PATH]
    found = [protocol.diagnostics(judged), *map(protocol.symbol, symbols(judged))]
    found += map(protocol.hint, hints(judged))
    found += map(protocol.action, actions(judged, 0, len(text)))
    for what in (".network: n", ".ssl_cert: c", ".hosts: ", ".prot: "):
        offset = text.rindex(what) + len(what)
        found += map(protocol.candidate, complete(judged, offset))
        found += protocol.locations(definitions(judged, offset))
        found += protocol.locations(references(judged, offset))
        found += [protocol.hover(*each) for each in [hover(judged, offset)] if each]
    return found


@pytest.mark.parametrize(
    "host", ["A{0}.example.com", "a.example.com"], ids=["many hosts", "one host"]
)
@pytest.mark.parametrize(
    ("start", "between", "end"),
    [(FLOW, ", ", "}\n"), ("services:\n  ", "\n  ", "\n")],
    ids=["one line", "many lines"],
)
def test_nothing_is_done_for_each_pair_in_an_editor(host, start, between, end):
    few, many = (of_services(count, host, start, between, end) for count in (40, 80))
    counted(partial(asked, many))  # fills what is remembered between runs
    (middle, less), (large, found) = [counted(partial(asked, each)) for each in (few, many)]
    copies = copied(partial(asked, lengthened(few)), LONG // 2)

    assert found[0]
    assert {} == growing(middle, large)
    assert len(json.dumps(found)) < MOST * len(json.dumps(less))
    assert {} == {line: count for line, count in copies.items() if count > COPIES}


def test_completion_reads_no_lines_below_other_labels():
    folder = Folder(["/nowhere"])
    text = lengthened(stack(own_hosts(3 * COPIES))[FILE])
    folder.texts[PATH] = text
    judged = folder.judge(PATH)[PATH]
    copies = copied(partial(complete, judged, text.rindex("lb.port: ") + 9), LONG // 3)

    assert {} == {line: count for line, count in copies.items() if count > COPIES}


def test_the_outline_of_services_on_one_line_walks_the_lines_below_once():
    services = ", ".join(f"s{number}: {{image: i}}" for number in range(60))

    def outlined(lines):
        folder = Folder(["/nowhere"])
        end = f"{' ' * 2_000}z: {{image: i}}}}\n"
        folder.texts[PATH] = f"{FLOW}{services},\n{(' ' * 2_000 + '# x' + chr(10)) * lines}{end}"
        return list(symbols(folder.judge(PATH)[PATH]))

    counted(partial(outlined, 60))
    (middle, _), (large, found) = [counted(partial(outlined, each)) for each in (60, 120)]

    assert 61 == len(found)
    assert {} == growing(middle, large)
    assert max(count for (code, _), count in large.items() if code.co_name == "_whole") < 300


def test_a_folder_of_many_files_is_judged_one_by_one(tmp_path):
    def looked(count):
        for number in range(count):
            text = of_services(1, f"h{number}", "services:\n  ", "", "\n")
            (tmp_path / f"s{number}.stack.yml").write_text(text)
        return Folder([str(tmp_path)]).look()

    counted(partial(looked, 20))
    (middle, _), (large, found) = [counted(partial(looked, each)) for each in (40, 80)]

    assert 80 == len(found)
    assert {} == growing(middle, large)
