"""What is deployed is the same however it is written; the real client is the judge."""

import re
from pathlib import Path

import docker_cli
import pytest
from generated_stacks import stack_texts
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from support import GOOD, NoContents, component
from test_corpus import files

from linter.files.decoding import Unreadable
from linter.files.decoding import read as read_file
from linter.model.deployed import ORDERED, Rolling, Setting
from linter.reading.deployed_reader import deployed
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment, Variable
from linter.syntax.source import Source

HERE = Path(__file__).parent
EVERYTHING = (HERE / "everything.yml").read_text(encoding="utf-8")
OVER = (HERE / "over-everything.yml").read_text(encoding="utf-8")
KNOWN = Environment(complete=True)


def deploy(*texts, environment=KNOWN, contents=None, name=None):
    options = ReadOptions(environment, stack_name=name)
    sources = [Source(f"{number}.yml", text) for number, text in enumerate(texts)]
    return deployed(read(sources, options), environment, contents or NoContents())


def web(settings, **more):
    """The only service of a stack, with these lines among its settings."""
    lines = "".join(f"    {line}\n" for line in settings.splitlines())
    return deploy(f"services:\n  web:\n    image: i\n{lines}", **more).services[0]


def comparable(stack):
    """Everything that is deployed, with the order where it counts."""
    return {
        each.name: {
            setting: list(values.items()) if setting in ORDERED else values
            for setting, values in each.settings.items()
        }
        for each in stack.services
    }


def differing(folder, *texts):
    """
    What we read differently from a file and from what Docker makes of it.

    None if Docker refuses the file, or prints a value of line breaks alone: one of them is lost.
    """
    result = docker_cli.printed(folder, *texts)
    if result.returncode or re.search(r"\|[0-9]\+\n", result.stdout):
        return None
    ours = comparable(deploy(*texts))
    theirs = comparable(deploy(result.stdout.replace(str(folder), ".")))
    return {
        name: {key: (ours[name].get(key), theirs[name].get(key)) for key in Setting}
        for name in ours
        if ours[name] != theirs[name]
    }


@pytest.mark.docker_cli
@pytest.mark.parametrize(
    "texts",
    [(EVERYTHING,), (EVERYTHING, OVER), (OVER, EVERYTHING), (EVERYTHING, EVERYTHING)],
    ids=["one", "over", "under", "twice"],
)
def test_every_setting_is_read_and_merged_as_docker_does(tmp_path, texts):
    docker_cli.require()

    assert {} == differing(tmp_path, *texts)


@pytest.mark.corpus
@pytest.mark.docker_cli
def test_real_files_are_read_as_docker_reads_them(tmp_path):
    docker_cli.require()
    compared = 0
    for path in files():
        try:
            text = read_file(str(path)).text
            deploy(text)
        except (Unreadable, NotYaml):
            continue
        # The client does not double every `$` that it prints, and replaces `~`.
        if "$$" in text or "~" in text or "services" not in text:
            continue
        found = differing(tmp_path, text)
        compared += found is not None
        assert not found, path

    component("corpus", compared, "the corpus contains no file that Docker accepts")


COMMANDS = [
    "run # a comment\n      and more",
    r"""a "b\n\" c" 'x\y' z\ w "" ''""",
    "a#b #c",
    "# only a comment",
    "a\\\n      b",
    """a'b'"c"d""",
    "a\u00a0b",
]


@pytest.mark.docker_cli
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_split_as_docker_does(tmp_path, command):
    docker_cli.require()
    text = f"services:\n  web:\n    image: i\n    command: |-\n      {command}\n"

    assert {} == differing(tmp_path, text)


def test_a_command_that_cannot_be_split_is_one_word():
    assert web("command: a 'b").values(Setting.COMMAND) == {("command",): (("a 'b",),)}
    assert web("command: a b").values(Setting.COMMAND) == {("command",): (("a",), ("b",))}


