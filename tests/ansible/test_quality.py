"""The collection as Ansible's own tools judge it, and the rules for ansible-lint."""

import json
import tarfile
import tomllib

import pytest
import yaml
from support import ROOT

from linter import __version__

pytestmark = pytest.mark.ansible

MODULES = ("interlock_check", "interlock_labels", "interlock_migrate", "interlock_plan")
LINT = ("ansible-lint", "--offline", "--nocolor", "--format", "pep8")


@pytest.fixture
def collection(ansible):
    return ansible.folder / "collections/ansible_collections/interlock/lint"


def test_the_archive(ansible):
    archive = next(ansible.folder.glob("*.tar.gz"))
    with tarfile.open(archive) as found:
        assert found.getmember("LICENSE").isfile()
        names = found.getnames()

    assert f"interlock-lint-{__version__}.tar.gz" == archive.name
    assert {f"plugins/modules/{name}.py" for name in MODULES} < set(names)
    assert [] == [name for name in names if "pycache" in name]


def test_it_states_the_same_versions_everywhere():
    runtime, galaxy, changes = (
        yaml.safe_load((ROOT / "ansible" / name).read_text())
        for name in ("meta/runtime.yml", "galaxy.yml", "changelogs/changelog.yaml")
    )
    role = yaml.safe_load((ROOT / "ansible/roles/deploy_stack/meta/main.yml").read_text())
    needed = runtime["requires_ansible"].removeprefix(">=").removesuffix(".0")
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    page = (ROOT / "ansible/README.md").read_text()

    assert [__version__] * 2 == [galaxy["version"], *changes["releases"]]
    assert [needed] == [role["galaxy_info"]["min_ansible_version"]]
    assert f"ansible-core {needed} or newer" in page
    assert f"Python {python.removeprefix('>=')}" in page
    assert set(MODULES) == set(runtime["action_groups"]["interlock"])
    assert set(MODULES) == {each["name"] for each in changes["releases"][__version__]["modules"]}


def test_the_documentation_is_complete(ansible, tmp_path):
    names = [f"interlock.lint.{name}" for name in MODULES]
    found = json.loads(ansible.succeed("ansible-doc", "--json", *names, cwd=tmp_path))

    for name in names:
        assert {"doc", "examples", "metadata", "return"} <= set(found[name])
        assert all(each["description"] for each in found[name]["doc"]["options"].values())
    kinds = {"filter": "interlock_findings", "role": "deploy_stack"}
    for kind, name in kinds.items():
        assert name in ansible.succeed(
            "ansible-doc", "-t", kind, f"interlock.lint.{name}", cwd=tmp_path
        )


def test_antsibull_finds_nothing_in_the_documentation(ansible, collection):
    out = ansible.succeed(
        "antsibull-docs", "lint-collection-docs", "--plugin-docs", ".", cwd=collection
    )
    assert "" == out


def test_antsibull_builds_the_pages(ansible, tmp_path):
    options = (
        "collection",
        "--use-current",
        "--no-indexes",
        "--squash-hierarchy",
        "--fail-on-error",
    )
    ansible.succeed(
        "antsibull-docs", *options, "--dest-dir", tmp_path, "interlock.lint", cwd=tmp_path
    )

    pages = {each.name for each in tmp_path.glob("*.rst")}
    assert {f"{name}_module.rst" for name in MODULES} < pages
    assert {"interlock_findings_filter.rst", "deploy_stack_role.rst"} < pages


def test_ansible_lint_finds_nothing(ansible, collection):
    # The project has no address yet that could be stated as `repository`.
    options = ("--profile", "production", "--strict", "--skip-list", "galaxy[no-repository]")
    assert "" == ansible.succeed(*LINT, *options, ".", cwd=collection)


PLAY = """\
- name: Deploy the shop
  hosts: managers
  tasks:
    - name: Deploy
      community.docker.docker_stack:
        name: shop
        compose:
          - services:
              web:
                image: nginx
                deploy:
                  labels:
                    com.docker.lb.hosts: shop.example.com
                    com.docker.lb.prot: "80"
"""


def test_findings_have_their_own_lines_in_ansible_lint(ansible, collection, tmp_path):
    (tmp_path / "play.yml").write_text(PLAY)
    (tmp_path / "stack.yml").write_text(
        "services: {a: {image: i, deploy: {labels: {\n  com.docker.lb.prot: 80}}}}"
    )
    # Only the play that uses them makes a stack of these.
    (tmp_path / "vars.yml").write_text("---\nlabels:\n  com.docker.lb.prot: 80\n")
    rules = ("-R", "-r", collection / "lint_rules", "-t", "interlock")
    status, out, err = ansible.call(
        *LINT, *rules, "play.yml", "stack.yml", "vars.yml", cwd=tmp_path
    )

    assert 2 == status, out + err
    assert "play.yml:14: interlock[misspelt-label]: unknown label `com.docker.lb.prot`" in out
    assert "stack.yml:2: interlock[misspelt-label]: " in out
    assert "vars.yml" not in out
