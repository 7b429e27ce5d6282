"""
How often a proxy is reconfigured is what `plan` says: counted on a real engine.

The controller here is a small one of our own: from the labels it reads it writes what a proxy would
need, the addresses of running tasks in task mode and the virtual IP in VIP mode, as the manual
describes it. Interlock itself cannot be had.
"""

import json
import threading
import time
from collections import Counter

import docker
import engine
import pytest

pytestmark = pytest.mark.swarm

SERVICE = """\
  {name}:
    image: 127.0.0.1:1/example/web
    networks: [front]
    environment: {{A: "{variable}"}}
    deploy:
      replicas: {replicas}
      labels:
        com.docker.lb.hosts: {name}.example.com
        com.docker.lb.port: {port}
        com.docker.lb.network: shop_front
        com.docker.lb.backend_mode: {name}
"""
LB = "com.docker.lb."
MODES = ("task", "vip")
RUNTIME = {"Runtime": "container"}
"""What a task does not repeat of its service."""


def stack(**changes):
    """A service in each mode, with the same settings."""
    settings = {"variable": "1", "replicas": 2, "port": 8080} | changes
    services = "".join(SERVICE.format(name=mode, **settings) for mode in MODES)
    return f"services:\n{services}networks:\n  front:\n"


def networked(text):
    """The same services in one more network."""
    more = text.replace("networks: [front]", "networks: [front, back]")
    return f"{more}  back:\n"


def added(text):
    """The same, with one more service in each mode."""
    services, networks = text.split("networks:\n  front:")
    more = "".join(
        SERVICE.format(name=mode, variable="1", replicas=1, port=8080).replace(
            f"  {mode}:\n", f"  {mode}-new:\n"
        )
        for mode in MODES
    )
    return f"{services}{more}networks:\n  front:{networks}"


class Controller(threading.Thread):
    """Counts how often the configuration of each service changes."""

    def __init__(self, host):
        super().__init__()
        self.client = docker.APIClient(base_url=host)
        self.known, self.changes, self.ended = {}, Counter(), threading.Event()
        self.looked = threading.Condition()

    def run(self):
        while not self.ended.wait(0.03):
            self.look()
            with self.looked:
                self.looked.notify_all()

    def look(self):
        tasks = {}
        for task in self.client.tasks():
            if task["Status"]["State"] == "running":
                for network in task.get("NetworksAttachments") or ():
                    addresses = tasks.setdefault(task["ServiceID"], [])
                    addresses += network["Addresses"]
        found = {}
        for service in self.client.services():
            labels, name = service["Spec"]["Labels"], service["Spec"]["Name"]
            servers = sorted(tasks.get(service["ID"], ()))
            if labels.get(f"{LB}backend_mode") == "vip":
                addresses = service["Endpoint"].get("VirtualIPs") or ()
                servers = [each["Addr"] for each in addresses]
            if servers:
                lines = [
                    f"server {each.partition('/')[0]}:{labels[f'{LB}port']};" for each in servers
                ]
                found[name] = f"{labels[f'{LB}hosts']} {' '.join(lines)}"
        for name in self.known.keys() | found.keys():
            self.changes[name] += self.known.get(name) != found.get(name)
        self.known = found

    def counted(self):
        """How often each has changed since the last time, as of now."""
        with self.looked:
            for _ in range(2 * self.is_alive()):  # the first look may have begun before
                assert self.looked.wait(engine.PATIENCE)
            counts, self.changes = self.changes, Counter()
        return counts


def settled(swarm, replicas):
    """Wait until exactly these tasks run, as their services are, and none is being replaced."""
    client = docker.APIClient(base_url=swarm.host)
    end = time.monotonic() + engine.PATIENCE
    try:
        while True:
            running = [each for each in client.tasks() if each["Status"]["State"] == "running"]
            wanted = [each for each in running if each["DesiredState"] == "running"]
            specs = {each["ID"]: each["Spec"] for each in client.services()}
            total = sum(each["Mode"]["Replicated"]["Replicas"] for each in specs.values())
            current = [
                each
                for each in wanted
                if specs.get(each["ServiceID"], {}).get("TaskTemplate") == each["Spec"] | RUNTIME
            ]
            if len(running) == len(wanted) == len(current) == total == replicas:
                return
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        client.close()


STEPS = [
    ("labels", stack(port=8081), 4),
    ("scaled up", stack(port=8081, replicas=3), 6),
    ("scaled down", stack(port=8081, replicas=1), 2),
    ("variable", stack(port=8081, replicas=1, variable="2"), 2),
    ("network", networked(stack(port=8081, replicas=1, variable="2")), 2),
    ("no network", stack(port=8081, replicas=1, variable="2"), 2),
    ("created", added(stack(port=8081, replicas=1, variable="2")), 4),
    ("deleted", stack(port=8081, replicas=1, variable="2"), 2),
]


def test_the_proxy_is_reconfigured_as_often_as_planned(swarm, run, workspace, monkeypatch):
    swarm.clear()
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    swarm.deploy(stack(), "shop")
    settled(swarm, 4)
    controller = Controller(swarm.host)
    controller.look()
    controller.counted()
    controller.start()
    wrong = []
    try:
        for step, text, tasks in STEPS:
            folder = workspace({"new.yml": text})
            _, out, _ = run("plan", "--stack-name", "shop", "swarm:", "new.yml", "--format", "json")
            services = [each for each in json.loads(out)["stacks"] for each in each["services"]]
            planned = {
                each["name"]: each["reconfigures"][each["mode"]["new"] or each["mode"]["old"]][
                    "times"
                ]
                for each in services
            }
            swarm.run("stack", "deploy", "--prune", "-c", folder / "new.yml", "shop")
            settled(swarm, tasks)
            counts = controller.counted()
            for name in {*MODES, *planned}:
                times = planned.get(name, {"least": 0, "most": 0})
                if not times["least"] <= counts[f"shop_{name}"] <= times["most"]:
                    wrong.append((step, name, times, counts[f"shop_{name}"]))
    finally:
        controller.ended.set()
        controller.join()
        controller.client.close()
        swarm.clear()

    assert [] == wrong
