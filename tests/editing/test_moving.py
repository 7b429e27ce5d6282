"""Container labels move to where Interlock reads them: exactly, or not at all."""

import docker_cli
import pytest
from generated_changes import loaded
from generated_stacks import stack_texts
from hypothesis import given, note
from pyyaml_oracle import oracle, pairs
from support import judge

from linter.editing.edits import apply
from linter.editing.moving import move
from linter.editing.proof import prove_fixes
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

WEB = "services:\n  web:\n    image: i\n"
CONTEXT = ReadOptions(Environment({"HOST": "h"}, complete=True))
HOSTS, PORT = "com.docker.lb.hosts: a.example.com", "com.docker.lb.port: 8080"


def stack(text):
    return read([Source("stack.yml", text)], CONTEXT)


def moved(text, *, name="web"):
    """The text with the routing labels of the containers moved; None if that is refused."""
    (service,) = [each for each in stack(text).services if each.name.value == name]
    edits = move([label for label in service.container_labels if label.is_routing], service)
    return None if edits is None else apply(text, edits)


def of_containers(text):
    """The routing labels of the containers of the first service."""
    (web, *_) = stack(text).services
    return {
        label.key.value: label.value.value for label in web.container_labels if label.is_routing
    }


def under(key, *lines, indent=4):
    blanks = " " * indent
    return f"{blanks}{key}:\n" + "".join(f"{blanks}  {line}\n" for line in lines)


