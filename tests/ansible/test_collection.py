"""The collection, built, installed from the archive and used in plays by the real Ansible."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, component

pytestmark = pytest.mark.ansible

STACK = """\
services:
  web:
    image: nginx
    networks: [front]
    deploy:
      replicas: 4
      labels:
        com.docker.lb.hosts: shop.example.com  # the shop
        com.docker.lb.network: shop_front
        com.docker.lb.port: 80
  next:
    image: nginx
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.network: shop_front
        com.docker.lb.port: 80
networks:
  front:
    name: shop_front
"""


# Where the programs are, before those on the PATH.
OWN = Path(os.environ.get("INTERLOCK_LINT_ANSIBLE") or "nowhere") / "bin"


def program(name):
    """The path of a program of Ansible; None if it is not installed."""
    return shutil.which(name, path=OWN) or shutil.which(name)


def call(name, *words, folder, **variables):
    """Run a program of Ansible; returns its output."""
    done = subprocess.run(
        [program(name), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "LC_ALL": "C.UTF-8",
            **variables,
        },
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder in which the built collection is installed, and the program is on the path."""
    component("ansible", program("ansible-galaxy"), "Ansible is not installed")
    folder = tmp_path_factory.mktemp("ansible")
    words = ("ansible-galaxy", "collection", "build", "--output-path", str(folder))
    status, out, err = call(*words, str(ROOT / "ansible"), folder=folder)
    assert 0 == status, out + err
    archive = folder / "interlock-lint-1.0.0.tar.gz"
    target = str(folder / "collections")
    words = ("ansible-galaxy", "collection", "install", str(archive), "-p", target, "--offline")
    status, out, err = call(*words, folder=folder)
    assert 0 == status, out + err
    ours = folder / "bin" / "interlock-lint"
    ours.parent.mkdir()
    ours.write_text(f'#!/bin/sh\nexec {sys.executable} -m linter "$@"\n')
    ours.chmod(0o755)
    return folder


@pytest.fixture
def play(installed, tmp_path):
    """Runs tasks on this machine; returns the results of those that register one."""
    (tmp_path / "stack.yml").write_text(STACK)

    def run(tasks, *options):
        book = [
            {
                "hosts": "localhost",
                "connection": "local",
                "gather_facts": False,
                "vars": {"ansible_python_interpreter": sys.executable},
                "tasks": tasks,
            }
        ]
        (tmp_path / "play.yml").write_text(json.dumps(book))
        status, out, err = call(
            "ansible-playbook",
            "-i",
            "localhost,",
            "play.yml",
            *options,
            folder=tmp_path,
            ANSIBLE_COLLECTIONS_PATH=str(installed / "collections"),
            PATH=f"{installed / 'bin'}{os.pathsep}{os.environ['PATH']}",
            PYTHONPATH=os.environ.get("PYTHONPATH", str(ROOT)),
        )
        return status, out + err

    return run


def labels(**settings):
    return {"interlock.lint.interlock_labels": {"source": ["stack.yml"], **settings}}


def check(**settings):
    return {"interlock.lint.interlock_check": settings}


def shows(name, expression):
    return {
        "ansible.builtin.copy": {
            "dest": f"{{{{ playbook_dir }}}}/{name}",
            "content": f"{{{{ {expression} | to_json }}}}",
        }
    }


def test_check(play, tmp_path):
    bad = {"services": {"a": {"image": "i", "deploy": {"labels": {"com.docker.lb.prot": "80"}}}}}
    status, out = play(
        [
            check(source=["stack.yml"]) | {"register": "good"},
            check(compose=bad, fail_on="never") | {"register": "bad"},
            shows("good.json", "good"),
            shows("bad.json", "bad"),
            check(compose=bad),
        ]
    )

    assert 2 == status
    good, found = (json.loads((tmp_path / name).read_text()) for name in ("good.json", "bad.json"))
    assert [] == [each for each in good["findings"] if each["severity"] != "info"]
    assert 2 == good["summary"]["services"]
    assert "misspelt-label" in [each["rule"] for each in found["findings"]]
    assert "did you mean `com.docker.lb.port`" in out


def test_what_cannot_be_judged_fails(play, tmp_path):
    (tmp_path / "broken.yml").write_text("services: [")

    status, out = play([check(source=["broken.yml"], fail_on="never")])

    assert 2 == status
    assert "not judged: broken.yml" in out


