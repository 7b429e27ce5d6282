"""Completion: what can come next, and how real shells put it on the line."""

import shlex

import pytest
import shells
from support import GOOD

from linter import commands
from linter.checking import registry
from linter.commands import completing
from linter.commands.completion import SHELLS
from linter.commands.parser import Choice, make_parser

OTHER = GOOD.replace("app.", "two.").replace("  web:", "  api-v2:").partition("\n")[2]
STACK = GOOD + OTHER


def words(*line):
    """The candidates for the last word of a line."""
    *before, word = line
    return [each for each in completing.after(before, word).words if each.startswith(word)]


# -- What can come next --------------------------------------------------------------------------


def test_commands_and_actions():
    assert list(commands.SUMMARIES) == words("")
    assert ["list", "get", "set", "unset"] == words("labels", "")
    assert ["--help", "--version"] == words("--")
    assert ["--verbose"] == words("--version", "")


@pytest.mark.parametrize("name", list(commands.names()))
def test_the_options_of_a_command_are_those_of_its_help(name):
    assert list(make_parser(name).options) == words(*name.split(), "-")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("routes --format ", ["text", "json", "mermaid", "markdown", "html"]),
        ("check --format=sa", ["--format=sarif"]),
        ("check -f j", ["json", "jsonl", "junit"]),
        ("check --fail-on w", ["warning"]),
        ("check --output sa", ["sarif="]),
        ("check --color n", ["never"]),
        ("check --target mke-4", ["mke-4"]),
        ("check --stack-name ", []),
        ("routes --what-if ", ["task", "vip"]),
        ("explain no-d", ["no-default-cluster"]),
        ("explain no-tasks no-d", ["no-default-cluster"]),
        ("check --select no-d", ["no-default-cluster"]),
        ("check --select no-tasks,no-d", ["no-tasks,no-default-cluster"]),
        ("check --ignore=no-d", ["--ignore=no-default-cluster"]),
        ("completion ", list(SHELLS)),
        ("rules stick", []),
        ("frobnicate ", []),
        ("labels frobnicate ", []),
        ("labels get stack.yml ", ["web", "api-v2"]),
        ("labels get stack.yml web ", ["hosts", "port"]),
        ("labels get stack.yml none ", []),
        ("labels get -c stack.yml web ", ["hosts", "port"]),
        ("labels set --target mke-3.8 -c stack.yml w", ["web"]),
        ("labels set stack.yml web p", ["port="]),
        ("labels set stack.yml web a", ["api-v2"]),
        ("labels set stack.yml web port=1 a", []),
        ("labels set stack.yml web backend_mode=", ["backend_mode=task", "backend_mode=vip"]),
        ("labels set stack.yml web ip_hash=", ["ip_hash=true"]),
        ("labels set missing.yml ", []),
        ("migrate --to vip stack.yml --service ", ["web", "api-v2"]),
        ("migrate --to vip --host two", ["two.example.com"]),
        ("routes --want a", ["api-v2="]),
        ("routes stack.yml --tasks=w", ["--tasks=web="]),
        ("check -- --f", []),
    ],
)
def test_candidates(workspace, line, expected):
    workspace({"stack.yml": STACK})

    assert expected == words(*line.split(" "))


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("check ", 0),
        ("check stack.yml st", 0),
        ("check -- -", 0),
        ("check -c ", 0),
        ("check --config=", 9),
        ("check --output json=re", 5),
        ("check --output=json=re", 14),
        ("plan ", 0),
        ("plan old.yml ", 0),
        ("init ", 0),
        ("labels set ", 0),
    ],
)
def test_files(line, start):
    *before, word = line.split(" ")
    found = completing.after(before, word)

    assert (True, start) == (found.files, found.start)


def test_every_kind_of_value_has_candidates_or_none_for_a_reason():
    """`GLOB` alone is not here: what it matches depends on the option."""
    free = {"N", "PERCENT", "SECONDS", "SUFFIX", "WORD", "git:RANGE", "NAME", "REVISION"}
    kinds = set()
    for name in commands.names():
        for option, action in make_parser(name).options.items():
            takes_any = action.nargs != 0 and not isinstance(action.type, Choice)
            if takes_any and option not in completing._KINDS and option.startswith("--"):
                kinds.add(action.metavar)

    assert set() == kinds - completing._KINDS.keys() - free


def test_names_that_a_shell_would_expand_are_not_offered(workspace):
    services = "".join(
        f"  {name}:\n    image: i\n    deploy: {{labels: {{com.docker.lb.hosts: '$(id)'}}}}\n"
        for name in ("'$(touch x)'", "'a b'", '"a\\nb"', "'`id`'", "-rf", "fine")
    )
    workspace({"stack.yml": "services:\n" + services})

    assert ["fine"] == words("labels", "get", "stack.yml", "")
    assert [] == words("migrate", "--to", "vip", "--host", "")