DEPLOY = "    deploy:\n" + under("labels", HOSTS, PORT, indent=6)
MOVES = {
    "a map": (WEB + under("labels", HOSTS, PORT), WEB + DEPLOY),
    "a list": (
        WEB + under("labels", "- com.docker.lb.hosts=${HOST}", "- 'com.docker.lb.port=80'"),
        WEB
        + "    deploy:\n"
        + under("labels", "- com.docker.lb.hosts=${HOST}", "- 'com.docker.lb.port=80'", indent=6),
    ),
    "others stay": (
        WEB + under("labels", HOSTS, "team: shop", PORT),
        WEB + under("labels", "team: shop") + DEPLOY,
    ),
    "comments stay": (
        WEB + under("labels", "# first", f"{HOSTS}  # public", "# last", "team: shop", PORT),
        WEB + under("labels", "# first", "# public", "# last", "team: shop") + DEPLOY,
    ),
    "comments stay without labels": (
        WEB + "    labels:  # for the proxy\n      # all of them\n      " + HOSTS + "\n",
        WEB
        + "    # for the proxy\n    # all of them\n    deploy:\n"
        + under("labels", HOSTS, indent=6),
    ),
    "ignore comments go": (
        WEB + under("labels", "# interlock-lint: ignore[container-label]", HOSTS, PORT),
        WEB + DEPLOY,
    ),
    "before others": (
        "services:\n  web:\n"
        + under("labels", HOSTS, PORT)
        + "    image: i\n  api:\n    image: i\n",
        WEB + DEPLOY + "  api:\n    image: i\n",
    ),
    "next to deploy": (
        WEB + under("deploy", "replicas: 2") + under("labels", HOSTS, PORT),
        WEB + "    deploy:\n      replicas: 2\n" + under("labels", HOSTS, PORT, indent=6),
    ),
    "next to labels": (
        WEB + "    deploy:\n" + under("labels", HOSTS, indent=6) + under("labels", PORT),
        WEB + DEPLOY,
    ),
    "before labels": (
        WEB + under("labels", PORT) + "    deploy:\n" + under("labels", HOSTS, indent=6),
        WEB + DEPLOY,
    ),
    "next to a block of text": (
        WEB + under("labels", HOSTS, "com.docker.lb.redirects: |", "  http://b,", "  http://a"),
        WEB + "    deploy:\n      labels:\n        com.docker.lb.hosts: a.example.com\n"
        '        com.docker.lb.redirects: "http://b,\\nhttp://a\\n"\n',
    ),
    "a removed block with an ignore comment": (
        WEB
        + "    # interlock-lint: ignore[container-label]\n"
        + under("labels", "com.docker.lb.hosts: >-", "  a.example.com"),
        WEB + '    deploy:\n      labels:\n        com.docker.lb.hosts: "a.example.com"\n',
    ),
    "with the quotes and spaces of other labels": (
        WEB
        + under("labels", "com.docker.lb.port: 010", "com.docker.lb.ip_hash: yes")
        + "    deploy:\n"
        "      labels:\n        - 'com.docker.lb.hosts=a'\n",
        WEB + "    deploy:\n      labels:\n        - 'com.docker.lb.hosts=a'\n"
        "        - 'com.docker.lb.port=8'\n        - 'com.docker.lb.ip_hash=yes'\n",
    ),
    "a list into a map": (
        WEB + under("labels", "- com.docker.lb.port=010") + "    deploy:\n"
        "      labels:\n        com.docker.lb.hosts:   'a'\n",
        WEB + "    deploy:\n      labels:\n        com.docker.lb.hosts:   'a'\n"
        "        com.docker.lb.port:   '010'\n",
    ),
    "into braces": (
        WEB
        + under("labels", HOSTS, "com.docker.lb.websocket_endpoints: /a,/b")
        + "    deploy: {labels: {a: b}}\n",
        WEB + "    deploy: {labels: {a: b, com.docker.lb.hosts: a.example.com, "
        'com.docker.lb.websocket_endpoints: "/a,/b"}}\n',
    ),
    "into empty braces": (
        WEB + under("labels", HOSTS) + "    deploy: {labels: {}}\n",
        WEB + "    deploy: {labels: {com.docker.lb.hosts: a.example.com}}\n",
    ),
    "into empty brackets": (
        WEB + under("labels", HOSTS) + "    deploy:\n      labels: []\n",
        WEB + "    deploy:\n      labels: [com.docker.lb.hosts=a.example.com]\n",
    ),
    "from braces": (
        WEB + f"    labels: {{{HOSTS}, team: shop}}\n",
        WEB + "    labels: {team: shop}\n    deploy:\n" + under("labels", HOSTS, indent=6),
    ),
    "within braces": (
        f"services:\n  web: {{image: i, labels: {{{HOSTS}, {PORT}}}}}\n",
        f"services:\n  web: {{image: i, deploy: {{labels: {{{HOSTS}, {PORT}}}}}}}\n",
    ),
    "alone within braces": (
        f"services: {{web: {{labels: {{{HOSTS}}}}}}}\n",
        f"services: {{web: {{labels: {{}}, deploy: {{labels: {{{HOSTS}}}}}}}}}\n",
    ),
    "a service without anything else": (
        "services:\n  web:\n" + under("labels", HOSTS, PORT),
        "services:\n  web:\n    labels: {}\n" + DEPLOY,
    ),
    "no line break at the end": (
        WEB + f"    labels:\n      {HOSTS}",
        WEB + f"    deploy:\n      labels:\n        {HOSTS}",
    ),
    "wider spaces": (
        f"services:\n    web:\n        labels:\n            a: b\n            {HOSTS}\n",
        "services:\n    web:\n        labels:\n            a: b\n        deploy:\n"
        + under("labels", f"  {HOSTS}", indent=12),
    ),
    "no value": (
        WEB + under("labels", "com.docker.lb.hosts:", "a: b"),
        WEB + under("labels", "a: b") + "    deploy:\n"
        '      labels:\n        com.docker.lb.hosts: ""\n',
    ),
    "merged others stay": (
        "x-l: &l {a: b}\n" + WEB + under("labels", "<<: *l", HOSTS, PORT),
        "x-l: &l {a: b}\n" + WEB + under("labels", "<<: *l") + DEPLOY,
    ),
    "a merge next to them": (
        "x-s: &s {labels: {a: b}}\n" + WEB + "    <<: *s\n" + under("labels", HOSTS, PORT),
        "x-s: &s {labels: {a: b}}\n" + WEB + "    <<: *s\n    labels: {}\n" + DEPLOY,
    ),
    "already there": (
        WEB + under("labels", PORT, "team: shop") + DEPLOY,
        WEB + under("labels", "team: shop") + DEPLOY,
    ),
    "already there as an item": (
        WEB + under("labels", "com.docker.lb.port: 010") + "    deploy:\n"
        "      labels: [com.docker.lb.port=8]\n",
        WEB + "    deploy:\n      labels: [com.docker.lb.port=8]\n",
    ),
    "already there with another value": (
        WEB + under("labels", HOSTS, "com.docker.lb.port: 1") + DEPLOY,
        None,
    ),
    "all through an alias": ("x-l: &l {" + PORT + "}\n" + WEB + "    labels: *l\n", None),
    "one through a merge": (
        "x-l: &l {" + PORT + "}\n" + WEB + under("labels", "<<: *l", HOSTS),
        None,
    ),
    "one that is also in a merge": (
        "x-l: &l {" + PORT + "}\n" + WEB + under("labels", "<<: *l", "com.docker.lb.port: 80"),
        None,
    ),
    "an item through an alias": (
        "x-i: &i com.docker.lb.port=80\n" + WEB + under("labels", "- *i", "- a=b"),
        None,
    ),
    "a value through an alias": (
        "x-p: &p 80\n" + WEB + under("labels", "com.docker.lb.port: *p"),
        None,
    ),
    "an anchor on a value": (WEB + under("labels", "com.docker.lb.port: &p 80", "a: b"), None),
    "an anchor on the labels": (WEB + f"    labels: &l\n      {HOSTS}\n", None),
    "an anchor on labels that stay": (
        WEB + f"    labels: &l\n      {HOSTS}\n      {PORT}\n      a: b\n",
        WEB + "    labels: &l\n      a: b\n" + DEPLOY,
    ),
    "labels of another service": (
        WEB + f"    labels: &l\n      {HOSTS}\n      a: b\n  api:\n    image: i\n    labels: *l\n",
        None,
    ),
    "a service with an alias": (
        WEB.replace("web:", "web: &w") + under("labels", HOSTS) + "  api: *w\n",
        None,
    ),
    "a service that is merged": (
        WEB.replace("web:", "web: &w") + under("labels", HOSTS) + "  api: {<<: *w, image: j}\n",
        None,
    ),
    "services that are used elsewhere": (
        "x: &x\n"
        + under("web", "image: i", "labels: {" + HOSTS + "}", indent=2)
        + "services: *x\n",
        None,
    ),
    "a deploy that is shared": (
        WEB
        + under("labels", HOSTS)
        + "    deploy: &d {replicas: 2}\n  api: {image: i, deploy: *d}\n",
        None,
    ),
    "a deploy that is an alias": (
        "x-d: &d {replicas: 2}\n" + WEB + under("labels", HOSTS) + "    deploy: *d\n",
        None,
    ),
    "a deploy that is merged": (
        "x-s: &s {deploy: {replicas: 2}}\n" + WEB + "    <<: *s\n" + under("labels", HOSTS),
        None,
    ),
    "labels of deploy that are merged": (
        "x-d: &d {labels: {a: b}}\n" + WEB + under("labels", HOSTS) + "    deploy: {<<: *d}\n",
        None,
    ),
    "a deploy that is not a mapping": (WEB + under("labels", HOSTS) + "    deploy: 5\n", None),
    "an empty deploy": (
        WEB + "    deploy:\n" + under("labels", HOSTS, PORT),
        WEB + DEPLOY,
    ),
    "an empty deploy after them": (
        WEB + under("labels", HOSTS, PORT) + "    deploy: ~\n",
        WEB + DEPLOY,
    ),
    "empty labels of deploy": (
        WEB + under("labels", HOSTS) + "    deploy:\n      labels:\n",
        None,
    ),
    "a name with a dollar sign": (
        WEB + under("labels", "com.docker.lb.$$x: y") + "    deploy: {labels: [a=b]}\n",
        None,
    ),
    "an item that is not a label": (
        WEB + under("labels", "- com.docker.lb.port=80", "- [a]", "- 5"),
        WEB + under("labels", "- [a]", "- 5") + "    deploy:\n"
        "      labels:\n        - com.docker.lb.port=80\n",
    ),
    "a tag": (WEB + under("labels", "com.docker.lb.port: !!str 80"), None),
}


