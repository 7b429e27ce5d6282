"""Service commands, compared with what the real Docker CLI makes of them."""

import contextlib
import http.server
import json
import re
import shutil
import socketserver
import subprocess
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import PATIENCE, component

from linter.reading import docker_options
from linter.reading.shell_script import views
from linter.reading.stack_reader import ReadOptions
from linter.reading.stack_reader import read as read_stack
from linter.syntax.source import Source

_OPTION = re.compile(r"^  (?:-(\w), |    )--([\w-]+)(?: (\w[\w-]*))?(?=\s{2,}|$)", re.MULTILINE)


def require_docker():
    component("docker-cli", shutil.which("docker") is not None, "there is no `docker` here")


def helped(*words):
    """The options in the help of a command: those with values, switches, and short ones."""
    result = subprocess.run(
        ["docker", *words, "--help"], capture_output=True, text=True, timeout=PATIENCE
    )
    found = _OPTION.findall(result.stdout)
    return (
        {name for _, name, kind in found if kind},
        {name for _, name, kind in found if not kind},
        {short: name for short, name, _ in found if short},
    )


@pytest.mark.parametrize("verb", sorted(docker_options.VALUES))
def test_the_options_are_those_of_docker(verb):
    require_docker()
    values, switches, short = helped("service", verb)

    assert values - docker_options.VALUES[verb] == set()
    assert switches - docker_options.SWITCHES[verb] == set()
    assert short == {name: docker_options.SHORT[verb].get(name) for name in short}


def test_the_global_options_are_those_of_docker():
    require_docker()
    result = subprocess.run(["docker", "--help"], capture_output=True, text=True, timeout=PATIENCE)
    found = _OPTION.findall(result.stdout.partition("Global Options:")[2])

    assert {name for _, name, kind in found if kind} == docker_options.GLOBAL_VALUES
    assert {name for _, name, kind in found if not kind} == docker_options.GLOBAL_SWITCHES
    assert {short: name for short, name, _ in found if short} == docker_options.GLOBAL_SHORT


# -- The real CLI, which sends services to an engine that only remembers them --------------------


class _Engine(http.server.BaseHTTPRequestHandler):
    """Answers just enough for `docker service create` and `docker service update`."""

    def log_message(self, *_):
        pass

    def address_string(self):
        return "test"

    def _answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(BrokenPipeError):  # the CLI does not wait for every answer
            self.end_headers()
            self.wfile.write(body)

    def do_HEAD(self):
        self._answer(200)

    def do_GET(self):
        networks = re.search(r"/networks/([^/?]+)", self.path)
        secrets = "/secrets" in self.path
        if re.search(r"/services/web(?:\?|$)", self.path):
            found = {"ID": "x", "Version": {"Index": 1}, "Spec": self.server.created[-1]}
            self._answer(200, json.dumps(found).encode())
        elif networks:
            self._answer(200, json.dumps({"Id": networks[1], "Name": networks[1]}).encode())
        else:
            self._answer(200, b"[]" if secrets else b"OK")

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.created.append(json.loads(self.rfile.read(length)))
        self._answer(201, b'{"ID": "x"}')


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    require_docker()
    folder = tmp_path_factory.mktemp("engine")
    with _Server(str(folder / "engine.sock"), _Engine) as server:
        server.created = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        server.folder = folder
        yield server
        server.shutdown()
        thread.join()


def sent(engine, script):
    """
    What the CLI has sent last for the commands in a script; None if it refuses the first.

    Each fails afterwards, because no service comes up.
    """
    engine.created.clear()
    subprocess.run(
        ["sh", "-c", script],
        capture_output=True,
        env={
            "PATH": f"{shutil.which('docker').rpartition('/')[0]}:/usr/bin:/bin",
            "HOME": str(engine.folder),
            "DOCKER_HOST": f"unix://{engine.folder}/engine.sock",
        },
        timeout=PATIENCE,
    )
    return engine.created[-1] if engine.created else None


def service(script):
    (view,) = views(Source("x.sh", script))
    stack = read_stack([Source("x.sh", script, view=view)], ReadOptions())
    (found,) = stack.services
    return found


