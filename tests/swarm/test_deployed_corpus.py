"""Real stack files, deployed: nothing is planned right after that, and findings are the same."""

import subprocess

import pytest
from agreement import disagreement, found
from support import WHOLE
from test_corpus import files

pytestmark = [pytest.mark.swarm, pytest.mark.corpus]

EVERY = 1 if WHOLE else 20
"""How many files there are for one that is tried; all of them take some minutes."""


@pytest.fixture
def drained(swarm, workspace, monkeypatch):
    """A swarm in which no task starts: no image of these stacks can be had."""
    swarm.clear()
    workspace({})
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    monkeypatch.delenv("HOME", raising=False)  # of which the client is not told
    node = swarm.run("node", "ls", "-q").strip()
    swarm.run("node", "update", "--availability", "drain", node)
    yield swarm
    swarm.run("node", "update", "--availability", "active", node)
    swarm.clear()


def is_accepted(path):
    """Whether the client sends it; an engine before 25 does not know `start_interval`."""
    if b"start_interval" in path.read_bytes():
        return False
    done = subprocess.run(["docker", "stack", "config", "-c", path], capture_output=True)
    return done.returncode == 0


def test_what_was_just_deployed_is_as_in_its_file(drained, run):
    options, tried, wrong = ("--isolated", "--env", "--stack-name", "shop"), 0, []

    paths = [path for path in files() if path.suffix in (".yml", ".yaml")]
    for path in filter(is_accepted, paths[::EVERY]):
        done = drained("stack", "deploy", "--resolve-image=never", "-c", path, "shop")
        if done.returncode == 0 and drained.run("service", "ls", "-q"):
            tried += 1
            _, out, err = run("plan", *options, "swarm:", path)
            if out.splitlines()[-1] != "no changes":
                wrong.append((str(path), out, err))
            of_file, live = (found(run, *options, source) for source in (path, "swarm:"))
            if differing := disagreement(of_file, live):
                wrong.append((str(path), differing))
        drained.clear()

    assert tried
    assert [] == wrong
