"""What is sent to an engine, two changes at one moment, and an engine that goes away."""

import gc
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import engine
import jsonschema
import pytest
from support import ROOT, component

from linter.swarm.changing import Wanted, apply
from linter.swarm.engine import Engine

pytestmark = pytest.mark.swarm

_REQUEST = re.compile(rb"^([A-Z]+) (/\S*) HTTP/1\.1\r$", re.MULTILINE)


@contextmanager
def recording(folder, host):
    """A proxy before an engine; gives its address, and the requests that came so far."""
    sent, open_sockets = [], []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "p.sock"))
    server.listen()

    def copy(source, target, heard):
        with suppress(OSError):
            while data := source.recv(65536):
                if heard is not None:
                    heard.append(data)
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve():
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                upstream = socket.socket(socket.AF_UNIX)
                upstream.connect(host.removeprefix("unix://"))
                open_sockets.extend((client, upstream))
                for arguments in ((client, upstream, sent), (upstream, client, None)):
                    threads.append(threading.Thread(target=copy, args=arguments))
                    threads[-1].start()

    threads = [threading.Thread(target=serve)]
    threads[0].start()
    try:
        yield f"unix://{folder}/p.sock", lambda: _REQUEST.findall(b"".join(sent))
    finally:
        server.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        for each in (server, *open_sockets):
            each.close()


@pytest.fixture
def web(swarm, workspace, monkeypatch):
    """A service with labels, and no tasks."""
    swarm.clear()
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    workspace({"stack.yml": "services: {web: {image: i}}\n"})
    labels = ("--label", "com.docker.lb.hosts=a.example.com", "--label", "com.docker.lb.port=80")
    swarm.run(
        "service", "create", "--detach", "--replicas", "0", *labels, "--name", "web", engine.IMAGE
    )
    return swarm


@pytest.mark.parametrize(
    "command",
    [
        "check swarm:",
        "routes swarm:",
        "plan --stack-name shop swarm: stack.yml",
        "labels list swarm:",
        "labels get swarm: web port",
        "labels set swarm: web port=81",
        "labels unset swarm: web port",
        "migrate --to vip swarm:",
        "fix swarm:",
    ],
)
def test_commands_that_only_read_send_only_get(web, run, monkeypatch, tmp_path, command):
    with recording(tmp_path, web.host) as (host, requests):
        monkeypatch.setenv("DOCKER_HOST", host)
        run(*command.split())
        sent = requests()

    assert {b"GET"} == {method for method, _ in sent}
    contents = {b"configs"} if command.startswith("plan") else set()
    assert {b"version", b"services", b"networks", b"secrets", b"tasks"} | contents == {
        path.partition(b"?")[0].rpartition(b"/")[2] for _, path in sent
    }


@pytest.fixture
def read_only(web, tmp_path):
    """The address of the nginx in the documentation, before the engine."""
    component("nginx", shutil.which("nginx"), "there is no nginx here")
    text = (ROOT / "docs" / "swarm.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    block = block.replace("127.0.0.1:2375", f"unix:{tmp_path}/p.sock").replace(
        "/var/run/docker.sock", web.host.removeprefix("unix://")
    )
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = tmp_path / "nginx.conf"
    lead = f"user root; daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
    path.write_text(f"{lead}http {{ access_log off; {temporary}\n{block}}}\n", encoding="utf-8")
    nginx = subprocess.Popen(["nginx", "-c", path, "-e", tmp_path / "log"])
    try:
        end = time.monotonic() + engine.PATIENCE
        while not (tmp_path / "p.sock").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        yield f"unix://{tmp_path}/p.sock"
    finally:
        nginx.terminate()
        nginx.wait(timeout=engine.PATIENCE)


def test_the_proxy_in_the_documentation_lets_everything_through_but_changes(
    web, run, monkeypatch, read_only
):
    before = web.inspect("web")
    monkeypatch.setenv("DOCKER_HOST", read_only)

    assert "" == run("check", "swarm:")[2]
    assert "" == run("routes", "swarm:")[2]
    assert "" == run("plan", "--stack-name", "shop", "swarm:", "stack.yml")[2]
    status, _, err = run("labels", "set", "swarm:", "web", "port=81", "--write")
    assert (3, True) == (status, "error: web: not changed: not allowed at" in err)
    assert before == web.inspect("web")


def test_a_change_sends_one_update_for_each_service(web, run, monkeypatch, tmp_path):
    with recording(tmp_path, web.host) as (host, requests):
        monkeypatch.setenv("DOCKER_HOST", host)
        run("labels", "set", "swarm:", "web", "port=81", "--write")
        sent = requests()

    (path,) = [path for method, path in sent if method != b"GET"]
    assert re.fullmatch(rb"/v1\.\d+/services/\w+/update\?version=\d+", path)


