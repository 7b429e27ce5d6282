"""What makes every run of the tests the same, and fixtures that several tests use."""

import os
import subprocess

import engine
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from hypothesis.internal.conjecture import providers

from linter import cli

# The same inputs on every machine and in every run; `make fuzz` tries new ones. Deadlines and
# health checks would measure how busy the machine is.
settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("same")

# Hypothesis also uses constants that it finds in the modules of the project imported so far. So the
# inputs of a test would depend on the tests before it, and on how the project is installed.
providers._get_local_constants = providers.Constants

# Settings of a machine that commands, git, Docker and Python would follow.
SURROUNDINGS = (
    *("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "INTERLOCK_LINT_TRACEBACK"),
    *("CDPATH", "LANGUAGE", "LANG"),
)
BEGINNINGS = ("DOCKER_", "GIT_", "GITHUB_", "LC_", "PYTHON", "TF_")
KEPT = ("PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONPATH", "PYTHONPYCACHEPREFIX")
KNOWN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONUTF8": "1"}


def pytest_configure():
    """
    No test depends on the settings of the machine or of its user.

    Not even one whose module takes a copy of the environment when it is imported.
    """
    for name in list(os.environ):
        if name in SURROUNDINGS or (name.startswith(BEGINNINGS) and name not in KEPT):
            del os.environ[name]
    os.environ.update(KNOWN)
    for name in ("NO_PROXY", "no_proxy"):  # what the tests serve is on this machine
        others = os.environ.get(name)
        os.environ[name] = ",".join(filter(None, (others, "127.0.0.1", "localhost")))
    os.umask(0o022)


def pytest_itemcollected(item):
    """Let `-k` take the name of a rule with dashes, and with underscores as in its file names."""
    for node in item.listchain():
        item.extra_keyword_matches |= {node.name.replace("-", "_"), node.name.replace("_", "-")}


REAL = (
    *("ansible", "chromium", "corpus", "docker_cli", "docker_engine", "neovim", "nginx"),
    *("pre_commit", "shells", "swarm", "terraform"),
    "yaml_language_server",
)


def pytest_collection_modifyitems(items):
    """Tests that try many inputs, or use a real component, are slow."""
    for item in items:
        if is_hypothesis_test(item.obj) or any(map(item.get_closest_marker, REAL)):
            item.add_marker("slow")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """An empty folder to work in; call it with paths and contents to fill it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def fill(files):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return fill


@pytest.fixture
def run(capsys):
    """The command line: exit status, standard output, standard error."""

    def run(*arguments):
        try:
            status = cli.main(list(map(os.fspath, arguments)))
        except SystemExit as error:  # argparse leaves so
            status = error.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def repository(workspace):
    """A repository; call it with files to commit, None to delete one."""
    folder = workspace({})

    def git(*words):
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)

    def commit(files, message="m"):
        workspace({name: text for name, text in files.items() if text is not None})
        for name in (name for name, text in files.items() if text is None):
            (folder / name).unlink()
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", message)
        return folder

    git("init", "-q", "-b", "main")
    commit.git, commit.folder = git, folder
    return commit


@pytest.fixture(scope="session")
def swarm():
    """A real swarm, which all tests that run in this process share."""
    with engine.swarm() as found:
        yield found