@pytest.mark.docker_cli
@pytest.mark.fuzz
@given(texts=st.lists(stack_texts(), min_size=1, max_size=2))
@settings(max_examples=30)
def test_any_stack_is_read_as_docker_reads_it(tmp_path_factory, texts):
    docker_cli.require()
    folder = tmp_path_factory.mktemp("docker")
    try:
        assert not differing(folder, *texts)
    except NotYaml:
        reject()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("command: sleep 600", "command: [sleep, '600']"),
        ("environment: [A=1, B=2]", "environment: {B: 2, A: 1}"),
        ("stop_grace_period: 1m", "stop_grace_period: 60s"),
        ("ports: ['8080:80']", "ports: [{target: 80, published: 8080}]"),
        ("cap_add: [NET_ADMIN]", "cap_add: [cap_net_admin]"),
        ("deploy: {replicas: 1}", "deploy: {mode: replicated, endpoint_mode: vip}"),
        ("tty: false", "isolation: default"),
        ("extra_hosts: ['a=1.1.1.1']", "extra_hosts: {a: 1.1.1.1}"),
        ("oom_score_adj: 5", "working_dir: ''"),
        ("privileged: true", "container_name: x"),
        (
            "deploy: {resources: {limits: {memory: 64M, cpus: '0.5'}}}",
            "deploy: {resources: {limits: {memory: 65536k, cpus: '0.50'}}}",
        ),
    ],
)
def test_spelling_makes_no_difference(one, other):
    assert web(one) == web(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("init: false", ""),
        ("stop_grace_period: 10s", ""),
        ("deploy: {resources: {limits: {}}}", ""),
        ("deploy: {restart_policy: {condition: any}}", ""),
        ("restart: always", ""),
        ("dns: [10.0.0.1, 10.0.0.2]", "dns: [10.0.0.2, 10.0.0.1]"),
        ("environment: {A: }", "environment: {A: ''}"),
        ("extra_hosts: ['a:1.1.1.1']", "extra_hosts: ['a:1.1.1.2']"),
        ("healthcheck: {disable: true}", ""),
    ],
)
def test_what_docker_deploys_differently_differs(one, other):
    assert web(one) != web(other)


def test_an_image_without_a_tag_is_the_latest():
    assert web("").values(Setting.IMAGE) == {(): (("docker.io/library/i:latest",),)}


def test_variables_that_are_not_known_stay_unknown():
    service = web("environment: {A: '${B}', C: }", environment=Environment())

    assert service.values(Setting.ENVIRONMENT) == {
        ("A",): ((Variable("B"),),),
        ("C",): ((Variable("C"),),),
    }


def test_names_get_the_name_of_the_stack():
    service = web("", name="shop")

    assert service.values(Setting.NETWORK) == {("shop_default",): ()}
    assert service.virtual_ips == {("shop_default",)}


def test_virtual_ips():
    assert web("deploy: {endpoint_mode: dnsrr}").virtual_ips == set()
    assert ("ingress",) in web("ports: ['80']").virtual_ips
    assert ("ingress",) not in web("ports: [{target: 80, mode: host}]").virtual_ips


def test_how_tasks_are_replaced():
    policy = "deploy: {update_config: {parallelism: 2, order: start-first, delay: 1m}}"

    assert web(policy).rolling == Rolling(2, start_first=True, delay=60)
    assert web("").rolling == Rolling(1, start_first=False, delay=0)


def test_files_that_are_not_read_are_named():
    stack = deploy(
        "services: {web: {image: i, env_file: [./a.env]}}\n"
        "configs: {c: {file: ./c.txt}, d: {external: true}}\n"
    )

    assert stack.unread == ("./a.env", "./c.txt")


def test_routing_labels_are_apart_from_others():
    labels = "        team: shop\n        com.docker.lb.backend_mode: vip\n"
    service = deploy(GOOD + labels).services[0]

    assert len(service.values(Setting.ROUTING_LABEL)) == 2
    assert service.values(Setting.LABEL) == {("team",): (("shop",),)}
    assert service.values(Setting.BACKEND_MODE)


def test_a_file_without_services_in_a_mapping_has_none():
    assert deploy("services: [a]\nnetworks: 3\n").services == ()
