"""Services that were recorded, and services as the text of a stack file; no engine is needed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import NoContents

from linter.model.deployed import ORDERED, Setting
from linter.reading import inspected
from linter.reading.deployed_reader import deployed
from linter.reading.json_values import Json, nodes_of
from linter.reading.printed import printed
from linter.reading.recorded import Resources, recorded
from linter.reading.stack_reader import ReadOptions, read
from linter.swarm.running import source_of
from linter.syntax.interpolation import Environment, Variable
from linter.syntax.source import Source

# What `docker inspect` printed about the stack of test_running and a service by itself.
RECORD = (Path(__file__).parent / "services.json").read_text(encoding="utf-8")
ENTRIES = json.loads(RECORD)
NETWORKS = {each["Id"]: each["Name"] for each in ENTRIES if "Id" in each}
SERVICES = [each for each in ENTRIES if "Spec" in each]
OPTIONS = ReadOptions(Environment(), stack_name="shop")


def stacks(text=RECORD, path="services.json"):
    source = Source(path, text)
    return {
        view.stack: read([source.seen_as(view)], ReadOptions(stack_name=view.stack))
        for view in inspected.views(source)
    }


def values(service):
    return {str(label.key): str(label.value) for label in service.labels}


def test_services_are_read_by_stack_and_with_places():
    found = stacks()
    alone, shop = found[None], found["shop"]

    assert ["alone"] == [str(each.name) for each in alone.services]
    assert ["agent", "canary", "stable"] == [str(each.name) for each in shop.services]
    stable = shop.services[2]
    assert values(stable) == {
        "com.docker.lb.hosts": "app.example.com",
        "com.docker.lb.network": "shop_front",
        "com.docker.lb.port": "8080",
        "com.example.price": "$5",
    }
    for label in stable.labels:
        assert json.dumps(str(label.key)) == label.key.written
        assert json.dumps(str(label.value)) == label.value.written
    assert 'ä"\\$x' == values(alone.services[0])["com.example.odd"]
    assert [("shop_front",)] == [each.network.deployed for each in stable.attachments]
    assert (4, None) == (stable.tasks, shop.services[0].tasks)


def test_a_recorded_service_has_its_whole_name_too(workspace, run):
    workspace({"services.json": RECORD})

    for name in ("stable", "shop_stable"):
        assert (0, "8080\n") == run("labels", "get", "services.json", name, "port")[:2]


def test_a_network_whose_name_is_not_recorded_is_unknown():
    shop = stacks(json.dumps(SERVICES))["shop"]

    for each in shop.services:
        (attachment,) = each.attachments
        assert all(isinstance(part, Variable) for part in attachment.key.parts)


@pytest.mark.parametrize("text", ["[", "[1, {}]", '{"a": "TaskTemplate"}', '"TaskTemplate"'])
def test_a_file_that_only_looks_like_a_record(workspace, run, text):
    workspace({"services.json": text + ' # "TaskTemplate"'})
    status, _, _ = run("check", "services.json")

    assert status in (0, 3)


def comparable(stack):
    found = deployed(stack, Environment(), NoContents())
    return {
        service.name: {
            setting: list(values.items()) if setting in ORDERED else values
            for setting, values in service.settings.items()
        }
        for service in found.services
    }


@pytest.mark.parametrize("entry", SERVICES, ids=lambda entry: entry["Spec"]["Name"])
def test_the_text_of_a_service_says_what_its_tree_says(entry):
    (tree,) = stacks(json.dumps([entry, *(each for each in ENTRIES if "Id" in each)])).values()
    resources = Resources(NETWORKS, written_out=True)
    service = recorded(Json(nodes_of(entry)), resources)
    text = read([source_of(service)], OPTIONS._replace(stack_name=service.stack))

    assert [] == list(text.unjudged)
    assert not text.is_rejected
    assert comparable(tree) == comparable(text)


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.fuzz
@given(st.dictionaries(anything.filter(lambda key: key.strip("\n")), anything, max_size=6))
def test_any_label_survives(labels):
    entry = {**SERVICES[0], "Spec": {**SERVICES[0]["Spec"], "Labels": labels}}
    service = recorded(Json(nodes_of(entry)), Resources(NETWORKS))
    (text,) = read([source_of(service)], OPTIONS).services
    known = {
        key: value
        for key, value in labels.items()
        if key not in ("com.docker.stack.namespace", "com.docker.stack.image")
    }

    assert known == values(text)
    assert printed(service.root).isprintable() or "\n" in printed(service.root)


@pytest.mark.parametrize("setting", [Setting.UPDATE_CONFIG, Setting.RESTART_POLICY])
def test_what_engines_fill_in_is_left_out(setting):
    (service,) = deployed(stacks()[None], Environment(), NoContents()).services

    assert {} == service.values(setting)


def test_paths_of_a_file_are_compared_with_those_of_a_record(run, workspace):
    folder = workspace({"stack.yml": "services: {web: {image: i, volumes: ['./data:/a']}}"})
    container = {"Image": "i", "Mounts": [{"Type": "bind", "Source": "", "Target": "/a"}]}
    labels = {"com.docker.stack.namespace": "shop"}
    spec = {"Name": "shop_web", "Labels": labels, "TaskTemplate": {"ContainerSpec": container}}
    for source, changes in ((f"{folder}/data", 0), ("/elsewhere", 1)):
        container["Mounts"][0]["Source"] = source
        workspace({"services.json": json.dumps([{"ID": "a", "Spec": spec}])})
        _, out, _ = run(
            *("plan", "--stack-name", "shop", "services.json", "stack.yml", "--format", "json")
        )
        services = [each for stack in json.loads(out)["stacks"] for each in stack["services"]]

        assert changes == sum(
            change["setting"] == "mount" for each in services for change in each["changes"]
        )


FILLED_IN = {
    "RestartPolicy": {"Condition": "on-failure", "Delay": 5 * 10**9, "MaxAttempts": 0},
    "UpdateConfig": {
        "Parallelism": 1,
        "FailureAction": "pause",
        "Monitor": 5 * 10**9,
        "MaxFailureRatio": 0,
        "Order": "stop-first",
    },
}
"""What an engine prints of `condition: on-failure`, and of an update policy that nobody set."""


@pytest.mark.parametrize(
    ("deploy", "more", "changes"),
    [
        ("restart_policy: {condition: on-failure}", "", []),
        ("restart_policy: {condition: on-failure, delay: 5s}", "", []),
        ("restart_policy: {condition: on-failure, delay: 6s}", "", ["restart-policy"]),
        ("restart_policy: {condition: any}", "", ["restart-policy"]),
        ("", "", ["restart-policy"]),
        (
            "restart_policy: {condition: on-failure}, update_config: {parallelism: 1, monitor: 5s}",
            "",
            [],
        ),
        (
            "restart_policy: {condition: on-failure}, update_config: {parallelism: 2}",
            "",
            ["update-config"],
        ),
        ("restart_policy: {condition: on-failure}, rollback_config: {order: stop-first}", "", []),
        ("restart_policy: {condition: on-failure}", "stop_grace_period: 10s", []),
        ("restart_policy: {condition: on-failure}", "stop_grace_period: 9s", ["container"]),
    ],
)
def test_what_engines_fill_in_is_no_change_of_a_file_that_states_it(
    run, workspace, deploy, more, changes
):
    container = {"Image": "i", "StopGracePeriod": 10 * 10**9}
    task = {"ContainerSpec": container, "RestartPolicy": FILLED_IN["RestartPolicy"]}
    spec = {
        "Name": "shop_web",
        "Labels": {"com.docker.stack.namespace": "shop"},
        "TaskTemplate": {**task, "Networks": [{"Target": "n", "Aliases": ["web"]}]},
        "UpdateConfig": FILLED_IN["UpdateConfig"],
        "RollbackConfig": FILLED_IN["UpdateConfig"],
    }
    record = [{"ID": "a", "Spec": spec}, {"Id": "n", "Name": "shop_default", "Scope": "swarm"}]
    extra = f", {more}" if more else ""
    stack = f"services: {{web: {{image: i, deploy: {{{deploy}}}{extra}}}}}\n"
    workspace({"services.json": json.dumps(record), "stack.yml": stack})
    words = ("plan", "--stack-name", "shop", "--format", "json")
    for sides in (("services.json", "stack.yml"), ("stack.yml", "services.json")):
        _, out, _ = run(*words, *sides)
        services = [each for one in json.loads(out)["stacks"] for each in one["services"]]
        found = {change["setting"] for each in services for change in each["changes"]}

        assert set(changes) == found
