"""
Shares of a canary on a real swarm, with a real nginx in its overlay network.

The kernel may have no IPVS, so what it would do with a virtual IP is done by the packet filter in
the network namespace of the proxy, one task after the other.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter

import engine
import pytest
from support import component

pytestmark = [pytest.mark.swarm, pytest.mark.nginx]

STACK = """\
services:
  stable: {image: 127.0.0.1:1/example/web, networks: [front], deploy: {replicas: 4}}
  canary: {image: 127.0.0.1:1/example/web, networks: [front]}
networks:
  front: {attachable: true}
"""
NGINX = """\
worker_processes 1; daemon off; pid FOLDER/pid; error_log FOLDER/log crit;
events {}
http {
  access_log off; keepalive_requests 10000;
  client_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c;
  uwsgi_temp_path FOLDER/d; scgi_temp_path FOLDER/e;
  upstream servers { SERVERS }
  server { listen 127.0.0.1:8000; location / { proxy_pass http://servers; } }
}
"""
REQUESTS = 200
ASK = f"""\
import http.client, json, time
from collections import Counter
while True:
    try:
        client = http.client.HTTPConnection("127.0.0.1", 8000)
        client.connect()
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
found = Counter()
for _ in range({REQUESTS}):
    client.request("GET", "/")
    found[client.getresponse().read().decode().strip()] += 1
print(json.dumps(found))
"""


class Proxy:
    """What runs in the network namespace of a container that is in the overlay network."""

    def __init__(self, swarm, folder):
        self.swarm, self.folder = swarm, folder
        swarm.run("run", "--detach", "--name", "proxy", "--network", "shop_front", engine.IMAGE)
        sandbox = swarm.run("inspect", "--format", "{{.NetworkSettings.SandboxKey}}", "proxy")
        pid = (swarm.folder / "pid").read_text(encoding="utf-8").strip()
        (child,) = subprocess.run(
            ["pgrep", "-P", pid], capture_output=True, text=True
        ).stdout.split()
        self.enter = ["nsenter", "-t", child, "-m", "nsenter", f"--net={sandbox.strip()}"]

    def run(self, *words):
        done = subprocess.run(
            [*self.enter, *words], capture_output=True, text=True, timeout=engine.PATIENCE
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def balance(self, address, tasks):
        """Send connections to a virtual IP to one task after the other."""
        for number, task in enumerate(tasks):
            every = str(len(tasks) - number)
            self.run(
                *("iptables", "-t", "nat", "-A", "OUTPUT", "-d", address, "-p", "tcp"),
                *("-m", "statistic", "--mode", "nth", "--every", every, "--packet", "0"),
                *("-j", "DNAT", "--to-destination", f"{task}:8080"),
            )

    def answers(self, servers):
        """Who answers how many of the requests to an nginx with these servers."""
        lines = " ".join(f"server {each}:8080;" for each in servers)
        path = self.folder / "nginx.conf"
        text = NGINX.replace("FOLDER", str(self.folder)).replace("SERVERS", lines)
        path.write_text(text, encoding="utf-8")
        nginx = subprocess.Popen([*self.enter, "nginx", "-c", path, "-e", self.folder / "log"])
        try:
            return json.loads(self.run(sys.executable, "-c", ASK))
        finally:
            nginx.terminate()
            nginx.wait(timeout=engine.PATIENCE)


def inspected(swarm, name):
    """The virtual IP of a service, and the addresses of its tasks by the names of their hosts."""
    network = swarm.run("network", "inspect", "--format", "{{.Id}}", "shop_front").strip()
    (vip,) = [
        each["Addr"].partition("/")[0]
        for each in swarm.inspect(name)["Endpoint"]["VirtualIPs"]
        if each["NetworkID"] == network
    ]
    tasks = {}
    for each in json.loads(swarm.run("inspect", *swarm.tasks(name))):
        container = each["Status"]["ContainerStatus"]["ContainerID"][:12]
        (address,) = [
            attached["Addresses"][0].partition("/")[0]
            for attached in each["NetworksAttachments"]
            if attached["Network"]["ID"] == network
        ]
        tasks[container] = address
    return vip, tasks


def test_measured_shares_are_those_that_routes_shows(swarm, run, workspace, monkeypatch, tmp_path):
    component("nginx", shutil.which("nginx"), "there is no nginx here")
    swarm.clear()
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    swarm.deploy(STACK, "shop")
    proxy = None
    try:
        for name, number in (("stable", 4), ("canary", 1)):
            swarm.wait(f"shop_{name}", number)
        assert (
            0
            == run(
                *("labels", "set", "swarm:", "*", "hosts=app.example.com", "port=8080"),
                *("network=shop_front", "--write"),
            )[0]
        )
        proxy = Proxy(swarm, tmp_path)
        known = {name: inspected(swarm, f"shop_{name}") for name in ("stable", "canary")}
        for vip, tasks in known.values():
            proxy.balance(vip, list(tasks.values()))
        measured = {}
        for stable, canary in (("task", "task"), ("vip", "vip"), ("task", "vip"), ("vip", "task")):
            for name, mode in (("stable", stable), ("canary", canary)):
                words = ("migrate", "swarm:", "--to", mode, "--service", f"shop_{name}")
                run(*words, "--max-share-shift", "100", "--write")
            _, out, _ = run("routes", "swarm:", "--format", "json")
            (route,) = json.loads(out)["routes"]
            servers, shares = [], {}
            for each in route["services"]:
                vip, tasks = known[each["service"]]
                servers += [vip] if each["now"]["mode"] == "vip" else tasks.values()
                shares[each["service"]] = each["now"]["share"]["percent"]
            of = {host: name for name, (_, tasks) in known.items() for host in tasks}
            answers = Counter()
            for host, number in proxy.answers(servers).items():
                answers[of[host]] += number
            found = {name: 100 * number / REQUESTS for name, number in answers.items()}
            measured[stable, canary] = found["canary"]
            assert found == pytest.approx(shares, abs=0.5)
    finally:
        if proxy:
            swarm.run("rm", "--force", "proxy")
        swarm.clear()

    assert measured == {
        ("task", "task"): 20,
        ("vip", "vip"): 50,
        ("task", "vip"): 20,
        ("vip", "task"): 50,
    }
