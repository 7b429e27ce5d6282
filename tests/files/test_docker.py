"""The Docker CLI is asked only if the user wants it, and gets only what the user gives."""

import json
import os
from pathlib import Path

import docker_cli
import pytest
from support import GOOD

from linter.files import docker
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

MISSING = GOOD.replace("    image: example/web\n", "    image: example/web\n    env_file: no.env\n")
CHANGES = [
    ["labels", "set", "stack.yml", "web", "port=81"],
    ["migrate", "--to", "vip", "stack.yml"],
]


@pytest.fixture(autouse=True)
def fresh():
    docker.why_not.cache_clear()
    yield
    docker.why_not.cache_clear()


def rules(run, *words):
    status, out, err = run("check", "--ask-docker", "--format", "json", *words)
    return status, [each["rule"] for each in json.loads(out)["diagnostics"]], err


def install(folder, monkeypatch, script):
    """A program called docker that is the only one on the PATH."""
    path = folder / "bin" / "docker"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent))


def test_what_only_docker_rejects(workspace, run):
    docker_cli.require()
    workspace({"stack.yml": MISSING})

    assert (1, ["refused-by-docker"], "") == rules(run, "stack.yml")
    assert (0, [], "") == rules(run, "--ignore", "refused-by-docker", "stack.yml")
    assert 0 == run("check", "stack.yml")[0]


def test_files_next_to_the_stack_are_there(workspace, run):
    docker_cli.require()
    workspace({"sub/stack.yml": MISSING, "sub/no.env": "A=b\n"})

    assert (0, [], "") == rules(run, "sub/stack.yml")


def test_several_files_are_one_stack(workspace, run):
    docker_cli.require()
    workspace({"a.yml": GOOD, "b.yml": "services: {web: {hostname: x}}\n", "c.yml": MISSING})

    assert (0, [], "") == rules(run, "-c", "a.yml", "-c", "b.yml")
    status, found, err = rules(run, "-c", "a.yml", "-c", "c.yml")
    assert (3, []) == (status, found)
    assert "it names other files" in err


def test_what_is_rejected_anyway_is_said_once(workspace, run):
    docker_cli.require()
    workspace({"stack.yml": GOOD + "x: 1\n"})

    assert (1, ["unknown-key"], "") == rules(run, "stack.yml")


def test_docker_gets_the_given_variables_only(workspace, run, monkeypatch):
    docker_cli.require()
    monkeypatch.setenv("TAG", "x")
    monkeypatch.setenv("PORT", "none")
    port = GOOD + "    ports: ['${PORT:-80}:9090']\n"
    workspace({"stack.yml": port, "prod.env": "PORT=x\n"})

    assert 0 == rules(run, "stack.yml")[0]
    assert 1 == rules(run, "--env", "stack.yml")[0]
    assert 1 == rules(run, "--env-file", "prod.env", "stack.yml")[0]


def test_no_variable_makes_docker_run_anything(workspace, run, monkeypatch):
    """A configuration can name a file with variables, and comes with the repository."""
    folder = workspace({".interlock-lint.yaml": "stacks: [{files: [stack.yml], env-file: e}]\n"})
    names = ["LD_PRELOAD", "DOCKER_CONFIG", "DOCKER_HOST", "HOME", "GODEBUG", "https_proxy"]
    (folder / "e").write_text("".join(f"{name}=evil\n" for name in names) + "OWN=own\n")
    (folder / "stack.yml").write_text(GOOD)
    install(folder, monkeypatch, f"/usr/bin/env >> {folder}/seen; /bin/cat >/dev/null")

    assert 0 == rules(run, ".")[0]
    seen = (folder / "seen").read_text()
    assert "OWN=own" in seen
    assert "evil" not in seen


@pytest.mark.parametrize("form", ["$LD_PRELOAD", "${LD_PRELOAD:-x}"])
def test_a_variable_that_docker_acts_on_is_not_simply_left_out(form):
    source = Source("stack.yml", GOOD.replace("example/web", form))

    with pytest.raises(docker.NoAnswer, match="`LD_PRELOAD`, which Docker itself acts on"):
        docker.ask([source], Environment({"LD_PRELOAD": "evil"}, complete=True))


@pytest.mark.parametrize("command", CHANGES, ids=lambda words: words[0])
def test_docker_confirms_a_change(workspace, run, command):
    docker_cli.require()
    folder = workspace({"stack.yml": GOOD})
    without = run(*command)

    assert without == run(*command, "--ask-docker")
    assert 0 == run(*command, "--ask-docker", "--write")[0]
    assert GOOD != (folder / "stack.yml").read_text()


