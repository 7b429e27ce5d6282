"""An engine that is reached through a real SSH server."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from shutil import which

import engine
import pytest
import ssh_server

pytestmark = pytest.mark.swarm


@pytest.fixture(scope="module")
def server(swarm):
    """A server whose own `docker` reaches the engine."""
    folder = tempfile.TemporaryDirectory(prefix="ssh-")
    variables = {
        "DOCKER_HOST": swarm.host,
        "PATH": f"{os.path.dirname(which('docker'))}:/usr/bin:/bin",
    }
    with folder as name, ssh_server.serving(name, variables) as found:
        yield found


@pytest.fixture
def web(swarm, server, workspace, monkeypatch, tmp_path):
    """A service with a route, on the engine of a context."""
    swarm.clear()
    labels = ("--label", "com.docker.lb.hosts=a.example.com", "--label", "com.docker.lb.port=8080")
    swarm.run("service", "create", "--detach", *labels, "--name", "web", engine.IMAGE)
    workspace({})
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("PATH", f"{server.folder}/bin:{os.environ['PATH']}")
    made = ("docker", "context", "create", "remote", "--docker", f"host={server.host}")
    subprocess.run(made, check=True, capture_output=True)
    return swarm


def program(*words):
    """Run it in a process of its own: what `ssh` says goes to its standard error."""
    command = [sys.executable, "-m", "linter", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=engine.PATIENCE)
    return done.returncode, done.stdout, done.stderr


def no_connection_is_left(server):
    end = time.monotonic() + engine.PATIENCE
    while server.connections:
        assert time.monotonic() < end
        time.sleep(0.05)
    return True


def test_what_runs_is_read_and_changed(web, server):
    assert (0, "8080\n", "") == program("labels", "get", "swarm:remote", "web", "port")
    words = ("labels", "set", "swarm:remote", "web", "port=81", "--write", "--record", "undo.json")
    assert 0 == program(*words)[0]
    assert "81" == web.inspect("web")["Spec"]["Labels"]["com.docker.lb.port"]
    assert no_connection_is_left(server)


@pytest.mark.usefixtures("web")
def test_a_command_that_reads_logs_in_once(server):
    log = server.folder / "log"
    before = log.read_text(encoding="utf-8").count("Accepted publickey")
    program("check", "swarm:remote")

    assert before + 1 == log.read_text(encoding="utf-8").count("Accepted publickey")


def test_a_watch_ends_with_its_connections(web, server):
    web.wait("web", 1)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with engine.watch(".", server.host, **pipes) as watching:
        try:
            assert json.loads(watching.stdout.readline())["routes"]
            web.run("service", "scale", "--detach", "web=2")
            assert json.loads(watching.stdout.readline())["routes"]
            watching.send_signal(signal.SIGINT)
            _, err = watching.communicate(timeout=engine.PATIENCE)
        finally:
            watching.kill()

    assert (130, "") == (watching.returncode, err)
    assert no_connection_is_left(server)


@pytest.mark.usefixtures("web")
@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("known_hosts", "Host key verification failed."),
        ("authorized_keys", "Permission denied (publickey)."),
    ],
)
def test_what_ssh_says_is_shown(server, file, said):
    path = server.folder / file
    known = path.read_text(encoding="utf-8")
    path.write_text("", encoding="utf-8")
    try:
        status, _, err = program("check", "swarm:remote")
    finally:
        path.write_text(known, encoding="utf-8")

    assert (3, True) == (status, said in err), err
    assert f"; try `docker -H {server.host} version`" in err.splitlines()[-1]
    assert no_connection_is_left(server)
