"""Plays against a real swarm: what runs is checked and changed, and the role deploys a stack."""

import copy
import json
import re

import engine
import pytest
import yaml
from support import ROOT

pytestmark = [pytest.mark.ansible, pytest.mark.swarm]

LB = "com.docker.lb."
STACK = {
    "services": {
        "web": {
            "image": engine.IMAGE,
            "command": ["serve"],
            "networks": ["front"],
            "deploy": {
                "replicas": 2,
                "labels": {
                    f"{LB}hosts": "shop.example.com",
                    f"{LB}network": "shop_front",
                    f"{LB}port": "8080",
                },
            },
        }
    },
    "networks": {"front": {"driver": "overlay"}},
}


def changed(**settings):
    """The stack, with other settings in `deploy` of its service."""
    stack = copy.deepcopy(STACK)
    stack["services"]["web"]["deploy"].update(settings)
    return stack


SCALED = {"services": {"web": {"deploy": {"replicas": 3}}}}


@pytest.fixture
def here(swarm, ansible, tmp_path):
    """Settings of a play in which the swarm is the one of the tests."""
    swarm.clear()
    (tmp_path / "stack.yml").write_text(json.dumps(STACK))
    return {"python": ansible.root / "bin" / "python", "DOCKER_HOST": swarm.host}


def role(*compose, **settings):
    settings = {"name": "shop", "compose": list(compose), **settings}
    return {
        "ansible.builtin.include_role": {"name": "interlock.lint.deploy_stack"},
        "vars": {f"deploy_stack_{name}": value for name, value in settings.items()},
    }


def running(module, **settings):
    return {f"interlock.lint.interlock_{module}": {"source": ["swarm:"], **settings}}


def test_what_runs_is_checked_and_changed_without_a_new_task(swarm, here, play, results, ansible):
    swarm.deploy(json.dumps(STACK), "shop")
    tasks, before = swarm.wait("shop_web", 2), swarm.inspect("shop_web")["Spec"]
    label = running("labels", service=["shop_web"], labels={"port": 8081, "com.example.x": "$a"})

    status, out = play([running("check"), label], "--check", "--diff", **here)
    assert 0 == status, out
    assert f'-web {LB}port="8080"\n' in out
    assert f'+web {LB}port="8081"\n' in out
    assert "changed=1" in out
    assert before == swarm.inspect("shop_web")["Spec"]

    vip = running("migrate", to="vip")
    back = [running("migrate", to="task", backup=True)]
    back.append(
        running(
            "labels",
            service=["*"],
            labels={"backend_mode": None, "com.example.x": None},
            state="absent",
        )
    )
    back.append(running("labels", service=["web"], labels={"port": 8080}))
    found = results([label, label, vip, vip, *back], **here)

    assert [True, False, True, False, True, True, True] == [each["changed"] for each in found]
    assert [["task", "task", "vip", "vip"], ["task", "vip", "vip", "task"]] == [
        [each[when][0]["services"][0]["mode"] for each in (found[0], found[2], found[3], found[4])]
        for when in ("routes_before", "routes_after")
    ]
    assert before == swarm.inspect("shop_web")["Spec"]
    assert tasks == swarm.tasks("shop_web")
    # Only the change with `backup` leaves a record.
    assert found[4]["backup_files"] == [str(each) for each in ansible.folder.glob("*.json")]


README = (ROOT / "ansible/README.md").read_text(encoding="utf-8")


def blocks(language):
    """The code blocks of the README, as for this machine."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    changes = {"managers[0]": "localhost", "[manager]": "[localhost]", "/srv/stacks/": ""}
    changes["manager   "] = "localhost "
    for old, new in changes.items():
        found = [each.replace(old, new) for each in found]
    return found


def test_what_the_readme_shows(swarm, here, ansible, tmp_path):
    """The role deploys a stack once, and nothing in check mode; then a service gets a route."""
    shop = changed(replicas=4)
    shop["services"]["canary"] = {"image": engine.IMAGE, "networks": ["front"]}
    (tmp_path / "shop.yml").write_text(json.dumps(shop))
    deploy, canary = (yaml.safe_load(each) for each in blocks("yaml")[:2])
    _, plan, label, shares = blocks("text")

    def run(book, *options):
        status, out = ansible.play(tmp_path, book[0]["tasks"], *options, **here)
        assert 0 == status, out
        return out

    shown, rest = plan.split("changed: ", 1)
    out = run(deploy, "--check")
    assert shown in out
    assert "changed=1" in out
    assert [] == swarm.run("service", "ls", "-q").split()
    out = run(deploy)
    assert shown in out
    assert [line.rstrip() for line in rest.splitlines() if line] == [
        line.rstrip() for line in out.partition(shown + "changed: ")[2].splitlines() if line
    ]
    swarm.wait("shop_web", 4)
    swarm.wait("shop_canary", 1)
    tasks = swarm.tasks("shop_canary")
    assert "changed=0" in run(deploy)

    assert label in run(canary, "--check", "--diff")
    assert shares in run(canary)
    assert tasks == swarm.tasks("shop_canary")


def test_the_role_deploys_nothing_that_fails_before(swarm, here, play):
    wrong = changed(labels={f"{LB}hosts": "shop.example.com", f"{LB}prot": "8080"})
    status, out = play([role(wrong)], **here)
    assert 2 == status
    assert "did you mean `com.docker.lb.port`?" in out
    assert [] == swarm.run("service", "ls", "-q").split()

    swarm.deploy(json.dumps(STACK), "shop")
    scaled = changed(replicas=3)
    status, out = play([role(scaled, fail_on_reconfiguration=True)], **here)
    assert 2 == status
    assert "the proxy would be reconfigured" in out
    assert 2 == swarm.inspect("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"]

    refused = changed(mode="global")
    del refused["services"]["web"]["deploy"]["replicas"]
    status, out = play([role(refused)], **here)
    assert 2 == status
    assert "the engine would refuse a change" in out


def test_plans(swarm, here, play, results):
    more = copy.deepcopy(STACK)
    more["services"]["old"] = {"image": engine.IMAGE}
    swarm.deploy(json.dumps(more), "shop")
    plan = {"stack_name": "shop", "compose": STACK}
    settings = [{"prune": False}, {"prune": True}, {"compose": ["stack.yml", SCALED]}]
    kept, pruned, scaled = results(
        [{"interlock.lint.interlock_plan": plan | each} for each in settings], **here
    )
    assert "replicas: 2 -> 3" in scaled["plan"]
    assert (False, ["old"]) == (kept["changed"], kept["left"])
    assert (True, []) == (pruned["changed"], pruned["left"])

    status, out = play([role(STACK)], **here)
    assert (0, True) == (status, "changed=0" in out), out
    status, out = play([role(STACK, prune=True)], **here)
    assert (0, True) == (status, "- old" in out), out
    assert ["shop_web"] == swarm.run("service", "ls", "--format", "{{.Name}}").split()
