"""A sample of recorded changes, deployed anew: this engine does the same, and `plan` says so."""

import json
import time

import engine
import pytest
from recorded_changes import cases
from support import WHOLE, component

pytestmark = pytest.mark.swarm

CASES = {case["id"]: case for case in cases()}


def is_plain(case):
    """Whether it is about one service with two tasks, of which all or none are replaced."""
    web = case["services"].get("web", {})
    is_alone = len(case["services"]) == 1 and web["tasks_before"] == 2
    # What needs a file, a variable, or what this engine may not set.
    other = ("file:", "${", "sysctls", "driver_opts")
    needs = any(word in case["before"] + case["after"] for word in other)
    return is_alone and web["replaced"] in ("all", "none") and not needs


FIRST = ("order-dns", "lb-backend_mode-added-vip", "logging-explicit-default")
MORE = [name for name, case in CASES.items() if is_plain(case)][::12] if WHOLE else ()
SAMPLE = tuple(dict.fromkeys((*FIRST, *MORE)))


def image(text):
    return text.replace("example/web:1", engine.IMAGE)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_engine_does_what_was_recorded(swarm, run, workspace, monkeypatch, name):
    component("changes", CASES, "INTERLOCK_LINT_CHANGES names no file of recorded changes")
    case = CASES[name]
    swarm.clear(stack="shop")  # its networks stay, which take long to go
    if left := swarm.run("service", "ls", "-q").split():
        swarm.run("service", "rm", *left)  # or tasks that are about to be replaced are counted
    folder = workspace({"after.yml": image(case["after"])})
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    swarm.deploy(image(case["before"]), "shop")
    before = set(swarm.wait("shop_web", 2))
    recorded = case["services"]["web"]["replaced"]

    _, out, _ = run("plan", "--stack-name", "shop", "swarm:", "after.yml", "--format", "json")
    services = [each for stack in json.loads(out)["stacks"] for each in stack["services"]]
    assert ({recorded} if services or recorded != "none" else set()) == {
        each["tasks"] for each in services
    }
    swarm.run("stack", "deploy", "--resolve-image=never", "-c", folder / "after.yml", "shop")
    if recorded == "none":
        time.sleep(1)
        assert before == set(swarm.tasks("shop_web"))
        return
    end = time.monotonic() + engine.PATIENCE
    while len(set(swarm.tasks("shop_web")) - before) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
