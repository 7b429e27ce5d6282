"""A real Docker engine with a swarm of its own, in namespaces that end with it."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

from support import PATIENCE, component

NEEDED = ("docker", "dockerd", "unshare", "ip", "iptables")

# What runs in the namespaces, as their first process: what ends there is waited for.
_INSIDE = """\
set -e
mount --make-rprivate /
for folder in /etc/docker /run/containerd; do
    mkdir -p "$folder"
    mount -t tmpfs tmpfs "$folder"
done
ip link set lo up
dockerd --config-file "$1/daemon.json" -H "unix://$1/docker.sock" --data-root "$1/data" \\
    --exec-root "$1/exec" --pidfile "$1/docker.pid" &
wait
"""


def require():
    missing = [name for name in NEEDED if not shutil.which(name)]
    if os.geteuid():
        missing.append("the permissions of root")
    component("docker-engine", not missing, f"there is no {', '.join(missing)} here")


@contextmanager
def swarm(folder):
    """
    A swarm with one node and no way out: its network has only a loopback interface.

    Gives a function that runs the client. The folder needs a short path, for a socket.
    """
    (folder / "daemon.json").write_text("{}", encoding="utf-8")
    namespaces = "--mount --net --pid --fork --kill-child=KILL --mount-proc".split()
    with (folder / "log").open("wb") as log:
        engine = subprocess.Popen(
            ["unshare", *namespaces, "bash", "-c", _INSIDE, "engine", folder],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def docker(*arguments):
        return subprocess.run(
            ["docker", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{folder}/docker.sock"},
            timeout=PATIENCE,
        )

    try:
        end = time.monotonic() + PATIENCE
        while docker("version").returncode:
            alive = engine.poll() is None and time.monotonic() < end
            assert alive, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        at = ("--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377")
        made = docker("swarm", "init", *at)
        assert 0 == made.returncode, made.stderr
        yield docker
    finally:
        engine.kill()  # and with it all that runs in its namespaces
        engine.wait(timeout=PATIENCE)
