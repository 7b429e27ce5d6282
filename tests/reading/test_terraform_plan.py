"""Services in plans and states of Terraform, from the command line."""

import json
import os
import shutil
import subprocess
from copy import deepcopy

import pytest
from support import component

from linter.reading import terraform_plan
from linter.reading.json_values import Json
from linter.syntax.composer import compose
from linter.syntax.source import Source

LABELS = {"com.docker.lb.hosts": "app.example.com", "com.docker.lb.port": "80800"}
FRONT = ["docker_network.front.id", "docker_network.front"]


def service(name="web", labels=LABELS, networks=({"name": "front"},), address=None, **values):
    """A planned `docker_service`, with the blocks of the provider kreuzwerker/docker."""
    return {
        "address": address or f"docker_service.{name}",
        "mode": "managed",
        "type": "docker_service",
        "name": name,
        "values": {
            "name": name,
            "labels": [{"label": key, "value": value} for key, value in labels.items()],
            "mode": [{"global": None, "replicated": [{"replicas": 2}]}],
            "endpoint_spec": [{"mode": "vip", "ports": []}],
            "task_spec": [
                {
                    "container_spec": [{"image": "example/web", "labels": [], "env": {}}],
                    "networks_advanced": list(networks),
                }
            ],
            **values,
        },
        "sensitive_values": {},
    }


def network(name="front", address="docker_network.front", **values):
    return {
        "address": address,
        "mode": "managed",
        "type": "docker_network",
        "name": address.rpartition(".")[2],
        "values": {"name": name, "driver": "overlay", **values},
    }


def configured(references, name="web"):
    """What the configuration says of a service that joins networks."""
    blocks = [{"name": {"references": each}} for each in references]
    expressions = {"task_spec": [{"networks_advanced": blocks}]}
    return {"address": f"docker_service.{name}", "expressions": expressions}


def plan(*resources, configuration=(), later=None, **more):
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": list(resources)}},
        "resource_changes": [
            {"address": address, "change": {"after_unknown": unknown}}
            for address, unknown in (later or {}).items()
        ],
        "configuration": {"root_module": {"resources": list(configuration)}},
        **more,
    }


def state(*resources):
    values = {"root_module": {"resources": list(resources)}}
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": values}


@pytest.fixture
def check(workspace, run):
    def check(data, *words, **options):
        folder = workspace({"plan.json": json.dumps(data, **options)})
        status, out, err = run("check", "--isolated", "-f", "json", *words, "plan.json")
        report = json.loads(out)
        (folder / "plan.json").unlink()
        assert status == 3 or not err
        return status, [each["rule"] for each in report["diagnostics"]], report

    return check


@pytest.mark.parametrize("form", [plan, state])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_service(check, form, indent):
    data = form(service(), network())
    status, rules, report = check(data, indent=indent)
    (found,) = report["diagnostics"]
    text = json.dumps(data, indent=indent)
    start, end = (found["span"][each]["offset"] for each in ("start", "end"))

    assert (1, ["invalid-value"]) == (status, rules)
    assert text[start:end].strip('"') == "80800"
    assert report["summary"]["services"] == 1


def test_the_address_is_shown(workspace, run):
    workspace({"plan.json": json.dumps(plan(service(address='docker_service.web["a"]')))})
    _, out, _ = run("check", "--isolated", "plan.json")

    assert '(docker_service.web["a"])' in out


def test_a_service_in_a_module(check):
    inside = service(address="module.shop[0].docker_service.web", networks=[{}])
    front = network(address="module.shop[0].docker_network.front", name="shop")
    labels = inside["values"]["labels"]
    labels += [{"label": "com.docker.lb.network", "value": "front"}]
    data = plan()
    data["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.shop[0]", "resources": [inside, front]}
    ]
    data["configuration"]["root_module"]["module_calls"] = {
        "shop": {"module": {"resources": [configured([FRONT])]}}
    }

    assert ["invalid-value", "network-not-attached"] == sorted(check(data)[1])

    labels[-1]["value"] = "shop"

    assert ["invalid-value"] == check(data)[1]


def joined(value, networks, *resources, references=()):
    """A plan with a service that has a label for its network."""
    labels = {**LABELS, "com.docker.lb.port": "80", "com.docker.lb.network": value}
    own = service(labels=labels, networks=networks)
    settings = [configured(references)] if references else []
    return plan(own, *resources, configuration=settings)


NOT_ATTACHED = ["network-not-attached"]


def test_networks(check):
    identifier = "a" * 25
    known = network(id=identifier)

    assert [] == check(joined("front", [{"name": "front"}]))[1]
    assert NOT_ATTACHED == check(joined("other", [{"name": "front"}]))[1]
    assert [] == check(joined("front", [{"name": identifier}], known))[1]
    assert NOT_ATTACHED == check(joined("other", [{"name": identifier}], known))[1]
    # Known only after `apply`, but the configuration refers to it.
    assert [] == check(joined("front", [{}], network(), references=[FRONT]))[1]
    assert NOT_ATTACHED == check(joined("other", [{}], network(), references=[FRONT]))[1]
    # Not known at all.
    assert [] == check(joined("other", [{"name": identifier}]))[1]
    assert [] == check(joined("other", [{}], references=[["var.network"]]))[1]
    assert [] == check(joined("other", [], references=[["each.value"]]))[1]
    assert ["no-usable-network"] == check(joined("other", []))[1]


def test_what_is_known_only_later(check):
    web = service()
    web["values"]["labels"][1].pop("value")
    web["values"]["mode"][0]["replicated"][0]["replicas"] = None
    later = {"mode": [{"replicated": [{"replicas": True}]}], "labels": [{}, {"value": True}]}

    assert [] == check(plan(web, later={"docker_service.web": later}))[1]


