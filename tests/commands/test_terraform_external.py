"""Terraform's data source `external`: its protocol, and the example in a real Terraform."""

import io
import json
import os
import re
import shutil
import subprocess
import sys

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import BAD, GOOD, ROOT, WARNING, component

from linter import cli
from linter.files.decoding import MAX_BYTES
from linter.model.vocabulary import load_schema

COMMAND = ("check", "--format", "terraform-external", "--isolated")
EXAMPLE = ROOT / "examples" / "terraform"
PAGE = ROOT / "docs" / "terraform.md"


@pytest.fixture
def ask(workspace, run, monkeypatch):
    """What Terraform gets for a query: the exit status, the result, and standard error."""
    workspace({})

    def ask(query, *words):
        data = query if isinstance(query, bytes) else json.dumps(query).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        status, out, err = run(*COMMAND, *words)
        return status, json.loads(out) if out else None, err

    return ask


# -- The result ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stack", "words", "verdict", "counts"),
    [
        (GOOD, ["--ignore", "not-routed"], "passed", "0 0 0 0"),
        (BAD, [], "failed", "1 0 0 0"),
        (WARNING, [], "failed", "0 1 0 0"),
        (WARNING, ["--fail-on", "error"], "passed", "0 1 0 0"),
        ("a: [b", [], "unjudged", "0 0 0 1"),
        ("", [], "unjudged", "0 0 0 1"),
    ],
)
def test_the_verdict_and_the_counts(ask, stack, words, verdict, counts):
    """The exit status says only that there is a result."""
    status, result, _ = ask({"stack": stack, "filename": "stack.yml"}, *words)

    assert 0 == status
    assert verdict == result["verdict"]
    kinds = ("errors", "warnings", "infos", "unjudged")
    assert counts.split() == [result[each] for each in kinds]


def test_the_result_is_an_object_of_strings_with_the_report(ask):
    for stack in (GOOD, BAD, "a: [b"):
        _, result, _ = ask({"stack": stack})

        jsonschema.validate(result, load_schema("terraform-external"))
        jsonschema.validate(json.loads(result["report"]), load_schema("report"))


def test_the_message_has_the_worst_first_and_an_end(ask):
    labels = "".join(f"        com.docker.lb.x{each}: ''\n" for each in range(30))
    _, result, _ = ask({"stack": BAD + labels, "filename": "stack.yml"})
    lines = result["message"].splitlines()

    assert "stack.yml:7:29: error[invalid-value] Invalid value `80800`" in lines[0]
    assert lines[1].startswith("  ")
    assert re.fullmatch(r"\d+ more", lines[-2])
    assert "1 error, 30 warnings in 1 file, 1 service" in lines[-1]
    assert len(lines) < 50


# -- The query -----------------------------------------------------------------------------------


def test_without_a_stack_the_command_line_names_it(ask, workspace):
    workspace({"stack.yml": BAD})

    assert "failed" == ask({}, "stack.yml")[1]["verdict"]
    assert "failed" == ask({})[1]["verdict"]  # the current folder


def test_the_stack_is_judged_with_others(ask, workspace):
    """As `-` would be: compared with them, or before a file that overrides it."""
    workspace({"other.yml": GOOD, "over.yml": GOOD.replace("8080", "80800")})
    _, result, _ = ask({"stack": GOOD, "filename": "stack.yml"}, "other.yml")

    assert 2 == json.loads(result["report"])["summary"]["files"]
    _, result, _ = ask({"stack": GOOD}, "-c", "-", "-c", "over.yml")
    assert 1 == json.loads(result["report"])["summary"]["stacks"]
    assert "over.yml:7:29: error[invalid-value]" in result["message"]


