"""However a setting is written: right after a deployment, nothing is planned."""

import json
import subprocess
from pathlib import Path

import pytest
from agreement import disagreement, found
from engine import PATIENCE

pytestmark = pytest.mark.swarm

HERE = Path(__file__).parent
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGES = (
    *("web", "web:latest", "web:1", "library/web", "docker.io/web", "docker.io/library/web:1"),
    *("index.docker.io/web:1", "index.docker.io/library/web", "docker.io/example/web:1"),
    *("index.docker.io/example/web", "example/web:1", "registry.example.com/web"),
    *("registry.example.com:5000/library/web:1", "localhost/web", "localhost:5000/web"),
    *(f"web@{DIGEST}", f"web:1@{DIGEST}", f"docker.io/web:1@{DIGEST}"),
    *(f"docker.io/library/web@{DIGEST}", "docker.io/library/docker.io/web", "1.2.3.4:5000/web"),
)
FORMS = (HERE / "forms.txt").read_text(encoding="utf-8").splitlines()
REST = """\
networks:
  front:
  back: {driver: overlay, attachable: true}
  named: {name: other}
  outside: {external: true, name: outside}
  the_host: {external: true, name: host}
configs:
  settings: {file: ./settings}
  named: {name: other, file: ./settings}
  outside: {external: true}
secrets:
  password: {file: ./settings}
  named: {name: other, file: ./settings}
  outside: {external: {name: elsewhere}}
volumes:
  data:
  more: {driver: local, driver_opts: {b: "1", a: 2}}
  z: {}
  named: {name: other}
  outside: {external: true}
  labeled: {labels: [b=1, a]}
"""
FILES = {
    "settings": "a",
    "variables.env": "# x\nA=1\nUNSET\nSET\nC='x'\n",
    "more.env": "A\nC\nE=\n",
}


PAIRS = [
    pair.splitlines() for pair in (HERE / "pairs.txt").read_text(encoding="utf-8").split("\n\n")
]
"""The same service in two files that are deployed together."""


def service(form, image="image: web, "):
    inner = form[1:-1] if form.startswith("{") else form
    return f"{{{image}{inner}}}"


def stack(forms):
    return "services:\n" + "".join(f"  {name}: {text}\n" for name, text in forms.items())


ONE = {f"image-{number}": f"{{image: '{image}'}}" for number, image in enumerate(IMAGES)}
ONE |= {f"form-{number}": service(form) for number, form in enumerate(FORMS)}
BASE = {f"pair-{number}": service(form) for number, (form, _) in enumerate(PAIRS)}
OVER = {f"pair-{number}": service(form, "") for number, (_, form) in enumerate(PAIRS)}
OPTIONS = ("--isolated", "--env", "--stack-name", "shop")
FILES |= {
    "stack.yml": stack(ONE) + REST,
    "base.yml": stack(BASE | {"image-0": "{image: web}"}) + REST,
    "over.yml": stack(OVER),
}


@pytest.fixture
def drained(swarm, workspace, monkeypatch):
    """A swarm in which no task starts, as only the specifications matter."""
    swarm.clear()
    node = swarm.run("node", "ls", "-q").strip()
    swarm.run("node", "update", "--availability", "drain", node)
    swarm.run("network", "create", "--driver", "overlay", "outside")
    swarm.run("config", "create", "outside", "-", feed="x")
    swarm.run("secret", "create", "elsewhere", "-", feed="x")
    workspace(FILES)
    for name in ("A", "B", "C", "D", "UNSET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"DOCKER_HOST": swarm.host, "SET": "s", "HOME": "/home/me"}.items():
        monkeypatch.setenv(name, value)
    yield swarm
    swarm.run("node", "update", "--availability", "active", node)
    swarm.clear()


def deploy(*files):
    """Deploy these files together, with our own environment; gives the options that name them."""
    named = [word for file in files for word in ("-c", file)]
    words = ("docker", "stack", "deploy", "--resolve-image=never", *named, "shop")
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=PATIENCE)
    assert 0 == done.returncode, done.stderr
    return named


def planned(run, named):
    """The services that would change, and how."""
    _, out, _ = run("plan", *OPTIONS, *named, "swarm:", "--format", "json")
    stacks = json.loads(out)["stacks"]
    return {each["name"]: each["changes"] for found in stacks for each in found["services"]}


@pytest.mark.parametrize(
    ("files", "forms"),
    [(("stack.yml",), ONE), (("base.yml", "over.yml"), BASE)],
    ids=["one-file", "two-files"],
)
def test_what_was_just_deployed_is_as_in_its_files(drained, run, files, forms):
    named = deploy(*files)
    there = drained.run("service", "ls", "--format", "{{.Name}}").split()
    assert {f"shop_{name}" for name in forms} <= set(there)

    assert {} == {forms.get(name): changes for name, changes in planned(run, named).items()}


@pytest.mark.usefixtures("drained")
def test_a_home_folder_that_is_not_known(run, workspace, monkeypatch):
    volumes = "[{type: bind, source: '~/x', target: /a}, '~:/b', '~you/x:/c']"
    workspace({"stack.yml": f"services: {{web: {{image: web, volumes: {volumes}}}}}"})
    monkeypatch.delenv("HOME")
    named = deploy("stack.yml")

    assert {} == planned(run, named)
    monkeypatch.setenv("HOME", "/home/me")
    assert {"web"} == set(planned(run, named))


FAULTS = """\
services:
  one: {image: web, deploy: {replicas: 1, labels: {L.hosts: a.example.com, L.port: 8080}}}
  two: {image: web, deploy: {replicas: 2, labels: {L.hosts: "${UNSET}", L.port: 80800}}}
  three: {image: web, deploy: {labels: [L.hosts=b.example.com, L.prot=8080]}}
  idle: {image: web, deploy: {replicas: 0, labels: {L.hosts: b.example.com, L.port: 8080}}}
""".replace("L.", "com.docker.lb.")


def test_findings_are_the_same_while_no_task_runs(drained, run, workspace):
    workspace({"faults.yml": FAULTS})
    drained.deploy(FAULTS, "shop")
    of_file, live = (found(run, *OPTIONS, source) for source in ("faults.yml", "swarm:"))

    assert ("interrupted-update", (), None) in of_file
    assert set() == disagreement(of_file, live)
