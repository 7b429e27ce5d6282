"""The built collection, installed from its archive, and plays with it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import PATIENCE, ROOT, component

ARCHIVE = "interlock-lint-1.0.0.tar.gz"


class Ansible:
    """A real ansible-core, in a folder in which the collection is installed."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.places = [str(each / "bin") for each in (folder, root)]

    def call(self, name, *words, cwd, **variables):
        """Run a program of Ansible; returns its exit status and output."""
        given = {key: value for key, value in os.environ.items() if "ANSIBLE" not in key}
        given.pop("PYTHONDONTWRITEBYTECODE", None)  # what is compiled once is read many times
        done = subprocess.run(
            [self.program(name), *map(str, words)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={
                **given,
                "PYTHONPYCACHEPREFIX": str(self.folder / "cache"),
                "HOME": str(self.folder),
                "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
                "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
                "ANSIBLE_NOCOLOR": "1",
                "LC_ALL": "C.UTF-8",
                "PATH": os.pathsep.join([*self.places, os.environ["PATH"]]),
                "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT)),
                **variables,
            },
        )
        return done.returncode, done.stdout, done.stderr

    def program(self, name):
        path = shutil.which(name, path=self.root / "bin")
        component(name, path, f"{name} is not installed in {self.root}")
        return path

    def succeed(self, name, *words, cwd):
        status, out, err = self.call(name, *words, cwd=cwd)
        assert 0 == status, out + err
        return out

    def install(self):
        """Build the collection and install the archive; the program comes on the PATH."""
        galaxy = ("ansible-galaxy", "collection")
        self.succeed(*galaxy, "build", "--output-path", self.folder, ROOT / "ansible", cwd=ROOT)
        where = ("-p", self.folder / "collections", "--offline")
        self.succeed(*galaxy, "install", self.folder / ARCHIVE, *where, cwd=self.folder)
        ours = self.folder / "bin" / "interlock-lint"
        ours.parent.mkdir()
        ours.write_text(f'#!/bin/sh\nexec {sys.executable} -m linter "$@"\n')
        ours.chmod(0o755)

    def play(self, folder, tasks, *options, python=sys.executable, **variables):
        """Run tasks on this machine; returns the exit status, and what is printed."""
        book = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": str(python)},
            "environment": variables,
            "tasks": tasks,
        }
        (folder / "play.yml").write_text(json.dumps([book], ensure_ascii=False))
        words = ("-i", "localhost,", "play.yml", *options)
        status, out, err = self.call("ansible-playbook", *words, cwd=folder)
        return status, out + err


def _installed(name, variable, factory):
    root = Path(os.environ.get(variable) or "/nowhere")
    found = (root / "bin/ansible-galaxy").exists()
    component(name, found, f"{variable} names no environment with ansible-core")
    ansible = Ansible(root, factory.mktemp(name))
    ansible.install()
    return ansible


@pytest.fixture(scope="session")
def ansible(tmp_path_factory):
    """The newest ansible-core."""
    return _installed("ansible", "INTERLOCK_LINT_ANSIBLE", tmp_path_factory)


@pytest.fixture(scope="session")
def oldest_ansible(tmp_path_factory):
    """The oldest ansible-core that the collection is for."""
    return _installed("ansible-oldest", "INTERLOCK_LINT_ANSIBLE_OLDEST", tmp_path_factory)


@pytest.fixture
def play(ansible, tmp_path):
    """Runs tasks in an empty folder."""

    def run(tasks, *options, **settings):
        return ansible.play(tmp_path, tasks, *options, **settings)

    return run


@pytest.fixture
def results(play, tmp_path):
    """Runs tasks that must succeed; returns the result of each."""

    def run(tasks, *options, **settings):
        names = [f"task{number}" for number in range(len(tasks))]
        tasks = [task | {"register": name} for task, name in zip(tasks, names, strict=True)]
        content = f"{{{{ [{', '.join(names)}] | to_json }}}}"
        shown = {"dest": "{{ playbook_dir }}/results.json", "content": content}
        tasks.append({"ansible.builtin.copy": shown, "check_mode": False})
        status, out = play(tasks, *options, **settings)
        assert 0 == status, out
        return json.loads((tmp_path / "results.json").read_text())

    return run
