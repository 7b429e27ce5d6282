"""What runs in a real swarm: checked, routed, planned and changed, without a task that restarts."""

import json

import docker
import engine
import jsonschema
import pytest
from support import ROOT

from linter.swarm.changing import Wanted, apply
from linter.swarm.engine import Engine
from linter.swarm.finder import finder

pytestmark = pytest.mark.swarm

STACK = """\
services:
  stable:
    image: 127.0.0.1:1/example/web
    command: [serve]
    environment: {A: "1", PRICE: "$$5"}
    networks: {front: {aliases: [api]}}
    configs: [settings]
    secrets: [{source: password, target: pw, mode: 0400}]
    healthcheck: {test: [CMD, hostname], interval: 1s}
    extra_hosts: ["legacy:10.9.9.9"]
    stop_grace_period: 1s
    logging: {driver: json-file, options: {max-size: 1m}}
    volumes: ["data:/data", {type: tmpfs, target: /t}]
    deploy:
      replicas: 4
      placement: {constraints: [node.role == manager], max_replicas_per_node: 9}
      resources: {limits: {memory: 64M, cpus: "0.5"}}
      restart_policy: {condition: any, delay: 1s}
      update_config: {parallelism: 2, order: start-first, failure_action: rollback}
      rollback_config: {parallelism: 2}
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.network: shop_front
        com.example.price: $$5
  canary:
    image: 127.0.0.1:1/example/web
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.network: shop_front
  agent:
    image: 127.0.0.1:1/example/web
    deploy: {mode: global}
networks:
  front:
volumes:
  data:
configs: {settings: {file: ./settings}}
secrets: {password: {file: ./password}}
"""
LB = "com.docker.lb."


@pytest.fixture
def shop(swarm, workspace, monkeypatch):
    """The stack, as `stack.yml` and deployed, with all of its tasks running."""
    swarm.clear(stack="shop")  # what is left of it is as in the file again, and does not restart
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    folder = workspace({"stack.yml": STACK, "settings": "a", "password": "b"})
    swarm.run(
        *("stack", "deploy", "--resolve-image=never", "-c", folder / "stack.yml", "shop"),
    )
    for name, number in (("stable", 4), ("canary", 1), ("agent", 1)):
        swarm.wait(f"shop_{name}", number)
    return swarm


def labels(swarm, name):
    return swarm.inspect(name)["Spec"]["Labels"]


def without_labels(service):
    return {key: value for key, value in service["Spec"].items() if key != "Labels"}


@pytest.mark.usefixtures("shop")
def test_what_was_just_deployed_is_as_in_its_file(run):
    status, out, _ = run("plan", "--exit-code", "--stack-name", "shop", "swarm:", "stack.yml")

    assert (0, "no changes") == (status, out.splitlines()[0])


def test_a_plan_shows_what_has_drifted(shop, run):
    drift = ("--label-add", f"{LB}port=9090", "--label-rm", "com.example.price")
    shop.run("service", "update", "--detach", *drift, "shop_stable")
    _, out, _ = run("plan", "--stack-name", "shop", "swarm:", "stack.yml")

    assert ["~ stable, in task mode", "routing label: ~ port", "label: + com.example.price"] == [
        line.strip() for line in out.splitlines()[1:4]
    ]


@pytest.mark.usefixtures("shop")
def test_a_plan_for_a_stack_of_several_files(run, workspace):
    workspace({"override.yml": "services: {canary: {deploy: {replicas: 2}}}"})
    files = ("-c", "stack.yml", "-c", "override.yml")
    status, out, _ = run("plan", "--stack-name", "shop", *files, "swarm:")

    assert (0, "shop (stack.yml, override.yml)") == (status, out.splitlines()[0])
    assert ["~ canary, in task mode", "replicas: 1 -> 2"] == [
        line.strip() for line in out.splitlines()[1:3]
    ]


def test_findings_are_those_of_the_file(shop, run, workspace):
    text = STACK.replace(f"{LB}port: 8080", f"{LB}port: 80800", 1).replace(
        "        com.example.price: $$5\n", f"        {LB}prot: 1\n"
    )
    folder = workspace({"stack.yml": text})
    shop.run("stack", "deploy", "-c", folder / "stack.yml", "shop")

    def found(*arguments):
        status, out, _ = run("check", "--stack-name", "shop", "--format", "json", *arguments)
        return status, [
            (each["rule"], each["severity"], each["services"], each["label"])
            for each in json.loads(out)["diagnostics"]
        ]

    assert found("stack.yml") == found("swarm:")


