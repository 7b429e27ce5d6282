"""What the commands do about files that Docker rejects."""

import json

import docker_cli
import pytest
from support import unwrapped

SERVICE = """\
  web:
    image: example/web
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.network: front
"""
NETWORKS = "networks:\n  front: {external: true}\n"
SOUND = f"services:\n{SERVICE}{NETWORKS}"
FIXABLE = """\
version: 3.8
services:
  web:
    image: example/web
    tty: yes  # a terminal
    command: echo $1
    environment: {VERBOSE: true, "LEVEL": 1}
    ports: [{target: '80'}]
    deploy:
      labels:
        com.docker.lb.hosts: [a.example.com, b.example.com]
        com.docker.lb.port: 80
        com.docker.lb.ssl_passthrough: true
networks:
  front: {external: on}
"""
FIXED = """\
version: "3.8"
services:
  web:
    image: example/web
    tty: true  # a terminal
    command: echo $$1
    environment: {VERBOSE: "true", "LEVEL": 1}
    ports: [{target: 80}]
    deploy:
      labels:
        com.docker.lb.hosts: "a.example.com,b.example.com"
        com.docker.lb.port: 80
        com.docker.lb.ssl_passthrough: "true"
networks:
  front: {external: true}
"""


def found(run, *arguments):
    status, out, err = run("check", "--format", "json", *arguments)

    assert "" == err
    return status, [(each["rule"], each["severity"]) for each in json.loads(out)["diagnostics"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("services:", "service:"),
        ("networks:\n  front:", "network:\n  front:"),
        ("deploy:", "deployment:"),
        ("networks: [front]", "network: [front]"),
    ],
)
def test_one_misspelled_key_is_one_finding(workspace, run, old, new):
    """What is below it is judged as it was meant."""
    workspace({"stack.yml": SOUND.replace(old, new)})

    assert (1, [("unknown-key", "error")]) == found(run, "stack.yml")


def test_labels_under_a_misspelled_key_are_judged(workspace, run):
    workspace({"stack.yml": SOUND.replace("services:", "service:").replace("port:", "prot:")})

    assert {"unknown-key", "misspelt-label"} <= {rule for rule, _ in found(run, "stack.yml")[1]}


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("version: '3.8'\n", "", True),
        ("", "version: '3.8'\n", True),
        ("version: '3.8'\n", "version: '3.7'\n", True),
        ("version: '3.13'\n", "", False),
        ("version: '3'\n", "version: ''\n", False),
        ("version: '3.8'\n", "version: '3.8'\n", False),
    ],
)
def test_all_files_of_a_stack_have_the_same_version(workspace, run, first, second, differ):
    more = f"{second}services:\n  web: {{hostname: web}}\n"
    workspace({"base.yml": first + SOUND, "more.yml": more})
    _, rules = found(run, "-c", "base.yml", "-c", "more.yml")

    assert differ == (("refused-value", "error") in rules)


def test_a_fix_repairs_what_is_clear(workspace, run):
    folder = workspace({"stack.yml": FIXABLE})
    status, _, _ = run("fix", "--write", "stack.yml")

    assert 0 == status
    assert FIXED == (folder / "stack.yml").read_text()


def test_docker_accepts_what_a_fix_makes(tmp_path):
    docker_cli.require()

    assert isinstance(docker_cli.stack_config(tmp_path, FIXED), dict)
    assert isinstance(docker_cli.stack_config(tmp_path, FIXABLE), str)


@pytest.mark.parametrize(
    "command",
    [
        ["labels", "set", "stack.yml", "web", "port=80"],
        ["migrate", "--to", "vip", "stack.yml"],
    ],
)
@pytest.mark.parametrize("text", [FIXABLE, SOUND.replace("replicas", "replica") + "unknown: 1\n"])
def test_labels_of_a_file_that_docker_rejects_are_not_changed(workspace, run, command, text):
    folder = workspace({"stack.yml": text})
    status, _, err = run(*command, "--write")

    assert 3 == status
    assert "not judged: `docker stack deploy` rejects it: " in err
    assert text == (folder / "stack.yml").read_text()


def test_a_fix_does_not_touch_a_file_that_stays_rejected(workspace, run):
    folder = workspace({"stack.yml": FIXABLE + "unknown: 1\n"})
    status, _, err = run("fix", "--write", "stack.yml")

    assert 3 == status
    assert "unknown key `unknown`" in err
    assert FIXABLE + "unknown: 1\n" == (folder / "stack.yml").read_text()


def test_no_mapping_at_the_top_is_not_judged(workspace, run):
    workspace({"list.yml": "- a\n", "empty.yml": ""})
    status, _, err = run("check", "list.yml", "empty.yml")

    assert 3 == status
    assert "list.yml:1:1: not judged: the top level of a stack file must be a mapping" in err


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "the file is empty"),
        ("services:\n\tweb:\n", "indent with spaces instead of tabs"),
        (
            "{{- if .Values.web }}\nservices: {}\n",
            "if it is a template, use `--as jinja` or name it `.j2`",
        ),
        ("services: {web: {image: {{ .image }}}}", "an expression of a template, name the file `"),
        (
            "apiVersion: v1\nkind: Service\n",
            "put services under `services`, or leave out what is not",
        ),
        ("web: {image: i}\n", "put services under `services`, or leave out what is not"),
        (
            'version: "2"\nweb: {image: i}\n',
            "put services under `services`, or leave out what is not",
        ),
        ("servces: {web: {image: i}}\n", "rename it to `services`"),
        ("networks: {front: {}}\nservce: {}\nweb: {image: i}\n", "remove it"),
    ],
)
def test_what_is_no_stack_file_is_said_to_be_none(workspace, run, text, remedy):
    workspace({"file.yml": text})
    _, out, err = run("check", "file.yml")

    assert remedy in unwrapped(out + err)


def test_a_password_is_not_part_of_a_message(workspace, run):
    text = (
        "services:\n  web:\n    image: i\n    environment: [PASSWORD=hunter2, PASSWORD=hunter2]\n"
    )
    workspace({"stack.yml": text})
    _, out, _ = run("check", "--format", "concise", "stack.yml")

    assert "refused-value" in out
    assert "hunter2" not in out
