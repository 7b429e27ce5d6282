"""What is said when an engine cannot be reached, or is not one of a swarm."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from fake_engine import answering
from support import GOOD, component, imported_by, obey_permissions

from linter.swarm.address import address
from linter.swarm.ssh import Tunnel

NOT_A_MANAGER = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. "
    "Please run this command on a manager node or promote the current node to a manager."
)
NO_SWARM = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect '
    "this node to swarm and try again."
)


@pytest.fixture
def check(workspace, monkeypatch):
    """The line about an engine at an address; in a process, for the SDK leaves sockets open."""
    workspace({})

    def check(host, *options, **more):
        monkeypatch.setenv("DOCKER_HOST", host)
        words = [sys.executable, "-m", "linter", "check", "swarm:", *options]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", **more)
        line, *others = done.stderr.splitlines()
        assert (3, [], True) == (done.returncode, others, line.startswith("swarm:: not judged: "))
        assert "1 not judged" in done.stdout
        return line.removeprefix("swarm:: not judged: ")

    return check


def test_nobody_listens(check, tmp_path):
    host = f"unix://{tmp_path}/no.sock"

    assert f"no engine listens at {host}; start Docker, or set DOCKER_HOST or a context" == check(
        host
    )


@pytest.mark.parametrize("host", ["nonsense", "fd://", "npipe:////./pipe/docker"])
def test_no_address(check, host):
    line = check(host)

    assert line.startswith(f"{host} cannot be used as the address of an engine: ")
    assert line.endswith("; write it as unix:///PATH, tcp://HOST:PORT or ssh://HOST")


def test_no_permission(check, tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "d.sock"))
        server.listen()
        (tmp_path / "d.sock").chmod(0)
        line = check(f"unix://{tmp_path}/d.sock", preexec_fn=obey_permissions)

    assert f"no permission to use unix://{tmp_path}/d.sock" in line


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((503, {"message": NO_SWARM}), "is not in a swarm; name a context of a manager"),
        ((503, {"message": NOT_A_MANAGER}), "is a worker of a swarm, and only managers answer"),
        ((403, {"message": "Forbidden"}), "not allowed at"),
        ((500, {"message": "rpc error"}), "refuses: rpc error"),
        ((404, b""), "refuses: 404 Not Found"),
        ((403, b"<html>a page</html>"), ": 403 Forbidden; docs/swarm.md lists the rights"),
        ((200, b"<html>"), "is not a Docker engine"),
        ((200, {"a": 1}), "is not a Docker engine"),
    ],
)
def test_what_an_engine_says(check, answer, said):
    with answering({"services": answer}) as host:
        assert said in check(host)


def test_an_old_version_of_the_api(check):
    with answering({}, version="1.12") as host:
        assert "has version 1.12 of the API" in check(host)
    with answering({}, version="1.25") as host:
        assert "has version 1.25 of the API, and 1.30 is needed; use Docker 17.06" in check(host)


def test_no_answer_in_time(check):
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        assert (
            f"no answer from {host} within 0.2 s; raise --timeout if the engine is slow"
            == check(host, "--timeout", "0.2")
        )


def test_no_tls_there(check, monkeypatch, tmp_path):
    for name in ("cert.pem", "key.pem", "ca.pem"):
        (tmp_path / name).touch()
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path / "none"))

    assert "TLS cannot be used: Path to a certificate and key files must be provided" in check(
        "tcp://127.0.0.1:1"
    )


@pytest.fixture
def certificates(tmp_path):
    """Certificates for this machine and their keys, `ours` and `theirs`, each trusting itself."""
    for name in ("ours", "theirs"):
        made = subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
                *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", tmp_path / f"{name}.key", "-out", tmp_path / f"{name}.pem"),
            ],
            capture_output=True,
        )
        component("openssl", made.returncode == 0, "there is no openssl here")
    return tmp_path


def tls_of(folder, name):
    """What an engine does that has a certificate, and wants one that it trusts."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    found.load_verify_locations(folder / "ours.pem")
    found.verify_mode = ssl.CERT_REQUIRED
    return found


EMPTY = {name: (200, []) for name in ("services", "networks", "secrets", "tasks")}


def test_a_certificate_that_is_not_trusted(check, monkeypatch, certificates):
    for name, content in (("cert", "ours.pem"), ("key", "ours.key"), ("ca", "ours.pem")):
        (certificates / f"{name}.pem").write_bytes((certificates / content).read_bytes())
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(certificates))
    with answering(EMPTY, tls=tls_of(certificates, "theirs")) as host:
        assert f"TLS fails at {host}: self-signed certificate" in check(host)
    with answering(EMPTY, tls=tls_of(certificates, "ours")) as host:
        assert "no service runs in it" in check(host)


