"""A patch shows nothing secret, and real programs make the new text of it; or there is none."""

import re
import shutil
import subprocess

import pytest
from generated_changes import changes_of, loaded, names
from generated_stacks import stack_texts
from hypothesis import given
from hypothesis import strategies as st
from support import PATIENCE, component

from linter.editing.revise import revise
from linter.files.decoding import encode
from linter.report.changes.patches import patch

SECRET = re.compile("hunter2|run # this|# (?:why|note|a stack|tab|begins|the end)")
PROGRAMS = {
    "patch": ["patch", "-p1", "--silent", "--fuzz=1"],
    "git": ["git", "apply", "--unidiff-zero", "--whitespace=nowarn"],
}


def generated(text, data):
    """The patches for generated changes of a generated file, and how the file is rewritten."""
    before = loaded(text)
    _, rewrites, _ = revise([before], [data.draw(changes_of(names(before.stack)))])
    for rewrite in rewrites:
        named = frozenset(("team",))
        yield rewrite, patch(rewrite.source, rewrite.edits, named)


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_nothing_secret_is_shown(text, data):
    for rewrite, made in generated(text, data):
        shown = made.text + "".join(line for _, line in made.lines)
        repeated = "".join(edit.text for edit in rewrite.edits)

        assert not SECRET.search(shown)
        assert made.repeats or not SECRET.search(repeated)
        assert bool(made.text) is not bool(made.withheld)


@pytest.mark.fuzz
@pytest.mark.parametrize("program", PROGRAMS)
@given(text=stack_texts(), data=st.data())
def test_real_programs_apply_it(program, tmp_path_factory, text, data):
    component(program, shutil.which(program), f"there is no `{program}` here")
    folder = tmp_path_factory.mktemp("patch")
    for rewrite, made in generated(text, data):
        if made.text:
            path = folder / "stack.yml"
            path.write_bytes(encode(rewrite.source, rewrite.source.text))
            found = subprocess.run(
                PROGRAMS[program],
                input=made.text.encode(),
                cwd=folder,
                capture_output=True,
                timeout=PATIENCE,
            )

            assert 0 == found.returncode, (made.text, found.stdout + found.stderr)
            assert encode(rewrite.source, rewrite.text) == path.read_bytes()