OPTIONS = st.sampled_from(
    (
        "--label a=b",
        "--label=a=c",
        "-l com.docker.lb.hosts=a.example.com,b.example.com",
        "-l=com.docker.lb.port=8080",
        "-lcom.docker.lb.port=80",
        "-qdl com.docker.lb.x=1=2",
        "--label novalue",
        "--label empty=",
        "--label 'sp ace= x '",
        "--container-label c=d",
        "--network front",
        "--network name=back,alias=x",
        "--replicas 3",
        "--replicas=0",
        "--mode replicated",
        "--endpoint-mode dnsrr",
        "--endpoint-mode vip",
        "-p 80:8080",
        "--publish published=81,target=8081,mode=host",
        "--publish mode=host,target=8082",
        "-d=false",
        "--detach",
        "--env PASSWORD=--label",
        "--env=X=y -t",
        "--constraint 'node.role==worker'",
        "--update-order start-first",
        "--with-registry-auth",
        "--workdir /x",
        "--no-healthcheck",
        "--log-opt --label=1",
        "--hostname -l",
    )
)


def agree(real, ours):
    """Whether a service that the CLI sends is the one that we read."""
    task, endpoint = real["TaskTemplate"], real.get("EndpointSpec", {})
    replicas = real["Mode"]["Replicated"].get("Replicas")
    order = real.get("UpdateConfig", {}).get("Order")

    assert real["Name"] == str(ours.name)
    assert real["Labels"] == {str(each.key): each.value.value for each in ours.labels}
    assert (task["ContainerSpec"].get("Labels") or {}) == {
        str(each.key): each.value.value for each in ours.container_labels
    }
    assert {each["Target"] for each in task.get("Networks") or []} == {
        each.key.value for each in ours.attachments
    }
    assert sorted(
        (each["TargetPort"], each.get("PublishedPort", 0), each["PublishMode"])
        for each in endpoint.get("Ports") or []
    ) == sorted(
        (each.targets[0], each.published[0] if each.published else 0, each.mode)
        for each in ours.ports
    )
    assert (endpoint.get("Mode") or "vip") == str(ours.deployment.endpoint_mode or "vip")
    assert (1 if replicas is None else replicas) == ours.tasks
    assert order in (None, str(ours.deployment.update_order or "stop-first"))
    assert not ours.is_open
    assert ours.has_image


@pytest.mark.fuzz
@example(["-l a=b", "--network front", "-p 80:81", "--mode replicated", "--replicas 3"], "")
@given(st.lists(OPTIONS, max_size=6), st.sampled_from(("", " cmd", " -l x=y", " sh -c 'a -p 1'")))
def test_a_created_service_is_what_the_cli_sends(engine, options, command):
    script = f"docker service create --name web {' '.join(options)} image{command}\n"
    real = sent(engine, script)

    if real is not None:
        agree(real, service(script))


UPDATES = st.sampled_from(
    (
        "--label-add a=new",
        "--label-add=c=3 --label-add c=4",
        "--label-rm a",
        "--label-rm a --label-add a=5",
        "--container-label-add c=e",
        "--container-label-rm c",
        "--network-add other",
        "--network-rm front",
        "--replicas 7",
        "--image new",
        "--endpoint-mode vip",
        "--publish-add 90:9090",
        "--update-order start-first",
        "--force --quiet",
        "--env-add X=--label-rm",
        "--with-registry-auth -d",
    )
)


@pytest.mark.fuzz
@given(st.lists(UPDATES, max_size=6, unique=True), st.integers(0, 6), st.booleans())
def test_updates_are_what_the_cli_makes_of_them(engine, options, number, last):
    updates = (" ".join(options[:number]), " ".join(options[number:]))
    created = "-l a=b --container-label c=d --network front -p 80:8080"
    script = f"docker service create --name web {created} image\n" + "".join(
        f"docker service update {'' if last else 'web'} {each} {'web' if last else ''}\n"
        for each in updates
    )

    agree(sent(engine, script), service(script))
