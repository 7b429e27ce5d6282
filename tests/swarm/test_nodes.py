"""A swarm with two nodes: routes and rules count the tasks of the nodes that are there."""

import json
import time
from contextlib import contextmanager

import engine
import pytest

pytestmark = pytest.mark.swarm

STACK = """\
services:
  web:
    image: 127.0.0.1:1/example/web
    networks: [front]
    deploy:
      replicas: 4
      restart_policy: &soon {delay: 1s}
      update_config: &together {parallelism: 0}
      labels: &labels
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.network: shop_front
  agent:
    image: 127.0.0.1:1/example/web
    networks: [front]
    deploy: {mode: global, restart_policy: *soon, update_config: *together, labels: *labels}
networks:
  front:
"""


@contextmanager
def two_nodes():
    """A manager and a worker, with the stack on both of them."""
    with engine.swarm() as manager:
        manager.run("swarm", "update", "--dispatcher-heartbeat", "1s")
        with engine.worker(manager) as worker:
            manager.deploy(STACK, "shop")
            yield manager, worker


@pytest.fixture(scope="module")
def shared():
    with two_nodes() as found:
        yield found


@pytest.fixture
def nodes(shared):
    """The nodes that the tests share, with the labels as they are in the stack."""
    shared[0].deploy(STACK, "shop")
    return shared


def node_of(manager, role):
    return manager.run("node", "ls", "-q", "--filter", f"role={role}").strip()


def nodes_of_tasks(manager, name):
    """The node of each task of a service that should run and does."""
    found = json.loads(manager.run("inspect", *manager.tasks(name)) or "[]")
    return [each["NodeID"] for each in found if each["Status"]["State"] == "running"]


def tasks_shown(run):
    """The tasks of each service, as `routes` counts them."""
    (route,) = json.loads(run("routes", "swarm:", "--format", "json")[1])["routes"]
    return {each["service"]: each["tasks"] for each in route["services"]}


def settle(manager, nodes, agents, gone=()):
    """Wait until all tasks run on these nodes, and none of those that are to go."""
    end = time.monotonic() + engine.PATIENCE
    while not (
        len(tasks := manager.tasks("shop_web")) == 4
        and set(gone).isdisjoint(tasks)
        and len(found := nodes_of_tasks(manager, "shop_web")) == 4
        and nodes == set(found)
        and len(nodes_of_tasks(manager, "shop_agent")) == agents
    ):
        assert time.monotonic() < end, manager.run("service", "ps", "shop_web", "shop_agent")
        time.sleep(0.1)


def test_tasks_count_wherever_they_run(nodes, run, workspace, monkeypatch):
    manager, _ = nodes
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", manager.host)
    first, second = node_of(manager, "manager"), node_of(manager, "worker")

    def counted():
        _, out, _ = run("routes", "swarm:", "--format", "json")
        (route,) = json.loads(out)["routes"]
        status, out, _ = run("check", "swarm:", "--select", "tasks-not-running")
        assert 0 == status, out
        return {each["service"]: each["now"]["servers"] for each in route["services"]}

    settle(manager, {first, second}, agents=2)
    assert {"web": 4, "agent": 2} == counted()

    # A node that is drained has no tasks, and a global service should have none on it.
    manager.run("node", "update", "--availability", "drain", second)
    settle(manager, {first}, agents=1)
    assert {"web": 4, "agent": 1} == counted()

    manager.run("node", "update", "--availability", "active", second)
    settle(manager, {first}, agents=2)
    assert {"web": 4, "agent": 2} == counted()

    # A task of a global service that cannot run where it should is missing, unlike one of a node
    # that is gone.
    update = ("service", "update", "--detach", "--no-resolve-image")
    manager.run(*update, "--image", "127.0.0.1:1/example/none", "shop_agent")
    manager.wait("shop_agent", 0)
    _, out, _ = run("check", "swarm:", "--select", "tasks-not-running", "--format", "json")
    assert [("agent", "0 of 2 tasks are running")] == [
        (each["service"], each["message"]) for each in json.loads(out)["diagnostics"]
    ]
    manager.run(*update, "--image", engine.IMAGE, "shop_agent")
    before = manager.tasks("shop_web")
    manager.run("service", "update", "--detach", "--force", "shop_web")  # on both nodes again
    settle(manager, {first, second}, agents=2, gone=before)
    assert {"web": 4, "agent": 2} == counted()


def test_labels_change_and_no_task_moves(nodes, run, workspace, monkeypatch):
    manager, _ = nodes
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", manager.host)
    before = {
        name: manager.wait(f"shop_{name}", number) for name, number in (("web", 4), ("agent", 2))
    }
    words = ("migrate", "swarm:", "--to", "vip", "--max-share-shift", "100", "--write")

    assert 0 == run(*words)[0]
    time.sleep(1)
    assert before == {name: manager.tasks(f"shop_{name}") for name in before}


def test_a_worker_says_that_it_is_one(nodes, run, workspace, monkeypatch):
    _, worker = nodes
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", worker.host)
    status, _, err = run("check", "swarm:")

    assert (3, True) == (status, "is a worker of a swarm, and only managers answer" in err)


def test_tasks_of_a_node_that_is_down_do_not_count(run, workspace, monkeypatch):
    """On nodes of its own: a worker that was halted does not come back."""
    workspace({})
    with two_nodes() as (manager, worker):
        monkeypatch.setenv("DOCKER_HOST", manager.host)
        first, second = node_of(manager, "manager"), node_of(manager, "worker")
        settle(manager, {first, second}, agents=2)
        worker.halt()
        settle(manager, {first}, agents=1)
        end = time.monotonic() + engine.PATIENCE
        while tasks_shown(run) != {"web": 4, "agent": 1}:
            assert time.monotonic() < end, tasks_shown(run)
            time.sleep(0.1)  # tasks may be started once more

        assert 0 == run("check", "swarm:", "--select", "tasks-not-running")[0]
