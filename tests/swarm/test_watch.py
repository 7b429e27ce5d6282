"""`routes swarm: --watch` follows what happens in a real swarm."""

import json
import os
import signal
import subprocess
import sys

import engine
import pytest

pytestmark = pytest.mark.swarm


def test_each_change_is_a_line_until_it_is_interrupted(swarm, workspace):
    swarm.clear()
    folder = workspace({})
    labels = ("--label", "com.docker.lb.hosts=a.example.com", "--label", "com.docker.lb.port=8080")
    swarm.run("service", "create", "--detach", *labels, "--name", "web", engine.IMAGE)
    swarm.wait("web", 1)
    watching = subprocess.Popen(
        [sys.executable, "-m", "linter", "routes", "swarm:", "--watch"],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": swarm.host},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell may have started the tests with interrupts ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )

    def wait(number):
        servers = None
        while servers != number:
            (route,) = json.loads(watching.stdout.readline())["routes"]
            servers = route["services"][0]["now"]["servers"]

    with watching:
        try:
            wait(1)
            for number in (3, 2):
                swarm.run("service", "scale", "--detach", f"web={number}")
                wait(number)
            watching.send_signal(signal.SIGINT)
            _, err = watching.communicate(timeout=engine.PATIENCE)
        finally:
            watching.kill()

    assert (130, "") == (watching.returncode, err)