def test_labels_are_set_once(play, tmp_path):
    wanted = {"port": 8080, "org.example.team": "shop"}
    task = labels(service=["web"], labels=wanted, backup=True)

    status, out = play([task], "--check", "--diff")
    assert (0, STACK) == (status, (tmp_path / "stack.yml").read_text()), out
    assert "+web com.docker.lb.port=8080" in out
    assert "changed=1" in out

    status, out = play([task | {"register": "done"}, shows("done.json", "done"), task])
    assert 0 == status, out
    done = json.loads((tmp_path / "done.json").read_text())
    assert done["changed"]
    assert [80.0, 20.0] == [each["percent"] for each in done["routes_after"][0]["services"]]
    assert STACK == Path(done["backup_files"][0]).read_text()
    text = (tmp_path / "stack.yml").read_text()
    assert STACK.replace("port: 80\n", "port: 8080\n        org.example.team: shop\n", 1) == text
    assert "changed=2" in out  # the labels, and the file with the result

    status, out = play([labels(service=["web"], labels={"org.example.team": ""}, state="absent")])
    assert 0 == status, out
    assert STACK.replace("port: 80\n", "port: 8080\n", 1) == (tmp_path / "stack.yml").read_text()


def test_a_refusal_changes_nothing(play, tmp_path):
    status, out = play([labels(service=["web"], labels={"port": "ninety"})])

    assert 2 == status
    assert "nothing is changed" in out
    assert "--force" not in out
    assert STACK == (tmp_path / "stack.yml").read_text()


def test_migrate(play, tmp_path):
    task = {
        "interlock.lint.interlock_migrate": {
            "source": ["stack.yml"],
            "to": "vip",
            "max_share_shift": 30,
        }
    }
    status, out = play([task | {"register": "done"}, shows("done.json", "done"), task])

    assert 0 == status, out
    done = json.loads((tmp_path / "done.json").read_text())
    assert [80.0, 20.0] == [each["percent"] for each in done["routes_before"][0]["services"]]
    assert [50.0, 50.0] == [each["percent"] for each in done["routes_after"][0]["services"]]
    assert 2 == (tmp_path / "stack.yml").read_text().count("backend_mode: vip")


def test_a_migration_that_shifts_too_much_fails(play, tmp_path):
    task = {"interlock.lint.interlock_migrate": {"source": ["stack.yml"], "to": "vip"}}
    status, out = play([task])

    assert 2 == status, out
    assert STACK == (tmp_path / "stack.yml").read_text()


def test_the_filter(play):
    bad = {"services": {"a": {"image": "i", "deploy": {"labels": {"com.docker.lb.prot": "80"}}}}}
    question = "(stack | interlock.lint.interlock_findings(severity='error')) == []"
    task = {"ansible.builtin.assert": {"that": question}}

    status, out = play([task | {"vars": {"stack": bad}}])
    assert (2, True) == (status, "Assertion failed" in out), out
    status, out = play([task | {"vars": {"stack": STACK}}])
    assert 0 == status, out


def test_a_missing_program_says_how_to_install_it(play):
    status, out = play([check(source=["stack.yml"], executable="/nowhere/interlock-lint")])

    assert 2 == status
    assert "is not installed on this host" in out


@pytest.mark.parametrize("name", ["interlock_check", "interlock_labels", "interlock_migrate"])
def test_the_documentation_is_complete(installed, name):
    status, out, err = call(
        "ansible-doc", "--json", "-t", "module", f"interlock.lint.{name}", folder=installed
    )
    assert 0 == status, err
    module = json.loads(out)[f"interlock.lint.{name}"]

    assert {"doc", "examples", "metadata", "return"} <= set(module)
    assert all(each["description"] for each in module["doc"]["options"].values())


def test_findings_in_ansible_lint(installed, tmp_path):
    component("ansible-lint", program("ansible-lint"), "ansible-lint is not installed")
    (tmp_path / "stack.yml").write_text(STACK.replace("port: 80", "prot: 80", 1))
    rules = str(ROOT / "ansible/lint_rules")
    options = ("--offline", "--nocolor", "--format", "pep8", "-t", "interlock")
    status, out, err = call(
        "ansible-lint",
        *options,
        "-R",
        "-r",
        rules,
        "stack.yml",
        folder=tmp_path,
        PATH=f"{installed / 'bin'}{os.pathsep}{os.environ['PATH']}",
        PYTHONPATH=os.environ.get("PYTHONPATH", str(ROOT)),
    )

    assert 2 == status, out + err
    assert "stack.yml:10: interlock: [misspelt-label]" in out
