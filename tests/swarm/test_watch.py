"""`routes swarm: --watch` follows what happens in a real swarm."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import threading

import engine
import pytest
from engine import watch
from fake_engine import answering

pytestmark = pytest.mark.swarm

CLEAR = b"\x1b[H\x1b[2J"


@pytest.fixture
def web(swarm):
    """A service with a task and a route."""
    swarm.clear()
    labels = ("--label", "com.docker.lb.hosts=a.example.com", "--label", "com.docker.lb.port=8080")
    swarm.run("service", "create", "--detach", *labels, "--name", "web", engine.IMAGE)
    swarm.wait("web", 1)
    return swarm


def test_a_terminal_shows_the_routes_anew(web, workspace):
    ours, theirs = pty.openpty()
    watching = watch(workspace({}), web.host, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    seen = b""

    def wait(tasks):
        nonlocal seen
        row = rb"web +task +%d " % tasks
        while not re.search(row, seen.rpartition(CLEAR)[2]):
            assert select.select([ours], [], [], engine.PATIENCE)[0], seen
            seen += os.read(ours, 4096)

    with watching:
        try:
            wait(1)
            web.run("service", "scale", "--detach", "web=3")
            wait(3)
            watching.send_signal(signal.SIGINT)
            _, err = watching.communicate(timeout=engine.PATIENCE)
        finally:
            watching.kill()
            os.close(ours)

    assert (130, b"") == (watching.returncode, err)
    assert seen.count(CLEAR) >= 2


def test_an_engine_that_goes_away_ends_it(workspace):
    folder = workspace({})
    with engine.swarm() as swarm:
        labels = ("--label", "com.docker.lb.hosts=a.example.com", "--replicas", "0")
        swarm.run("service", "create", "--detach", *labels, "--name", "web", engine.IMAGE)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        with watch(folder, swarm.host, **pipes) as watching:
            assert json.loads(watching.stdout.readline())["routes"]
            swarm.halt()
            _, err = watching.communicate(timeout=engine.PATIENCE)

    assert 3 == watching.returncode
    assert "swarm:: not judged: no engine listens at " in err


SERVICE = {"ID": "a", "Spec": {"Name": "web", "TaskTemplate": {}, "Labels": {}}}
FORBIDDEN = (403, {"message": "forbidden"})
ANSWERS = {"networks": (200, []), "secrets": FORBIDDEN, "tasks": FORBIDDEN}
ANSWERS |= {"services": (200, [SERVICE]), "events": FORBIDDEN}


def test_warnings_stay_below_what_a_terminal_shows(workspace):
    ours, theirs = pty.openpty()
    asked, seen = threading.Event(), b""
    note = b"note: swarm:: events are not known, looking every 2 s: not allowed at"
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    with (
        answering(ANSWERS, asked=("services", 3, asked)) as host,
        watch(workspace({}), host, **streams) as watching,
    ):
        try:
            while note not in seen.rpartition(CLEAR)[2]:
                assert select.select([ours], [], [], engine.PATIENCE)[0], seen
                seen += os.read(ours, 4096)
            assert asked.wait(engine.PATIENCE)
            rest = b""  # of the line with the note
            while select.select([ours], [], [], 0)[0]:
                rest += os.read(ours, 4096)
            assert CLEAR not in rest  # nothing is printed again
            seen += rest
        finally:
            watching.kill()
            os.close(ours)
            os.close(theirs)

    shown = [line.strip() for line in seen.rpartition(CLEAR)[2].decode().splitlines()]
    assert ["note: swarm:", "warning: swarm:", "warning: swarm:"] == sorted(
        line.partition(": ")[0] + ": swarm:" for line in shown if ": swarm:" in line
    )


def test_a_warning_is_said_once(workspace):
    """What is not allowed stays so, however often it is asked for; also that there are events."""
    asked = threading.Event()
    with answering(ANSWERS, asked=("services", 3, asked)) as host:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        with watch(workspace({}), host, **pipes) as watching:
            assert asked.wait(engine.PATIENCE)
            watching.send_signal(signal.SIGINT)
            _, err = watching.communicate(timeout=engine.PATIENCE)

    kinds = [line.partition(f": not allowed at {host}: forbidden")[0] for line in err.splitlines()]
    assert [
        "note: swarm:: events are not known, looking every 2 s",
        "warning: swarm:: secrets are not known",
        "warning: swarm:: tasks are not known",
    ] == sorted(kinds)


def test_each_change_is_a_line_until_it_is_interrupted(web, workspace):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    watching = watch(workspace({}), web.host, **pipes)

    def wait(number):
        servers = None
        while servers != number:
            (route,) = json.loads(watching.stdout.readline())["routes"]
            servers = route["services"][0]["now"]["servers"]

    with watching:
        try:
            wait(1)
            for number in (3, 2):
                web.run("service", "scale", "--detach", f"web={number}")
                wait(number)
            watching.send_signal(signal.SIGINT)
            _, err = watching.communicate(timeout=engine.PATIENCE)
        finally:
            watching.kill()

    assert (130, "") == (watching.returncode, err)