def context(folder, name, host, *, skips=False, **files):
    """Write a context of Docker, with what it needs for TLS."""
    from hashlib import sha256

    identifier = sha256(name.encode()).hexdigest()
    meta, tls = (folder / "contexts" / each / identifier for each in ("meta", "tls"))
    meta.mkdir(parents=True)
    endpoint = {"docker": {"Host": host, "SkipTLSVerify": skips}}
    text = json.dumps({"Name": name, "Metadata": {}, "Endpoints": endpoint})
    (meta / "meta.json").write_text(text, encoding="utf-8")
    for file, source in files.items():
        (tls / "docker").mkdir(parents=True, exist_ok=True)
        (tls / "docker" / f"{file}.pem").write_bytes(source.read_bytes())


def test_the_certificates_of_a_context(run, workspace, monkeypatch, certificates):
    workspace({})
    monkeypatch.setenv("DOCKER_CONFIG", str(certificates))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    ours, key = certificates / "ours.pem", certificates / "ours.key"
    theirs = certificates / "theirs.pem"

    def said(name):
        return run("check", f"swarm:{name}")[2]

    with answering(EMPTY, tls=tls_of(certificates, "ours")) as host:
        context(certificates, "good", host, ca=ours, cert=ours, key=key)
        context(certificates, "skips", host, skips=True, cert=ours, key=key)
        context(certificates, "nobody", host, ca=ours)
        context(certificates, "wrong", host, ca=theirs, cert=ours, key=key)
        context(certificates, "plain", host)

        assert "no service runs in it" in said("good")
        assert "no service runs in it" in said("skips")
        for name in ("nobody", "wrong"):
            assert f"TLS fails at {host}: " in said(name), said(name)
        assert ": not judged: " in said("plain")
    with answering(EMPTY) as host:
        context(certificates, "tls", host, ca=ours, cert=ours, key=key)

        assert f"TLS fails at {host}: " in said("tls")


# -- ssh ------------------------------------------------------------------------------------------


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """A program `ssh` that runs a script."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    def does(script):
        (programs / "ssh").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / "ssh").chmod(0o755)
        return programs

    return does


def test_ssh_refuses(ssh, check):
    ssh("exit 255")

    assert "; try `docker -H ssh://me@a.example version`" in check("ssh://me@a.example")


def test_ssh_never_answers_and_is_ended(ssh, check, tmp_path):
    pids = tmp_path / "pids"
    pids.touch()  # on a slow machine, none may come so far as to say who it is
    ssh(f"echo $$ >>{pids}; exec sleep 600")

    assert "no answer from ssh://me@a.example within 2 s; " in check(
        "ssh://me@a.example", "--timeout", "2"
    )
    for pid in pids.read_text(encoding="utf-8").split():
        assert not Path(f"/proc/{pid}").exists()


def test_an_ssh_that_starts_while_everything_ends_is_ended(ssh, monkeypatch):
    ssh("exec sleep 60")
    tunnel, real, started = Tunnel("ssh://me@a.example"), subprocess.Popen, []
    asked = threading.Event()

    def late(*words, **options):
        asked.set()
        while tunnel._listening.fileno() >= 0:  # until it is closed
            time.sleep(0.01)
        started.append(real(*words, **options))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", late)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(tunnel.host.removeprefix("unix://"))
        asked.wait()
        tunnel.close()
    (ended,) = started

    assert -signal.SIGKILL == ended.returncode


def test_there_is_no_ssh(ssh, check, monkeypatch):
    monkeypatch.setenv("PATH", str(ssh("") / "none"))
    said = "ssh://a.example needs the program `ssh`; install an SSH client"

    assert said == check("ssh://a.example")
    assert "ssh://a.example/b is not an address; write it as ssh://user@host:port" == check(
        "ssh://a.example/b"
    )


def test_an_answer_that_never_ends(check):
    """The limit is for all of an answer, not only for each part of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def drip():
            connection, _ = server.accept()
            head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
            with connection, suppress(OSError):
                connection.sendall(head.encode())
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        line = check(host, "--timeout", "1")
        thread.join()

    assert f"no answer from {host} within 1 s; raise --timeout" in line


def test_a_context_that_is_not_there(run, workspace, monkeypatch, tmp_path):
    workspace({})
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    status, _, err = run("check", "swarm:none")

    assert (3, True) == (
        status,
        "there is no context `none`; `docker context ls` lists them" in err,
    )


