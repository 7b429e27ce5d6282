"""Real stack files, if available: each of them is checked, or refused with a reason."""

import json
import os
from pathlib import Path

import docker_cli
import pytest
from support import component

from linter.files.decoding import Unreadable, read
from linter.reading.stack_reader import ReadOptions
from linter.reading.stack_reader import read as read_stack
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

CORPUS = os.environ.get("INTERLOCK_LINT_CORPUS")


def files():
    """All files in the folder INTERLOCK_LINT_CORPUS, of any kind."""
    component("corpus", CORPUS, "INTERLOCK_LINT_CORPUS names no folder of stack files")
    found = [path for path in sorted(Path(CORPUS).rglob("*")) if path.is_file()]

    assert found, f"there are no files in {CORPUS}"
    return found


@pytest.mark.corpus
def test_every_file_is_checked_or_refused_with_a_reason(run):
    for path in files():
        status, out, err = run("check", "--isolated", "--format", "json", path)
        report = json.loads(out)

        assert status in (0, 1, 3), path
        assert (3 == status) == bool(report["unjudged"]), path
        said = [line for line in err.splitlines() if not line.startswith("warning: ")]
        assert len(said) == len(report["unjudged"]), path
        assert "crashed" not in err, path


@pytest.mark.corpus
def test_the_folder_as_a_whole(run):
    """Naming the folder gives the same result as naming the files that are found in it."""
    files()
    _, out, err = run("check", "--isolated", "--format", "json", CORPUS)

    assert json.loads(out)["summary"]["services"] > 0
    assert "crashed" not in err


@pytest.mark.corpus
def test_spans_point_at_the_text_as_written():
    """The key of each label is in the text as it is read, except for quotes and variables."""
    labels = 0
    for path in files():
        try:
            source = read(str(path))
            stack = read_stack([source], ReadOptions(Environment()))
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
        stack = read_stack([Source("x", text)], ReadOptions(Environment()))
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


# The expected findings in the labeled files, by the number at the start of their names: all errors
# and warnings, and the infos that must not be missed. Files that are not listed are clean.
KEY, BOOLEAN = "network-key-not-name", "unquoted-boolean"
STACK_NAME, PUBLISHED = "hard-coded-stack-name", "port-also-published"
ROOTS = ["conflicting-context-roots", "missing-network"]
CONTAINER = ["container-label"]
PROBLEMS = {
    "116": ["reserved-network"],
    "011": ["secret-name-mismatch"] * 2,
    "013": [*ROOTS, BOOLEAN, BOOLEAN, *["context-root-not-rewritten"] * 2],
    "014": [*ROOTS, "empty-label"],
    "015": [*ROOTS, "empty-label"],
    "017": ["invalid-value"],
    "024": [BOOLEAN],
    "032": ["hrm-label"],
    "033": ["missing-network"],
    "037": [KEY],
    "060": ["hrm-label"],
    **dict.fromkeys(("070", "071", "072", "073", "074"), CONTAINER),
    "076": [KEY],
    "086": ["network-not-attached"],
    "087": [KEY],
    "093": ["hrm-label"],
    "131": ["duplicate-key", "undeclared-network"],
    "146": ["network-not-attached", "published-port-as-target"],
    "153": ["undeclared-network"],
    "154": ["undeclared-network", BOOLEAN],
}
HINTS = {
    "012": [STACK_NAME, "root-context", PUBLISHED],
    **{number: ["hrm-label-superseded", "hrm-network"] for number in ("013", "015")},
    "016": [STACK_NAME],
    **{f"{number:03}": [STACK_NAME, PUBLISHED] for number in range(18, 31)},
    **{number: [STACK_NAME, PUBLISHED] for number in ("031", "034", "035", "036")},
    **{number: [PUBLISHED] for number in ("038", "039", "040", "041", "042")},
    **{number: ["hrm-network"] for number in ("061", "062", "146")},
    **{number: [STACK_NAME] for number in ("063", "064", "065", "066", "145")},
    **{number: [PUBLISHED] for number in ("090", "091")},
}
# Whether Docker rejects a file is compared with Docker itself.
REJECTED = {
    *("unknown-key", "refused-value", "old-boolean", "label-not-a-string"),
    *("missing-image", "unescaped-dollar"),
}
NOT_JUDGED = {"156"}


def labelled():
    """The stack files of the labeled corpus, by number, without files of other kinds."""
    suffixes = (".yml", ".yaml", ".sh")
    found = {
        path.name[:3]: path
        for path in files()
        if path.parent.name == "labelled" and path.suffix in suffixes
    }
    if not found:
        pytest.skip(f"no folder `labelled` with stack files in {CORPUS}")
    return found


@pytest.mark.corpus
def test_labeled_files_have_the_expected_findings(run):
    """No false alarms, and nothing missed: every file was reviewed by hand."""
    got, missed = {}, {}
    for number, path in labelled().items():
        status, out, _ = run("check", "--isolated", "--format", "json", path)
        report = json.loads(out)["diagnostics"]
        problems = sorted(
            each["rule"]
            for each in report
            if each["severity"] != "info" and each["rule"] not in REJECTED
        )
        hints = {each["rule"] for each in report if each["severity"] == "info"}
        if problems != sorted(PROBLEMS.get(number, [])):
            got[path.name] = problems
        if lacking := set(HINTS.get(number, [])) - hints:
            missed[path.name] = lacking

        assert (3 == status) == (number in NOT_JUDGED), path

    assert ({}, {}) == (got, missed)


@pytest.mark.corpus
@pytest.mark.docker_cli
def test_docker_rejects_the_same_files(tmp_path):
    """With no variable set, and as far as no other file is read."""
    docker_cli.require()
    differing = []
    for path in files():
        try:
            text = read(str(path)).text
        except Unreadable:
            continue
        theirs = docker_cli.stack_config(tmp_path, text)
        if isinstance(theirs, str) and "no such file" in theirs:
            continue
        try:
            stack = read_stack([Source("stack.yml", text)], ReadOptions(Environment(complete=True)))
            ours = stack.is_rejected or any(service.misplaced for service in stack.services)
        except NotYaml:
            ours = True
        if ours != isinstance(theirs, str):
            differing.append(str(path))

    assert [] == differing


@pytest.mark.corpus
def test_an_unset_variable_breaks_a_label(run):
    """`docker stack deploy` does not set COMPOSE_PROJECT_NAME, which the file relies on."""
    path = labelled()["062"]
    status, out, _ = run("check", "--isolated", "--format", "json", "--env-file", os.devnull, path)
    rules = [each["rule"] for each in json.loads(out)["diagnostics"]]

    assert 1 == status
    assert {"unset-variable", "invalid-value"} <= set(rules)
