"""How wide the text reports are."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from generated_stacks import stack_texts
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT

from linter import cli
from linter.report.escape import width

EXAMPLES = str(ROOT / "examples")
PLANS = [str(ROOT / "examples" / "plan" / name) for name in ("old.yml", "new.yml")]
COMMANDS = (
    ("check",),
    ("check", "--verbose"),
    ("check", "--statistics"),
    ("check", "--show-files"),
    ("routes",),
    ("routes", "--what-if", "vip"),
    ("fix", "--unsafe"),
    ("migrate", "--to", "vip"),
    ("migrate", "--to", "task"),
    ("labels", "list"),
)
# A line of a file, what marks or changes a part of it, a line of a patch, and where a finding is.
EXCERPT = r" *[0-9]* \| | +[-+] |[-+@ \\]|diff |  \| | *(-->|:::) "


def too_wide(out, columns):
    """The lines that are wider than the terminal, although they could be wrapped."""
    return [
        line
        for line in out.splitlines()
        if width(line) > columns and len(line.split()) > 1 and not re.match(EXCERPT, line)
    ]


def report(command, columns):
    """What a command prints on a terminal so wide."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.setenv("COLUMNS", str(columns))
        with redirect_stderr(io.StringIO()):
            cli.main(list(command))
    return out.getvalue()


@pytest.mark.parametrize("columns", [72, 80])
@pytest.mark.parametrize(
    "command",
    [
        *((*each, EXAMPLES) for each in COMMANDS),
        ("routes", "--want", "shop-next=15", f"{EXAMPLES}/canary.yml"),
        ("plan", *PLANS),
    ],
    ids=lambda words: "-".join(words[:3]),
)
def test_no_line_of_a_report_is_wider_than_the_terminal(command, columns):
    out = report(command, columns)

    assert out
    assert [] == too_wide(out, columns)


@pytest.mark.fuzz
@given(stack_texts(), stack_texts(), st.sampled_from([*COMMANDS, ("plan",)]), st.integers(72, 120))
def test_no_stack_makes_a_line_wider_than_the_terminal(one, other, command, columns):
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("stack.yml", "other.yml")]
        for path, text in zip(paths, (one, other), strict=True):
            path.write_text(text, encoding="utf-8")
        named = paths[:1] if command[0] == "labels" else paths
        out = report((*command, *map(str, named)), columns)

    assert [] == too_wide(out, columns)