@pytest.mark.parametrize("command", CHANGES, ids=lambda words: words[0])
def test_what_docker_rejects_is_not_changed(workspace, run, command):
    docker_cli.require()
    folder = workspace({"stack.yml": MISSING})
    status, out, _ = run(*command, "--ask-docker", "--write")

    assert 1 == status
    assert "Docker rejects the result" in " ".join(out.split())
    assert MISSING == (folder / "stack.yml").read_text()


def test_what_docker_sees_differently_is_not_changed(workspace, run, monkeypatch):
    folder = workspace({"stack.yml": GOOD})
    seen = "services: {web: {image: i, deploy: {labels: {com.docker.lb.hosts: x}}}}"
    install(folder, monkeypatch, f"/bin/cat >/dev/null; echo '{seen}'")
    _, out, _ = run(*CHANGES[0], "--ask-docker", "--write")

    assert "Docker reads another value for label `com.docker.lb.hosts`" in " ".join(out.split())
    assert GOOD == (folder / "stack.yml").read_text()


def test_fixes_of_what_docker_rejects(workspace, run):
    docker_cli.require()
    folder = workspace({"stack.yml": GOOD.replace("    image", "    tty: yes\n    image")})

    assert 0 == run("fix", "--ask-docker", "--write", "stack.yml")[0]
    assert "tty: true" in (folder / "stack.yml").read_text()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "there is no `docker` on the PATH"),
        ("exit 1", "this `docker` has no `stack config`; it needs Docker CLI 24 or later"),
    ],
)
@pytest.mark.parametrize("command", [["check", "stack.yml"], *CHANGES], ids=lambda words: words[0])
def test_without_docker(workspace, run, monkeypatch, command, script, reason):
    folder = workspace({"stack.yml": GOOD})
    if script is None:
        monkeypatch.setenv("PATH", str(folder))
    else:
        install(folder, monkeypatch, script)

    assert (2, "", f"error: --ask-docker: {reason}\n") == run(*command, "--ask-docker")


def test_a_program_in_a_relative_folder_is_not_run(workspace, monkeypatch):
    folder = workspace({})
    install(folder, monkeypatch, f"/usr/bin/touch {folder}/ran")
    monkeypatch.setenv("PATH", f"bin{os.pathsep}.")

    assert "there is no `docker` on the PATH" == docker.why_not()
    assert not Path("ran").exists()


def test_a_configuration_cannot_ask_for_it(workspace, run):
    workspace({"stack.yml": GOOD, ".interlock-lint.yaml": "ask-docker: true\n"})

    assert 2 == run("check", "stack.yml")[0]


def test_what_docker_quotes_is_not_shown(workspace, run):
    docker_cli.require()
    workspace({"stack.yml": GOOD + "    command: ${X:?hunter2}\n"})
    _, out, err = run("check", "--ask-docker", "--env-file", "/dev/null", "stack.yml")

    assert "hunter2" not in out + err


def test_a_long_text_that_docker_quotes_is_not_shown(workspace):
    docker_cli.require()
    workspace({})
    stack = Source("stack.yml", GOOD + f"    command: {'x' * 400}hunter2{'x' * 600}$\n")

    assert "hunter2" not in (docker.ask([stack], Environment({})).rejection or "hunter2")


def test_lines_of_a_file_with_variables_are_not_shown(workspace, run):
    docker_cli.require()
    workspace({"stack.yml": MISSING, "no.env": 'KEY="-----BEGIN\nhunter2 it\'s\n"\n'})
    status, out, err = run("check", "--ask-docker", "stack.yml")

    assert 1 == status
    assert "contains whitespaces" in out
    assert "hunter2" not in out + err


@pytest.mark.parametrize("name", ["no.env", "../no.env"])
def test_files_next_to_a_stack_at_a_revision_are_not_those_of_the_work_tree(repository, run, name):
    docker_cli.require()
    repository({"sub/stack.yml": MISSING.replace("no.env", name), "sub/no.env": "A=b\n"})
    status, out, err = run("check", "--ask-docker", "git:HEAD:sub/stack.yml")

    assert (3, "1 not judged; no findings in 1 file, 1 service\n") == (status, out)
    assert "it names other files, but Docker is given only those of the stack" in err