@pytest.mark.parametrize(
    ("query", "words", "wrong"),
    [
        (b"", [], "standard input is empty"),
        (b"{", [], "query: not a JSON object"),
        (b"\xff", [], "query: not a JSON object"),
        (b"[" * 100_000, [], "query: not a JSON object"),
        ([], [], "query: not a JSON object"),
        ({"stack": GOOD, "fail_on": "error"}, [], "unknown key `fail_on`"),
        ({"stak": GOOD}, [], "unknown key `stak`; did you mean `stack`?"),
        ({"stack": 1}, [], "query: `stack` must be a string"),
        ({"filename": "stack.yml"}, [], "`filename` is the name of `stack`, which is missing"),
        ({}, ["-"], "`-` stands for the key `stack`, which is missing"),
        ({"stack": "x" * MAX_BYTES}, [], "query: larger than 10 MiB"),
        ({"stack": GOOD}, ["--select", "nothing"], "--select"),
        ({"stack": GOOD}, ["--no-such-option"], "--no-such-option"),
    ],
)
def test_a_broken_query_is_a_failure_of_the_program(ask, query, words, wrong):
    status, result, err = ask(query, *words)

    assert (2, None) == (status, result)
    assert wrong in err
    assert err.startswith("error: ")


def test_a_report_that_cannot_be_written_is_a_failure_too(ask, workspace):
    workspace({"json/x": ""})
    status, _, err = ask({"stack": GOOD}, "--output", "json=json")

    assert status != 0
    assert "--output" in err


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["stack", "filename", "x"]), inner, max_size=3)
        ),
        max_leaves=4,
    ).map(json.dumps)
    | st.text(max_size=20)
)
def test_any_query_has_a_result_or_a_line(query):
    data = io.BytesIO(query.encode("utf-8", "surrogatepass"))
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(data))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        status = cli.main([*COMMAND, "--allow-empty", str(ROOT / "schemas")])

    if status:
        assert (2, 1, "") == (status, err.getvalue().count("\n"), out.getvalue())
    else:
        jsonschema.validate(json.loads(out.getvalue()), load_schema("terraform-external"))


# -- The example ---------------------------------------------------------------------------------


@pytest.fixture
def terraform(tmp_path):
    """
    Runs Terraform in a copy of the example, with a provider of ours in place of the real one.

    Returns whether it succeeded and what it said.
    """
    program, python = shutil.which("terraform"), os.environ.get("INTERLOCK_LINT_TF")
    component("terraform-provider", program and python, "INTERLOCK_LINT_TF is not set")
    folder, provider = tmp_path / "example", tmp_path / "bin" / "terraform-provider-external"
    shutil.copytree(EXAMPLE, folder)
    provider.parent.mkdir()
    text = (ROOT / "tests" / "external_provider.py").read_text(encoding="utf-8")
    provider.write_text(f"#!{python}\n{text}", encoding="utf-8")
    command = provider.parent / "interlock-lint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m linter "$@"\n', encoding="utf-8")
    for each in (provider, command):
        each.chmod(0o755)
    settings = tmp_path / "terraformrc"
    override = f'dev_overrides {{ "hashicorp/external" = "{provider.parent}" }}'
    settings.write_text(f"provider_installation {{\n{override}\ndirect {{}}\n}}\n")
    environment = {
        **os.environ,
        "PATH": f"{provider.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(settings),
        "CHECKPOINT_DISABLE": "1",
    }

    def terraform(*words):
        done = subprocess.run(
            [program, *words, "-no-color"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        return done.returncode == 0, done.stdout + done.stderr

    return terraform


@pytest.mark.terraform
def test_the_example_is_formatted():
    program = shutil.which("terraform")
    component("terraform", program, "there is no terraform on the PATH")
    done = subprocess.run(
        [program, "fmt", "-check", "-diff", EXAMPLE], capture_output=True, text=True
    )

    assert (0, "") == (done.returncode, done.stdout)


@pytest.mark.terraform
def test_the_example_in_a_real_terraform(terraform):
    """It plans, warns or stops, and says what the page shows."""
    planned, said = terraform("plan")
    assert planned, said
    assert "Plan: 1 to add" in said
    assert "error              = 0" in said
    assert "Check block" not in said

    planned, said = terraform("plan", "-var", "backend_mode=vip")
    assert not planned
    shown = re.search(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    assert "Warning: Check block assertion failed" in said
    assert shown in said
