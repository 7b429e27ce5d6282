"""The script that starts and stops the engine of these tests leaves nothing behind."""

import re
import subprocess
import sys
import time
from pathlib import Path

import engine
import pytest

pytestmark = pytest.mark.swarm

WRITTEN_BY_ENGINES = (
    *("/etc/docker", "/opt/containerd", "/run/docker", "/run/containerd", "/var/lib/docker"),
    "/var/lib/containerd",
)


def written():
    """What is in folders that an engine writes to."""
    return sorted(str(path) for each in WRITTEN_BY_ENGINES for path in Path(each).rglob("*"))


def control_groups():
    return {path for path in Path("/sys/fs/cgroup").rglob("interlock-lint-*") if path.is_dir()}


def running(folder):
    """The processes that were started for a folder."""
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, encoding="utf-8").stdout
    return [line for line in lines.splitlines() if str(folder) in line]


def interfaces():
    """The network interfaces of the machine, its routes and the rules of its packet filter."""
    commands = (("ip", "-o", "link"), ("ip", "route", "show", "table", "all"), ("iptables-save",))
    outputs = (subprocess.run(each, capture_output=True, encoding="utf-8") for each in commands)
    # The filter counts packets, and says when it was asked; routes may expire, sooner each time.
    lines = (line for each in outputs for line in each.stdout.splitlines())
    return sorted(
        re.sub(r"\[\d+:\d+\]| expires \S+", "", line) for line in lines if line[:1] != "#"
    )


def mounts(folder):
    """What is mounted in a folder, or from it."""
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if str(folder) in line]


def test_it_leaves_no_file_process_mount_interface_or_control_group_behind():
    before, groups, links = written(), control_groups(), interfaces()
    with engine.swarm() as swarm, engine.worker(swarm) as worker:
        swarm.run("network", "create", "-d", "overlay", "front")
        options = ("--network", "front", "--replicas", "4", "--detach", "--name", "web")
        swarm.run("service", "create", *options, engine.IMAGE)
        swarm.wait("web", 4)
        folders = (swarm.folder, worker.folder)
        assert all(map(running, folders))
        own = control_groups() - groups
        assert len(own) >= 2
        assert links == interfaces()  # nor is there anything new while they run

    assert not any(each.exists() for each in folders)
    assert [] == [line for each in folders for line in (*running(each), *mounts(each))]
    assert own.isdisjoint(control_groups())
    assert (before, links) == (written(), interfaces())


def test_an_engine_that_was_halted_goes_on_as_it_was():
    with engine.swarm() as swarm:
        options = ("--detach", "--name", "web", "--label", "a=b")
        swarm.run("service", "create", *options, engine.IMAGE)
        swarm.wait("web", 1)
        before = swarm.inspect("web")["Spec"]
        swarm.halt()
        assert [] == running(swarm.folder)
        swarm.start()

        assert before == swarm.inspect("web")["Spec"]
        swarm.wait("web", 1)


def test_an_engine_ends_with_tests_that_are_killed():
    code = """
import engine, time
with engine.swarm() as found:
    print(found.folder, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=Path(engine.__file__).parent,
    ) as tests:
        folder = Path(tests.stdout.readline().strip())
        assert running(folder)
        tests.kill()
    end = time.monotonic() + engine.PATIENCE
    while folder.exists() or running(folder):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_it_does_not_end_a_process_that_only_has_the_recorded_number(tmp_path):
    other = subprocess.Popen(["sleep", "60"])
    try:
        (tmp_path / "state").mkdir()
        (tmp_path / "state" / "pid").write_text(f"{other.pid}\n", encoding="utf-8")
        subprocess.run([engine.SCRIPT, "stop", tmp_path / "state"], check=True)

        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
