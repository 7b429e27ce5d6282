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

    assert (0, "no changes") == (status, out.splitlines()[-1])
    assert "The content of secret `shop_password` is not known, so not compared;" in out


@pytest.mark.usefixtures("shop")
def test_the_files_of_a_stack_are_compared_as_they_are_deployed_together(run, workspace):
    change = {f"{LB}port": "9090"}
    override = json.dumps({"services": {"canary": {"deploy": {"labels": change}}}})
    workspace({"more.yml": override})
    words = ("plan", "--stack-name", "shop", "-c", "stack.yml")

    assert "no changes" == run(*words, "swarm:")[1].splitlines()[-1]
    status, out, _ = run(*words, "-c", "more.yml", "swarm:")
    assert (0, ["~ canary, in task mode", "routing label: ~ port"]) == (
        status,
        [line.strip() for line in out.splitlines()[1:3]],
    )


def test_a_plan_shows_that_the_content_of_a_config_changed(shop, run, workspace):
    template = STACK.replace("{file: ./settings}", "{file: ./settings, template_driver: golang}")
    workspace({"settings": "changed", "password": "changed", "template.yml": template})
    words = ("plan", "--stack-name", "shop", "swarm:")
    status, out, _ = run(*words, "stack.yml")
    _, found, _ = run(*words, "stack.yml", "--format", "json")
    report = json.loads(found)

    line = "! content of config `shop_settings`: refused, because"
    assert (1, True) == (status, line in out)
    assert [{"setting": "secret-content", "name": "shop_password"}] == report["not_compared"]
    assert [("config-content", "shop_settings", True, True)] == [
        (each["setting"], each["name"], each["refused"], each["certain"])
        for stack in report["stacks"]
        for each in stack["objects"]
    ]
    # It is, for each of them.
    for name in ("settings", "password"):
        workspace({"settings": "a", "password": "b"} | {name: "changed"})
        done = shop("stack", "deploy", "--resolve-image=never", "-c", "stack.yml", "shop")
        assert "only updates to Labels are allowed" in done.stderr
    shop.run("config", "create", "-l", "a=b", "elsewhere", "-", feed="x")
    workspace({"settings": "a", "password": "b"})
    assert 0 == run(*words, "stack.yml")[0]
    # Of anything else about a config that exists, the engine only ignores the change.
    assert 0 == run(*words, "template.yml")[0]
    shop.run("stack", "deploy", "--resolve-image=never", "-c", "template.yml", "shop")


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


@pytest.fixture
def named_alike(shop):
    """The stack, another one with a service of the same name, and a service by itself."""
    labels = f"{{{LB}hosts: app.example.com, {LB}port: 8080}}"
    deploy = f"{{replicas: 0, labels: {labels}}}"
    text = f"services: {{stable: {{image: i, deploy: {deploy}}}}}"
    shop.run("stack", "deploy", "-c", "-", "blog", feed=text)
    words = ("--label", f"{LB}hosts=app.example.com", "--label", f"{LB}port=8080")
    shop.run("service", "create", "--detach", "--name", "canary", *words, engine.IMAGE)
    return shop


COMMANDS = {
    "get": "labels get swarm: {} port",
    "list": "labels list swarm: {}",
    "set": "labels set swarm: {} port=8081",
    "unset": "labels unset swarm: {} port",
    "migrate": "migrate swarm: --to vip --max-share-shift 100 --service {}",
    "migrate-tasks": "migrate swarm: --to vip --max-share-shift 100 --tasks {}=2",
    "routes-what-if": "routes swarm: --what-if vip --service {}",
    "routes-tasks": "routes swarm: --tasks {}=2",
    "routes-want": "routes swarm: --want {}=10%",
}


@pytest.mark.usefixtures("named_alike")
def test_a_name_means_the_same_service_in_every_command(run):
    wrong = []
    for name, words in COMMANDS.items():
        status, _, err = run(*words.format("stable").split())
        if (status, "`stable` may be `blog_stable` or `shop_stable`;" in err) != (2, True):
            wrong.append((name, status, err))
        status, _, err = run(*words.format("shop_stabel").split())
        if (status, "did you mean `shop_stable`?" in err) != (2, True):
            wrong.append((name, status, err))
        if run(*words.format("shop_stable").split())[0] not in (0, 1):
            wrong.append((name, "shop_stable"))
    assert [] == wrong

    def changed(name):
        _, out, _ = run("labels", "set", "swarm:", name, "port=1", "--format", "json", "--force")
        return [each["before"]["path"] for each in json.loads(out)["changes"]]

    # A whole name comes before a short one, and a glob may mean either.
    assert ["swarm/canary"] == changed("canary")
    assert ["swarm/shop_canary"] == changed("shop_canary")
    assert ["swarm/canary", "swarm/shop_canary"] == changed("*canary")


def test_what_is_assumed_is_assumed_for_the_service_that_is_named(named_alike, run):
    def servers(*words):
        _, out, _ = run("routes", "swarm:", "--format", "json", *words)
        (route,) = json.loads(out)["routes"]
        key = "what_if" if "--what-if" in words else "now"
        return {
            each["path"].removeprefix("swarm/"): (each[key]["mode"], each[key]["servers"])
            for each in route["services"]
        }

    named_alike.wait("canary", 1)
    now = servers()
    assert ("task", 1) == now["canary"] == now["shop_canary"]
    assert now | {"canary": ("task", 3)} == servers("--tasks", "canary=3")
    assert now | {"shop_stable": ("task", 9)} == servers("--tasks", "shop_stable=9")
    assert now | {"shop_canary": ("vip", 1)} == servers(
        "--what-if", "vip", "--service", "shop_canary"
    )


