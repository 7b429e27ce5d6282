"""What tasks of Ansible deploy: the real modules and `docker stack config` say so."""

import ansible_runner
import docker_cli
import pytest
from support import CONFIG, judge, new_checker, rules_of

from linter.files.forms import stacks_in
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.source import Source

pytestmark = [pytest.mark.ansible, pytest.mark.docker_cli]

PLAY = "- hosts: all\n  gather_facts: false\n  tasks:\n"
TASK = """\
    - community.docker.docker_stack:
        name: {name}
        compose:
          - services:
              web:
                image: example/web
                networks: [front]
                deploy:
                  labels:
                    com.docker.lb.hosts: app.example.com
                    com.docker.lb.port: 8080
                    com.docker.lb.network: {name}_front
{labels}
            networks: {{front: }}
{more}
      ignore_errors: true
"""
# Values of labels that Docker accepts, with what it gets.
VALUES = {
    "a": "a",
    '"a"': "a",
    "8080": "8080",
    "010": "8",
    "1.5": "1.5",
    "": "",
    '"yes"': "yes",
    "a$$b": "a$b",
    "|-\n                      a b": "a b",
}
LABELS = {
    "values": "\n".join(f"example.{number}: {value}" for number, value in enumerate(VALUES)),
    "word-yes": "team: yes",
    "word-off": "com.docker.lb.ip_hash: Off",
    "merge": "<<: {com.docker.lb.ip_hash: 'true'}",
    "misspelt": "com.docker.lb.prot: 8080",
    "dollar": "com.docker.lb.sticky_session_cookie: a$1",
    "twice": "com.docker.lb.hosts: other.example.com",
}
MORE = {
    "override": "- services: {web: {deploy: {labels: {com.docker.lb.port: 80}}}}",
    "wrong": "- services: {web: {deploy: {labels: {com.docker.lb.port: 80800}}}}",
}


def playbook():
    def task(name, labels="", more=""):
        lines = "\n".join(
            f"{' ' * 20}{line.removeprefix(' ' * 20)}" for line in labels.splitlines()
        )
        return TASK.format(name=name, labels=lines, more=more and f"{' ' * 10}{more}")

    tasks = [task(name, text) for name, text in LABELS.items()]
    return PLAY + "".join([*tasks, *(task(name, "", text) for name, text in MORE.items())])


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    """The parts of each stack in a playbook, and what Docker gets of it, by its name."""
    docker_cli.require()
    deployed = ansible_runner.deployed(tmp_path_factory.mktemp("ansible"), playbook())
    found = {parts[0].view.stack: parts for parts in stacks_in(Source("site.yml", playbook()))}

    assert {*LABELS, *MORE} == found.keys() == deployed.keys()
    return {name: (parts, deployed[name]) for name, parts in found.items()}


def test_tasks_deploy_what_is_read(stacks, tmp_path):
    for name, (parts, deployed) in stacks.items():
        stack = read(parts, ReadOptions())
        (service,) = stack.services
        rejected = [*stack.refusals, *stack.dollars] or any(
            label.value.invalid or label.value.kind == "boolean" for label in service.labels
        )

        assert bool(deployed["refused"]) == bool(rejected), name
        if not rejected:
            labels = docker_cli.stack_config(tmp_path, *deployed["files"])["web"]
            assert labels == {str(each.key): str(each.value) for each in service.labels}, name
            if name == "values":
                assert [*VALUES.values()] == [
                    value for key, value in labels.items() if key.startswith("example.")
                ]


def test_tasks_are_judged_as_what_they_deploy(stacks):
    for name, (parts, deployed) in stacks.items():
        checker = new_checker()
        checker.judge(read(parts, ReadOptions(stack_name=name)), CONFIG)
        ours = set(rules_of(checker.finish()))
        theirs = set(rules_of(judge(*deployed["files"], stack_name=name)))

        # Only the task has the key twice; Ansible drops the first one.
        assert theirs == ours - ({"duplicate-key"} if name == "twice" else set()), name


SERVICE = """\
- docker_swarm_service:
    name: web
    image: example/web
    networks: [front]
    labels: {{team: {}}}
"""


def test_the_module_for_services_refuses_the_labels_that_are_reported():
    values = ["a", '"yes"', "yes", "On", "no", "true", "8080", "1.5", "1e3", "", "null", "'null'"]
    for value, text in ansible_runner.sanitized(values).items():
        (parts,) = stacks_in(Source("site.yml", SERVICE.format(value)))
        (service,) = read(parts, ReadOptions()).services
        (found,) = service.labels
        reported = found.value.kind in ("boolean", "number", "null")

        assert reported == (text in (None, "None")), value
        assert reported or text == found.value.value, value
