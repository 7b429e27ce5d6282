"""The script that starts and stops the engine of these tests leaves nothing behind."""

import subprocess
from pathlib import Path

import engine
import pytest

pytestmark = pytest.mark.swarm

WRITTEN_BY_ENGINES = (
    *("/etc/docker", "/opt", "/run/docker", "/run/containerd", "/var/lib/docker"),
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


def test_it_leaves_no_file_process_or_control_group_behind():
    before, groups = written(), control_groups()
    with engine.swarm() as swarm:
        swarm.run("network", "create", "-d", "overlay", "front")
        options = ("--network", "front", "--replicas", "2", "--detach", "--name", "web")
        swarm.run("service", "create", *options, engine.IMAGE)
        swarm.wait("web", 2)
        assert running(swarm.folder)
        own = control_groups() - groups
        assert own

    assert not swarm.folder.exists()
    assert [] == running(swarm.folder)
    assert own.isdisjoint(control_groups())
    assert before == written()


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