def test_a_file_that_cannot_be_read_has_no_candidates(workspace, run):
    workspace({"stack.yml": "services: ["})
    status, out, _ = run("__complete", "fish", "labels", "get", "stack.yml", "")

    assert (0, "words\n") == (status, out)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["bash", "ru", "interlock-lint ru"], "words\nrules\n"),
        (["bash", "", "interlock-lint "], "words\n" + "\n".join(commands.SUMMARIES) + "\n"),
        (["bash", "sa", "interlock-lint check --format=sa"], "words\nsarif\n"),
        (["bash", "'no-ta", "interlock-lint explain 'no-ta"], "words\nno-tasks\n"),
        (["bash", "st", "interlock-lint check st"], "files 0\n"),
        (["zsh", "ru"], "words\nrules:list the rules\n"),
        (["fish", "ru"], "words\nrules\tlist the rules\n"),
        (["fish", "check", "--format", "sa"], "words\nsarif\n"),
        (["fish"], "words\n" + "".join(f"{k}\t{v}\n" for k, v in commands.SUMMARIES.items())),
        ([], "words\n" + "\n".join(commands.SUMMARIES) + "\n"),
    ],
)
def test_the_answer_to_a_shell(run, words, answer):
    assert (0, answer, "") == run("__complete", *words)


def test_rules_have_their_summaries(run):
    _, out, _ = run("__complete", "fish", "explain", "no-tasks")

    assert f"words\nno-tasks\t{registry.load()['no-tasks'].summary}\n" == out


# -- In real shells ------------------------------------------------------------------------------

TYPED = {
    "interlock-lint expl\t no-ta\t": "explain no-tasks",
    "interlock-lint explain 'no-ta\t": "explain no-tasks",
    "interlock-lint check --fai\tw\t": "check --fail-on warning",
    "interlock-lint check --select no-tasks,canary-sh\t": "check --select no-tasks,canary-share",
    "interlock-lint check --format=sa\t": "check --format=sarif",
    "interlock-lint check --output sa\tplai\t": "check --output sarif=plain.yml",
    "interlock-lint check fol\tsta\t": "check folder/stack.yml",
    "interlock-lint labels ge\tplain.yml ap\tpor\t": "labels get plain.yml api-v2 port",
    "interlock-lint labels get 'my stack.yml' ap\t": "labels get 'my stack.yml' api-v2",
    "interlock-lint labels get my\tap\t": "labels get 'my stack.yml' api-v2",
    "interlock-lint labels set plain.yml api-v2 por\t80": "labels set plain.yml api-v2 port=80",
    "interlock-lint labels set plain.yml web backend_mode=v\t": (
        "labels set plain.yml web backend_mode=vip"
    ),
    "true | interlock-lint expl\t no-ta\t": "explain no-tasks",
}


@pytest.fixture
def typed(workspace, tmp_path):
    """The words of the program after a line was typed in a shell."""
    files = {"plain.yml": STACK, "my stack.yml": STACK, "folder/stack.yml": STACK}

    def typed(shell, line, more=None, load=None):
        shells.require(shell)
        folder = workspace(files | (more or {}))
        for name in more or ():
            (folder / name).chmod(0o755)
        return shells.completed(shell, line, folder=tmp_path / "bin", work=folder, load=load)

    return typed


@pytest.mark.shells
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("line", "expected"), TYPED.items(), ids=TYPED)
def test_a_shell_completes_the_line(typed, shell, line, expected):
    assert shlex.split(expected) == typed(shell, line)


@pytest.mark.shells
@pytest.mark.parametrize("shell", shells.FIND)
def test_a_shell_finds_the_script_where_a_package_puts_it(typed, run, tmp_path, shell):
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / shells.NAMES[shell]).write_text(run("completion", shell)[1])
    load = shells.FIND[shell].format(folder=folder)

    assert ["explain", "no-tasks"] == typed(shell, "interlock-lint expl\t no-ta\t", load=load)


@pytest.mark.shells
@pytest.mark.parametrize("shell", SHELLS)
def test_tab_runs_nothing_of_the_repository(typed, tmp_path, shell):
    """After the Tab, Ctrl-U deletes the line."""
    program = f"#!/bin/sh\ntouch {tmp_path}/ran\n"
    line = "./interlock-lint expl\t\x15interlock-lint rules"

    assert ["rules"] == typed(shell, line, {"interlock-lint": program})
    assert not (tmp_path / "ran").exists()


def test_no_shell_is_untested():
    assert set(SHELLS) == set(shells.START)
