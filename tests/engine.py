"""A real Docker engine with a swarm of its own, which `tests/swarm.sh` starts and stops."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from support import PATIENCE, ROOT, component

SCRIPT = ROOT / "tests" / "swarm.sh"
NEEDED = ("docker", "dockerd", "unshare", "ip", "iptables", "busybox")
IMAGE = "127.0.0.1:1/example/web"
"""An image that answers on port 8080 with the name of its container."""


class Swarm:
    """A swarm with one node and no way out: its network has only a loopback interface."""

    def __init__(self, folder):
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"

    def __call__(self, *arguments, feed=None):
        """Run the client; gives the finished process."""
        return subprocess.run(
            ["docker", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            input=feed,
            env={"PATH": os.environ["PATH"], "DOCKER_HOST": self.host},
            timeout=PATIENCE,
        )

    def run(self, *arguments, feed=None):
        """What the client prints; it must succeed."""
        done = self(*arguments, feed=feed)
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def halt(self):
        """End it as if its machine had lost power, by the process that was recorded."""
        subprocess.run([SCRIPT, "halt", self.folder], check=True, timeout=PATIENCE)

    def start(self):
        """Start it again as it was."""
        subprocess.run([SCRIPT, "start", self.folder], check=True, timeout=PATIENCE)

    def deploy(self, text, name):
        """Deploy a stack, and wait for nothing."""
        self.run("stack", "deploy", "--resolve-image=never", "-c", "-", name, feed=text)

    def inspect(self, name):
        """A service as the engine stores it."""
        return json.loads(self.run("service", "inspect", name))[0]

    def tasks(self, name):
        """The tasks of a service that run, by their identifiers; sorted."""
        filters = ("--filter", "desired-state=running", "--no-trunc")
        lines = self.run("service", "ps", *filters, "--format", "{{.ID}} {{.CurrentState}}", name)
        return sorted(line.split()[0] for line in lines.splitlines() if " Running" in line)

    def wait(self, name, number):
        """Wait until so many tasks of a service run; gives them."""
        end = time.monotonic() + PATIENCE
        while len(tasks := self.tasks(name)) != number:
            assert time.monotonic() < end, self.run("service", "ps", "--no-trunc", name)
            time.sleep(0.1)
        return tasks

    def clear(self, stack=None):
        """Remove everything but this stack."""
        for kind in ("service", "secret", "config"):
            shown = '{{.ID}} {{.Label "com.docker.stack.namespace"}}'
            if kind == "service":  # of which only an inspection shows labels
                shown = "{{.ID}} {{.Name}}"
            lines = (
                line.partition(" ") for line in self.run(kind, "ls", "--format", shown).splitlines()
            )
            names = [each for each, _, of in lines if not stack or of.partition("_")[0] != stack]
            if names:
                self.run(kind, "rm", *names)
        if stack:
            return
        end = time.monotonic() + PATIENCE
        while names := self.run("network", "ls", "-q", "--filter", "type=custom").split():
            gone = self("network", "rm", *names).returncode == 0  # not while a task is in it
            known = "docker_gwbridge ingress"
            left = self.run("network", "ls", "--filter", "type=custom", "--format", "{{.Name}}")
            if gone or set(left.split()) <= set(known.split()):
                break
            assert time.monotonic() < end, left
            time.sleep(0.1)


def watch(folder, host, **more):
    """Start a watch of the routes in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "linter", "routes", "swarm:", "--watch"],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": host},
        # A shell may have started the tests with interrupts ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
        **more,
    )


def require():
    missing = [name for name in NEEDED if not shutil.which(name)]
    if os.geteuid():
        missing.append("the permissions of root")
    component("swarm", not missing, f"there is no {', '.join(missing)} here")


@contextmanager
def _started(action, *words):
    folder = Path(tempfile.mkdtemp(prefix="swarm-"))
    # It stops the engine at the end of its input, so even if the tests are killed.
    stopping = subprocess.Popen(
        ["sh", "-c", 'cat >/dev/null; exec "$0" stop "$FOLDER"', SCRIPT],
        stdin=subprocess.PIPE,
        env={**os.environ, "FOLDER": str(folder)},
        start_new_session=True,
    )
    with stopping:
        started = subprocess.run(
            [SCRIPT, action, folder, *words],
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert 0 == started.returncode, started.stderr
        yield Swarm(folder)
    assert 0 == stopping.returncode


@contextmanager
def swarm():
    """A swarm that ends with the block."""
    require()
    with _started("start") as found:
        yield found


@contextmanager
def worker(manager):
    """A second engine, which is a worker of a swarm until the end of the block."""
    with _started("join", manager.folder) as found:
        yield found