def test_a_label_of_containers(check):
    web = service(labels={})
    container = web["values"]["task_spec"][0]["container_spec"][0]
    container["labels"] = [{"label": "com.docker.lb.hosts", "value": "a.example.com"}]
    _, rules, report = check(plan(web))

    assert "container-label" in rules
    assert all(each["fix"] is None for each in report["diagnostics"])


def test_ports_and_modes(check):
    ports = [{"target_port": 80, "published_port": 8080, "publish_mode": "ingress"}]
    labels = {**LABELS, "com.docker.lb.port": "8080"}
    web = service(labels=labels, endpoint_spec=[{"mode": "vip", "ports": ports}])

    assert "published-port-as-target" in check(plan(web))[1]

    labels = {**LABELS, "com.docker.lb.port": "80", "com.docker.lb.backend_mode": "vip"}
    web = service(labels=labels, endpoint_spec=[{"mode": "dnsrr"}])

    assert ["vip-without-virtual-ip"] == check(plan(web))[1]


def test_routes_count_tasks(workspace, run):
    workspace({"plan.json": json.dumps(plan(service()))})
    _, out, _ = run("routes", "--isolated", "-f", "json", "plan.json")
    (route,) = json.loads(out)["routes"]

    assert [2] == [each["tasks"] for each in route["services"]]


SECRET = "hunter2"


@pytest.mark.parametrize("marks", [True, [{}, {"value": True}, {}], [{"value": True}]])
def test_sensitive_values_are_never_shown(workspace, run, marks):
    labels = {**LABELS, "com.docker.lb.port": SECRET, "com.docker.lb.prot": SECRET}
    web = service(labels={**labels, "team": SECRET, f"com.docker.lb.{SECRET}": "1"})
    del web["values"]["labels"][-1]
    web["sensitive_values"] = {"labels": marks}
    web["values"]["task_spec"][0]["container_spec"][0]["env"] = {"PASSWORD": SECRET}
    data = plan(web, variables={"password": {"value": SECRET}})
    for indent in (None, 1):
        workspace({"plan.json": json.dumps(data, indent=indent)})
        for words in (
            ["check", "--verbose"],
            ["check", "-f", "json"],
            ["labels", "list"],
            ["labels", "list", "-f", "json"],
            ["routes"],
            ["labels", "set", "--force", "plan.json", "web", "port=80"],
            ["fix", "--unsafe"],
            ["migrate", "--to", "vip"],
        ):
            names = [] if "plan.json" in words else ["plan.json"]
            _, out, err = run(*words, *names)

            assert SECRET not in out + err, words


def test_it_is_not_changed(workspace, run):
    workspace({"plan.json": json.dumps(plan(service()))})
    status, out, _ = run("labels", "set", "--write", "plan.json", "web", "port=80")

    assert 1 == status
    assert "set `com.docker.lb.port` to `80`" in out


def test_a_version_that_is_not_known(check):
    data = deepcopy(plan(service()))
    data["format_version"] = "2.0"
    status, _, report = check(data)

    assert 3 == status
    assert "version" in report["unjudged"][0]["reason"]


def test_what_has_no_service(check):
    assert (0, []) == check(plan(network()), "--allow-empty")[:2]
    assert (0, []) == check({"format_version": "1.0"}, "--allow-empty")[:2]


def test_a_folder_is_searched_for_plans(workspace, run):
    workspace({"a/plan.json": json.dumps(plan(service())), "package.json": "{}"})
    status, out, _ = run("check", "--isolated", "-f", "concise", ".")

    assert 1 == status
    assert out.startswith("a/plan.json:1:")


MAIN = """\
variable "password" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "front" {
  for_each = toset(["a", "b"])
  input    = each.key
}
module "shop" {
  source   = "./shop"
  count    = 1
  password = var.password
}
"""
MODULE = """\
variable "password" {}
resource "terraform_data" "back" {
  input = "back"
}
resource "terraform_data" "web" {
  input            = { network = terraform_data.back.id, password = var.password, port = 80 }
  triggers_replace = [terraform_data.back.id]
}
"""


@pytest.mark.terraform
def test_a_real_plan_has_what_is_looked_for(workspace, run):
    """Only with resources of its own, because providers cannot be installed here."""
    terraform = shutil.which("terraform")
    component("terraform", terraform, "there is no terraform on the PATH")
    folder = workspace({"main.tf": MAIN, "shop/main.tf": MODULE})

    def call(*words):
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            [terraform, *words], check=True, capture_output=True, text=True, env=environment
        ).stdout

    call("init", "-input=false")
    call("plan", "-input=false", "-out=saved")
    text = call("show", "-json", "saved")
    root = Json(compose(Source("plan.json", text)).root)
    found = {each.address: each for each in terraform_plan.resources(root)}
    web = found["module.shop[0].terraform_data.web"]
    references = web.configured.at("expressions", "input", "references").items

    assert found.keys() == {
        'terraform_data.front["a"]',
        'terraform_data.front["b"]',
        "module.shop[0].terraform_data.back",
        "module.shop[0].terraform_data.web",
    }
    assert "module.shop[0]." == web.module
    assert "terraform_data.back.id" in [each.text for each in references]
    assert web.hides("input", "network")  # known after apply
    assert web.hides("input", "password")
    assert not web.hides("input", "port")
    assert "hunter2" in text

    workspace({"plan.json": text})

    assert 0 == run("check", "--isolated", "--allow-empty", "plan.json")[0]

    call("apply", "-input=false", "saved")
    root = Json(compose(Source("state.json", call("show", "-json"))).root)
    found = {each.address: each for each in terraform_plan.resources(root)}

    assert 4 == len(found)
    assert found["module.shop[0].terraform_data.web"].hides("input", "password")