DONE = {name: case for name, case in MOVES.items() if case[1] is not None}


@pytest.mark.parametrize(("text", "expected"), MOVES.values(), ids=MOVES)
def test_moves(text, expected):
    assert expected == moved(text)


@pytest.mark.parametrize(("text", "expected"), DONE.values(), ids=DONE)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_move_is_proved(text, expected, newline):
    before, after = text.replace("\n", newline), expected.replace("\n", newline)
    prove_fixes(stack(before), stack(after), {"web"})

    assert after == moved(before)
    assert {} == of_containers(after)


@pytest.mark.docker_cli
@pytest.mark.parametrize(("text", "expected"), DONE.values(), ids=DONE)
def test_docker_reads_the_moved_labels(tmp_path, text, expected):
    docker_cli.require()
    after = docker_cli.stack_config(tmp_path, expected, environment={"HOST": "h"})

    if isinstance(after, str):
        assert isinstance(docker_cli.stack_config(tmp_path, text), str)
    else:
        assert after["web"].items() >= of_containers(text).items()


@pytest.mark.fuzz
@given(text=stack_texts())
def test_what_moves_is_there_afterwards_and_all_else_stays(text):
    before = loaded(text).stack
    for service in before.services:
        name = str(service.name)
        moving = [label for label in service.container_labels if label.is_routing]
        edits = move(moving, service) if moving else None
        if edits is None:
            continue
        new = apply(text, edits)
        note(text)
        note(new)
        old_labels, (old_rest, old_top) = oracle(text)
        new_labels, (new_rest, new_top) = oracle(new)
        containers = pairs(old_rest[name][0].pop("labels", None))
        left = pairs(new_rest[name][0].pop("labels", None))
        moved = {key: containers.pop(key) for key in {label.key.value for label in moving}}
        prove_fixes(before, loaded(new).stack, {name})

        assert {**old_labels, name: old_labels[name] | moved} == new_labels
        assert containers == left
        assert (old_rest, old_top) == (new_rest, new_top)


def test_labels_in_several_files_stay():
    texts = (WEB + under("labels", HOSTS), WEB + under("labels", PORT))
    (diagnostic,) = judge(*texts, only="container-label").diagnostics

    assert diagnostic.finding.fix is None


def test_labels_of_several_services_in_several_files_stay():
    """If no service has its own labels, there is one finding for all, with one fix."""
    texts = (WEB + under("labels", HOSTS), WEB.replace("web", "api") + under("labels", PORT))
    (diagnostic,) = judge(*texts, only="container-label").diagnostics

    assert ("web", "api") == diagnostic.services
    assert diagnostic.finding.fix is None
