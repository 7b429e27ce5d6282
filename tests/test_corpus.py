"""Real stack files, where they are to be had: whatever they hold, they are judged or refused."""

import json
import os
from pathlib import Path

import pytest
from support import component

from linter.files import Unreadable, read
from linter.interpolation import Environment
from linter.reading import Context
from linter.reading import read as read_stack
from linter.source import Source
from linter.syntax import NotYaml

CORPUS = os.environ.get("INTERLOCK_LINT_CORPUS")


def files():
    """All files below the folder that INTERLOCK_LINT_CORPUS names, whatever they are."""
    component("corpus", CORPUS, "INTERLOCK_LINT_CORPUS names no folder of stack files")
    found = [path for path in sorted(Path(CORPUS).rglob("*")) if path.is_file()]

    assert found, f"there are no files in {CORPUS}"
    return found


@pytest.mark.corpus
def test_every_file_is_judged_or_refused_with_a_reason(run):
    for path in files():
        status, out, err = run("check", "--isolated", "--format", "json", path)
        report = json.loads(out)

        assert status in (0, 1, 3), path
        assert (3 == status) == bool(report["unjudged"]), path
        assert len(err.splitlines()) == len(report["unjudged"]), path
        assert "crashed" not in err, path


@pytest.mark.corpus
def test_the_folder_as_a_whole(run):
    """What a folder is searched for is the same as naming the files that it finds."""
    files()
    _, out, err = run("check", "--isolated", "--format", "json", CORPUS)

    assert json.loads(out)["summary"]["services"] > 0
    assert "crashed" not in err


@pytest.mark.corpus
def test_spans_point_at_what_is_written():
    """Of every label: the key stands in the text as it is read, but for quotes and variables."""
    labels = 0
    for path in files():
        try:
            source = read(str(path))
            stack = read_stack([source], Context(Environment()))
        except (Unreadable, NotYaml):
            continue
        for service in stack.services:
            for label in service.labels:
                labels += 1
                written = label.key.span.text
                if "$" not in written and "\n" not in written:
                    assert label.key.value == written.strip("'\""), (path, written)
                if label.value.value and label.value.plain and "$" not in label.value.span.text:
                    shown = label.value.span.text
                    assert label.value.value == shown or label.value.kind != "string", path

    assert labels > 100


@pytest.mark.corpus
def test_line_ends_do_not_matter():
    """A file with CRLF gives the same labels as with LF."""

    def labels(text):
        stack = read_stack([Source("x", text)], Context(Environment()))
        return [
            (str(label.key), str(label.value))
            for service in stack.services
            for label in service.labels
        ]

    for path in files():
        try:
            text = read(str(path)).text
            expected = labels(text.replace("\r\n", "\n"))
        except (Unreadable, NotYaml):
            continue

        assert expected == labels(text.replace("\r\n", "\n").replace("\n", "\r\n")), path