def test_a_finding_names_service_and_label_instead_of_a_line(shop, run):
    shop.run("service", "update", "--detach", "--label-add", f"{LB}port=x", "shop_canary")
    _, text, _ = run("check", "swarm:")
    _, concise, _ = run("check", "swarm:", "--format", "concise")
    _, found, _ = run("check", "swarm:", "--format", "json")
    (diagnostic,) = json.loads(found)["diagnostics"]

    assert f"--> service shop_canary, label {LB}port\n" in text
    assert concise.startswith("swarm/shop_canary:1:1: error[invalid-value] ")
    assert ("swarm/shop_canary", None) == (diagnostic["path"], diagnostic["span"])


def test_routes_count_the_tasks_that_run(shop, run):
    constraint = ("--constraint-add", "node.labels.none == 1")
    shop.run(
        "service", "update", "--detach", *constraint, "--update-order", "stop-first", "shop_canary"
    )
    shop.wait("shop_canary", 0)
    status, out, _ = run("routes", "swarm:", "--format", "json")
    (route,) = json.loads(out)["routes"]

    assert 0 == status
    assert {"stable": 4, "canary": 0} == {
        each["service"]: each["now"]["servers"] for each in route["services"]
    }
    _, out, _ = run("check", "swarm:", "--format", "json", "--select", "tasks-not-running")
    assert ["canary"] == [each["service"] for each in json.loads(out)["diagnostics"]]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("report", "check swarm:"),
        ("routes", "routes swarm: --what-if vip"),
        ("plan", "plan --stack-name shop swarm: stack.yml"),
        ("labels-list", "labels list swarm:"),
        ("changes", "labels set swarm: canary port=80800 com.example.x=1"),
        ("changes", "migrate swarm: --to vip --max-share-shift 100"),
    ],
)
def test_json_is_as_its_schema_says(shop, run, schema, words):
    shop.run("service", "update", "--detach", "--label-add", f"{LB}prot=1", "shop_canary")
    _, out, _ = run(*words.split(), "--format", "json")
    text = (ROOT / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8")

    jsonschema.validate(json.loads(out), json.loads(text))


def test_names_of_services(shop, run):
    shop.run("service", "create", "--detach", "--name", "canary", "--label", "a=b", engine.IMAGE)
    shop.run(
        "stack",
        "deploy",
        "-c",
        "-",
        "blog",
        feed="services: {stable: {image: i, deploy: {replicas: 0}}}",
    )

    assert run("labels", "get", "swarm:", "shop_stable", "port")[:2] == (0, "8080\n")
    status, _, err = run("labels", "get", "swarm:", "stable", "port")
    assert (2, True) == (status, "`stable` may be `blog_stable` and `shop_stable`" in err)
    # A service by itself has only one name, so that name is not ambiguous.
    assert 0 == run("labels", "list", "swarm:", "canary")[0]


def test_labels_change_and_nothing_else(shop, run):
    before = {name: shop.inspect(f"shop_{name}") for name in ("stable", "canary")}
    tasks = {name: shop.tasks(f"shop_{name}") for name in before}
    change = ("labels", "set", "swarm:", "stable", "canary", "port=8081", "com.example.x=$a")

    assert 1 == run(*change)[0]
    assert before == {name: shop.inspect(f"shop_{name}") for name in before}
    assert 0 == run(*change, "--write", "--record", "undo.json")[0]
    for name, then in before.items():
        now = shop.inspect(f"shop_{name}")
        added = {f"{LB}port": "8081", "com.example.x": "$a"}
        assert then["Spec"]["Labels"] | added == now["Spec"]["Labels"]
        assert without_labels(then) == without_labels(now)

    undo = ("labels", "set", "swarm:", "--undo", "undo.json")
    assert 1 == run(*undo)[0]
    assert 0 == run(*undo, "--write", "--record", "redo.json")[0]
    assert 0 == run(*undo, "--write", "--record", "again.json")[0]  # nothing is left to undo
    for name, then in before.items():
        assert then["Spec"] == shop.inspect(f"shop_{name}")["Spec"]
        assert tasks[name] == shop.tasks(f"shop_{name}")


def test_there_and_back_between_the_modes(shop, run):
    before, tasks = shop.inspect("shop_stable"), shop.tasks("shop_stable")
    status, out, _ = run(
        *("migrate", "swarm:", "--to", "vip", "--max-share-shift", "100"),
        *("--write", "--record", "undo.json"),
    )

    assert 0 == status
    assert "proxy: reconfigured once" in out
    assert "vip" == labels(shop, "shop_stable")[f"{LB}backend_mode"]
    migrated = run("migrate", "swarm:", "--to", "task", "--max-share-shift", "100", "--write")
    assert 0 == migrated[0]
    assert "task" == labels(shop, "shop_stable").pop(f"{LB}backend_mode")
    assert 0 == run("labels", "unset", "swarm:", "*", "backend_mode", "--write")[0]
    assert before["Spec"] == shop.inspect("shop_stable")["Spec"]
    assert tasks == shop.tasks("shop_stable")


@pytest.mark.parametrize("maker", ["client", "sdk"])
def test_services_that_no_stack_has(swarm, run, workspace, monkeypatch, maker):
    swarm.clear()
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    if maker == "client":
        options = ("--detach", "--name", "web", "--replicas", "2", "--label", "a=b")
        swarm.run("service", "create", *options, engine.IMAGE)
    else:
        client = docker.DockerClient(base_url=swarm.host)
        mode = docker.types.ServiceMode("replicated", 2)
        client.services.create(engine.IMAGE, name="web", labels={"a": "b"}, mode=mode)
        client.close()
    tasks, before = swarm.wait("web", 2), swarm.inspect("web")

    assert 0 == run("labels", "set", "swarm:", "web", "port=80", "b=1", "--force", "--write")[0]
    assert 0 == run("labels", "unset", "swarm:", "web", "port", "b", "--write")[0]
    assert before["Spec"] == swarm.inspect("web")["Spec"]
    assert tasks == swarm.tasks("web")


class Meddling(Engine):
    """An engine of which somebody else changes a service right before we do."""

    def __init__(self, swarm, changes):
        super().__init__("swarm:", 30)
        self.swarm, self.changes = swarm, list(changes)

    def update_labels(self, stored, labels):
        change = self.changes.pop(0) if self.changes else None
        if change is not None:
            update = ("service", "update", "--detach", "--label-add", change)
            self.swarm.run(*update, stored["Spec"]["Name"])
        super().update_labels(stored, labels)


def test_a_change_of_other_labels_at_the_same_moment_is_not_lost(shop):
    wanted = Wanted("shop_stable", {f"{LB}port": "8080"}, {f"{LB}port": "9090"})
    done = apply(Meddling(shop, ["other=1"]), [wanted])

    assert (None, (wanted,)) == (done.failure, done.done)
    assert ("1", "9090") == tuple(
        labels(shop, "shop_stable")[key] for key in ("other", f"{LB}port")
    )


def test_a_change_of_the_same_label_at_the_same_moment_wins(shop):
    wanted = [
        Wanted(f"shop_{name}", {f"{LB}port": "8080"}, {f"{LB}port": "9090"})
        for name in ("canary", "stable", "agent")
    ]
    meddling = Meddling(shop, ["other=1", None, f"{LB}port=7070"])
    done = apply(meddling, wanted)

    assert [wanted[0]] == list(done.done)
    assert ("shop_stable", True) == (done.failure.service, done.failure.certain)
    assert [wanted[2]] == list(done.left)
    assert "7070" == labels(shop, "shop_stable")[f"{LB}port"]


def test_interlock_itself_says_which_clusters_there_are(shop, run):
    shop.run(
        "config",
        "create",
        "interlock.conf",
        "-",
        feed='[Extensions.default]\nServiceCluster = "east"\n',
    )
    options = (
        "--detach",
        "--name",
        "ucp-interlock",
        "--replicas",
        "0",
        "--config",
        "interlock.conf",
    )
    shop.run("service", "create", *options, "docker/ucp-interlock:3.2.5")
    status, out, _ = run("check", "swarm:", "--select", "no-default-cluster", "--format", "json")

    assert 1 == status
    assert {"no-default-cluster"} == {each["rule"] for each in json.loads(out)["diagnostics"]}
    found = finder(30)("swarm:")
    assert "ucp-3.2.5" == str(found.target)