def test_of_two_changes_at_one_moment_none_is_lost(web, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", web.host)
    with Engine("swarm:", 30) as one, Engine("swarm:", 30) as other, ThreadPoolExecutor(2) as pool:
        for number in range(50):
            barrier = threading.Barrier(2)

            def change(client, key, barrier=barrier, number=number):
                before = None if number == 0 else str(number - 1)
                barrier.wait()
                return apply(client, [Wanted("web", {key: before}, {key: str(number)})])

            done = list(pool.map(change, (one, other), ("a", "b")))
            assert [None, None] == [each.failure for each in done]
            found = one.service("web")["Spec"]["Labels"]
            assert {"a": str(number), "b": str(number)} == {key: found[key] for key in "ab"}


@pytest.fixture
def three(workspace, monkeypatch):
    """A swarm of its own with three services."""
    workspace({})
    with engine.swarm() as swarm:
        for name in ("a", "b", "c"):
            labels = ("--label", f"com.docker.lb.hosts={name}.example.com", "--label", "x.y=1")
            options = ("--detach", "--replicas", "0", *labels, "--name", name)
            swarm.run("service", "create", *options, engine.IMAGE)
        monkeypatch.setenv("DOCKER_HOST", swarm.host)
        yield swarm


def labels(swarm):
    return {name: swarm.inspect(name)["Spec"]["Labels"] for name in ("a", "b", "c")}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the SDK
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_engine_that_goes_away_leaves_no_doubt_about_what_was_done(
    three, run, monkeypatch, when
):
    """It is halted before or after the second change, and what was done is undone afterwards."""
    before, update, sent = labels(three), Engine.update_labels, []

    def ending(self, stored, labels):
        sent.append(stored)
        if len(sent) == 2 and when == "before":
            three.halt()
        update(self, stored, labels)
        if len(sent) == 2:
            three.halt()

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "update_labels", ending)
        words = ("labels", "set", "swarm:", "*", "port=80", "x.y=2", "--write")
        status, out, err = run(*words, "--record", "undo.json", "--format", "json")
    gc.collect()
    report = json.loads(out)
    undo = "interlock-lint labels set swarm: --undo undo.json --write"
    schema = (ROOT / "schemas" / "changes.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(report, json.loads(schema))

    assert (3, False, undo) == (status, report["written"], report["undo"])
    assert [("a", "changed"), ("b", "unknown"), ("c", "not-changed")] == [
        (each["service"], each["state"]) for each in report["services"]
    ]
    first, second, *lines = err.splitlines()
    assert ("a: changed", True) == (first, second.startswith("error: b: may be changed: "))
    assert ["c: not changed", f"undo with `{undo}`"] == lines[-3:-1]
    assert "changed 1 of 3 services and possibly 1 more" == lines[-1]

    three.start()
    done = {"com.docker.lb.port": "80", "x.y": "2"}
    assert before | {
        name: before[name] | done for name in ("a", "b")[: 1 + (when == "after")]
    } == labels(three)
    assert 1 == run(*undo.split()[1:-1])[0]
    assert 0 == run(*undo.split()[1:], "--record", "redo.json")[0]
    assert before == labels(three)
    assert (0, "nothing to change\n") == run(*undo.split()[1:])[::2]


def test_what_somebody_changed_in_the_meantime_is_not_undone(web, run):
    run("labels", "set", "swarm:", "web", "port=81", "x.y=1", "--write", "--record", "u.json")
    web.run("service", "update", "--detach", "--label-add", "x.y=theirs", "web")
    undo = ("labels", "set", "swarm:", "--undo", "u.json")
    status, out, _ = run(*undo, "--write", "--record", "redo.json")
    found = web.inspect("web")["Spec"]["Labels"]

    assert (1, True) == (status, "label `x.y` was changed again since, so it is left" in out)
    assert ("80", "theirs") == (found["com.docker.lb.port"], found["x.y"])
    web.run("service", "rm", "web")
    status, _, err = run(*undo)
    assert (3, True) == (status, "swarm/web: not judged: it no longer runs" in err)


def test_a_record_restores_any_value(web, run):
    values = {"e.e": "", "s.s": "  x ", "m.m": 'two\nlines "q" $x ${Y}\t: # é', "ü.b:c": "'"}
    added = [word for key, value in values.items() for word in ("--label-add", f"{key}={value}")]
    web.run("service", "update", "--detach", *added, "web")
    before = web.inspect("web")["Spec"]
    words = ("labels", "unset", "swarm:", "web")
    assert 0 == run(*words, *values, "port", "hosts", "--force", "--write", "--record", "u.json")[0]
    assert {} == web.inspect("web")["Spec"]["Labels"]
    assert 0o600 == Path("u.json").stat().st_mode & 0o777  # values may be secret

    run("labels", "set", "swarm:", "--undo", "u.json", "--write", "--record", "redo.json")
    assert before == web.inspect("web")["Spec"]