def test_labels_change_and_nothing_else(shop, run):
    before = {name: shop.inspect(f"shop_{name}") for name in ("stable", "canary", "agent")}
    tasks = {name: shop.tasks(f"shop_{name}") for name in before}
    change = ("labels", "set", "swarm:", *before, "port=8081", "com.example.x=$a", "--force")

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


def made_by_client(swarm, mode):
    """A service with everything there is an option for."""
    options = [
        *("--detach", "--no-resolve-image", "--name", "web", "--label", "a=b", "--env", "A=1"),
        *("--network", "front", "--config", "source=c,target=/c,mode=0400", "--secret", "s"),
        *("--constraint", "node.role == manager", "--placement-pref", "spread=node.labels.zone"),
        *("--limit-memory", "64M", "--limit-cpu", "0.5", "--reserve-memory", "8M"),
        *("--health-cmd", "hostname", "--health-interval", "1s", "--health-retries", "2"),
        *("--restart-condition", "any", "--restart-delay", "1s", "--restart-max-attempts", "9"),
        *("--update-parallelism", "2", "--update-order", "start-first", "--update-delay", "1s"),
        *("--rollback-parallelism", "2", "--rollback-failure-action", "continue"),
        *("--mount", "type=tmpfs,target=/t", "--host", "legacy:10.9.9.9", "--dns", "10.9.9.8"),
        *("--stop-grace-period", "1s", "--log-driver", "json-file", "--log-opt", "max-size=1m"),
        *("--container-label", "k=v", "--publish", "mode=host,target=8080", "--init"),
        *("--mode", mode, engine.IMAGE, "serve"),
    ]
    if mode == "replicated":
        options[:0] = ["--replicas", "2", "--replicas-max-per-node", "5"]
        options[options.index("mode=host,target=8080")] = "mode=host,target=8080,protocol=udp"
    swarm.run("service", "create", *options)


def made_by_sdk(swarm, mode):
    types = docker.types
    client = docker.DockerClient(base_url=swarm.host)
    (config,), (secret,) = client.configs.list(), client.secrets.list()
    client.services.create(
        engine.IMAGE,
        command=["serve"],
        name="web",
        labels={"a": "b"},
        container_labels={"k": "v"},
        env=["A=1"],
        networks=["front"],
        configs=[types.ConfigReference(config.id, config.name, mode=0o400)],
        secrets=[types.SecretReference(secret.id, secret.name, uid="1")],
        constraints=["node.role == manager"],
        preferences=[types.PlacementPreference("spread", "node.labels.zone")],
        resources=types.Resources(mem_limit=64 << 20, cpu_limit=5 * 10**8),
        healthcheck=types.Healthcheck(test=["CMD", "hostname"], interval=10**9),
        restart_policy=types.RestartPolicy("any", delay=10**9),
        update_config=types.UpdateConfig(parallelism=2, order="start-first"),
        rollback_config=types.RollbackConfig(parallelism=2, order="stop-first"),
        endpoint_spec=types.EndpointSpec(mode="dnsrr"),
        mounts=[types.Mount("/t", None, type="tmpfs")],
        hosts={"legacy": "10.9.9.9"},
        stop_grace_period=10**9,
        init=True,
        mode=types.ServiceMode(mode, 2 if mode == "replicated" else None),
    )
    client.close()


@pytest.mark.parametrize("mode", ["replicated", "global"])
@pytest.mark.parametrize("made", [made_by_client, made_by_sdk])
def test_services_that_no_stack_has(swarm, run, workspace, monkeypatch, made, mode):
    swarm.clear()
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    swarm.run("network", "create", "--driver", "overlay", "front")
    swarm.run("config", "create", "c", "-", feed="c")
    swarm.run("secret", "create", "s", "-", feed="s")
    made(swarm, mode)
    tasks = swarm.wait("web", 2 if mode == "replicated" else 1)
    before = swarm.inspect("web")
    words = ("hosts=a.example.com", "port=8080", "network=front", "b=1", "c.d=$x")

    assert 0 == run("labels", "set", "swarm:", "web", *words, "--force", "--write")[0]
    now = swarm.inspect("web")
    added = {f"{LB}hosts": "a.example.com", f"{LB}port": "8080", f"{LB}network": "front"}
    assert {"a": "b", **added, f"{LB}b": "1", "c.d": "$x"} == now["Spec"]["Labels"]
    assert without_labels(before) == without_labels(now)
    migrated = run("migrate", "swarm:", "--to", "vip", "--service", "web", "--write")
    dnsrr = made is made_by_sdk  # which has no virtual IP
    assert (1 if dnsrr else 0) == migrated[0]
    assert without_labels(before) == without_labels(swarm.inspect("web"))
    names = [each.partition("=")[0] for each in words]
    left = [] if dnsrr else ["backend_mode"]
    assert 0 == run("labels", "unset", "swarm:", "web", *names, *left, "--force", "--write")[0]
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