def test_contexts_are_those_of_the_user_and_not_of_a_repository(
    run, workspace, monkeypatch, tmp_path
):
    context(workspace({}), "prod", "unix:///elsewhere.sock")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)

    assert "there is no context `prod`" in run("check", "swarm:prod")[2]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("config.json", "{", "config.json cannot be read: not JSON"),
        ("config.json", "[" * 100_000, "config.json cannot be read: not JSON"),
        ("config.json", "[]", "config.json cannot be read: not a JSON object"),
        ("config.json", '{"currentContext": "prod"}', "there is no context `prod`"),
    ],
)
def test_a_broken_configuration_of_docker(check, monkeypatch, tmp_path, file, text, said):
    (tmp_path / file).write_text(text, encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)

    assert said in check("")


@pytest.mark.parametrize("text", ['{"currentContext": "default"}', "{}"])
def test_the_usual_engine_is_that_of_this_machine(monkeypatch, tmp_path, text):
    """It is not asked: there may be one."""
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    assert "unix:///var/run/docker.sock" == address("swarm:").host


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[]", "not a record of changes"),
        ('{"version": 1, "services": {}}', "not a record of changes"),
        ('{"version": 1, "services": [[]]}', "a service in it has no name"),
        (
            '{"version": 1, "services": [{"service": "a\\u001b", "before": {"b": 1}}]}',
            "the labels of `a\\x1b` in it are no texts",
        ),
    ],
)
def test_a_broken_record_of_changes(run, workspace, text, said):
    workspace({"u.json": text})

    assert (2, "", f"error: --undo: u.json: {said}\n") == run(
        "labels", "set", "swarm:", "--undo", "u.json", "--write"
    )


def test_a_context_says_where_its_engine_is(check, monkeypatch, tmp_path):
    context(tmp_path, "prod", "unix:///nowhere.sock")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONTEXT", "prod")

    assert "no engine listens at unix:///nowhere.sock" in check("")


def test_what_is_not_allowed_is_only_not_known(run, workspace, monkeypatch):
    workspace({})
    service = {
        "ID": "a",
        "Spec": {
            "Name": "web",
            "Labels": {f"com.docker.lb.{key}": value for key, value in LABELS.items()},
            "TaskTemplate": {"ContainerSpec": {"Image": "i"}, "Networks": [{"Target": "n"}]},
            "Mode": {"Replicated": {"Replicas": 2}},
        },
    }
    forbidden = (403, {"message": "forbidden by the proxy"})
    with answering(
        {"services": (200, [service])} | dict.fromkeys(("networks", "secrets", "tasks"), forbidden)
    ) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        status, out, err = run("check", "swarm:")

    assert 0 == status
    assert "\n1 info in 1 stack, 1 service\n" in out
    assert out.startswith("service web, label com.docker.lb.ssl_cert: info[plain-http-left-open]")
    assert ["networks", "secrets", "tasks"] == [line.split()[2] for line in err.splitlines()]


def test_contents_are_not_compared_if_the_engine_does_not_tell_them(workspace, run, monkeypatch):
    stack = """\
services: {web: {image: i, configs: [settings]}}
configs: {settings: {file: ./settings}, new: {file: ./settings}}
"""
    workspace({"stack.yml": stack, "settings": "a"})
    service = {
        "ID": "a",
        "Spec": {
            "Name": "shop_web",
            "Labels": {"com.docker.stack.namespace": "shop"},
            "TaskTemplate": {
                "ContainerSpec": {
                    "Image": "i",
                    "Configs": [{"ConfigName": "shop_settings", "File": {"Name": "settings"}}],
                },
            },
            "Mode": {"Replicated": {"Replicas": 1}},
        },
    }
    workspace({"services.json": json.dumps([service])})
    answers = {"services": (200, [service]), "configs": (403, {"message": "forbidden"})}
    answers |= dict.fromkeys(("networks", "secrets", "tasks"), (200, []))
    with answering(answers) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        words = ("plan", "--stack-name", "shop", "--format", "json")
        for old in ("swarm:", "services.json"):
            _, out, err = run(*words, old, "stack.yml")

            assert ("configs are not known: not allowed" in err) == (old == "swarm:")
            assert [{"setting": "config-content", "name": "shop_settings"}] == json.loads(out)[
                "not_compared"
            ]


LABELS = {
    "hosts": "a.example.com",
    "port": "80",
    "network": "front",
    "ssl_cert": "c",
    "ssl_key": "k",
}


def test_the_sdk_is_not_imported_for_files(workspace):
    assert "docker" not in imported_by(workspace({"stack.yml": GOOD}), "check", "stack.yml")
