"""A diff is what `patch` and `git apply` take, and shows nothing that is nobody's business."""

import shutil
import subprocess

import pytest
from generated_changes import changes_of, loaded, names
from generated_stacks import stack_texts
from hypothesis import assume, given
from hypothesis import strategies as st
from placing import CASES, load
from support import PATIENCE, component

from linter.editing.diff import diff, hunks
from linter.editing.edits import apply
from linter.editing.place import place
from linter.editing.public import public
from linter.editing.revise import revise
from linter.files.decoding import encode
from linter.model.change import Change
from linter.model.diagnostic import Edit
from linter.syntax.source import Source, Span

TOOLS = {
    "patch": ["patch", "-p1", "--silent", "--fuzz=1"],
    "git": ["git", "apply", "--unidiff-zero", "--whitespace=nowarn"],
}
SECRETS = """\
services:
  web:
    image: i
    environment:
      PASSWORD: hunter2
    deploy:
      replicas: 2
  api:
    environment: {PASSWORD: hunter2}
    command: run --password hunter2
    deploy:
      labels:
        port: 80
    secrets:
      - hunter2
    environment_file: |
      PASSWORD=hunter2
  db: {image: i, environment: {PASSWORD: hunter2}, deploy: {labels: {port: 80}}}
"""


def patched(folder, tool, source, changes):
    """The bytes that a real tool makes of a file by our diff."""
    component(tool, shutil.which(tool), f"there is no `{tool}` here")
    path = folder / "stack.yml"
    path.write_bytes(encode(source, source.text))
    text = diff(source, hunks(source, changes), public(source).lines).text
    result = subprocess.run(
        TOOLS[tool], input=text.encode(), cwd=folder, capture_output=True, timeout=PATIENCE
    )

    assert 0 == result.returncode, (text, result.stdout + result.stderr)
    return path.read_bytes()


def renamed(stack):
    """The source, called as it is in a folder of its own."""
    source = stack.sources[0]
    source.path = "stack.yml"
    return source


@pytest.mark.slow
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_diff_is_applied_by_real_tools(tool, line_break, tmp_path):
    """Each case of the table that changes something."""
    for param in CASES[::4]:
        case = param.values[0]
        stack = load(case.before.replace("\n", line_break)).stack
        source, edits = renamed(stack), place(stack, case.changes).edits
        if edits:
            expected = encode(source, apply(source.text, edits))

            assert expected == patched(tmp_path, tool, source, edits), param.id


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("end", ["\n", ""], ids=["line break", "none"])
def test_several_hunks(tool, end, tmp_path):
    lines = ["services:"]
    for number in range(12):
        lines += [f"  web{number}:", "    image: i", "    environment:", "      A: b"]
        lines += ["    deploy:", "      labels:", "        port: 80"] if number % 3 else []
    stack = load("\n".join(lines) + end).stack
    wanted = [Change(f"web{number}", "mode", "vip") for number in (0, 1, 2, 5, 11)]
    source, edits = renamed(stack), place(stack, wanted).edits

    assert encode(source, apply(source.text, edits)) == patched(tmp_path, tool, source, edits)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("a\n\nb\n\n", 2, {1}),  # as at the end
        ("\na\n\nb\n", 2, {2}),  # as at the start
        ("\na\n\nb\n\n", 2, {0, 2, 4}),
        ("a\n\nb\n\n", 4, {3}),
        ("\na\n\nb\n", 0, {0}),
    ],
)
def test_new_lines_go_where_they_belong(tool, text, line, shown, tmp_path):
    """The line next to them is there more than once."""
    component(tool, shutil.which(tool), f"there is no `{tool}` here")
    source = Source("stack.yml", text)
    offset = len("".join(text.splitlines(keepends=True)[:line]))
    edits = [Edit(Span(source, offset, offset), "new\n")]
    (tmp_path / "stack.yml").write_text(text)
    made = diff(source, hunks(source, edits), shown).text
    subprocess.run(TOOLS[tool], input=made.encode(), cwd=tmp_path, check=True, timeout=PATIENCE)

    assert apply(text, edits) == (tmp_path / "stack.yml").read_text()


@pytest.mark.parametrize("names", [["web"], ["api"], ["db"], ["web", "api", "db"]], ids=" ".join)
def test_no_line_that_may_hold_a_secret_is_shown_beside_a_change(names):
    stack = load(SECRETS).stack
    edits = place(stack, [Change(name, "mode", "vip") for name in names]).edits
    source = stack.sources[0]
    text = diff(source, hunks(source, edits), public(source).lines).text
    shown = [line for line in text.splitlines() if "hunter2" in line]

    # The one service on a line of its own cannot be changed without it.
    assert [] == [line for line in shown if "db: {" not in line]


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_a_generated_diff_shows_no_environment(text, data):
    assume(text[-1] in "\r\n")  # else the last line changes when something comes behind it
    before = loaded(text)
    _, rewrites, _ = revise([before], [data.draw(changes_of(names(before.stack)))])
    for rewrite in rewrites:
        source = rewrite.source
        changes = hunks(source, rewrite.edits)
        shown = diff(source, changes, public(source).lines).text

        assert "hunter2" not in shown
        assert "run # this" not in shown
