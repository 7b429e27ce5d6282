"""The hooks for pre-commit: what they select, and how the real pre-commit runs them."""

import os
import re
import shutil
import subprocess
import sys

import pipelines
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support import BAD, GOOD, ROOT, component

from linter import __version__
from linter.files.search import is_stack_file

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}


def test_both_manifests_are_equal():
    assert (ROOT / ".pre-commit-hooks.yaml").read_bytes() == (
        ROOT / "pre-commit-hooks.yaml"
    ).read_bytes()


PARTS = ["docker-", "compose", "stack", ".", "-", "x", "yml", ".yml", ".yaml", ".j2", ".tpl"]
NAMES = st.lists(
    st.sampled_from(PARTS),
    min_size=1,
    max_size=6,
).map("".join)


@given(NAMES, st.sampled_from(["", "a/", "a.b/stack/"]))
def test_the_hook_selects_the_files_that_a_folder_search_finds(name, folder):
    path = folder + name

    assert is_stack_file(path) == bool(re.search(HOOKS["interlock-lint"]["files"], path))


@pytest.mark.parametrize(
    ("name", "selected"),
    [
        ("compose.yml", True),
        ("docker-compose.override.yaml", True),
        ("deploy/stack.yml", True),
        ("docker-stack-v2.yml", True),
        ("shop.stack.yml", True),
        ("shop.compose.prod.yml", True),
        ("roles/shop/templates/stack.yml.j2", True),
        ("shop.stack.yaml.tftpl", True),
        ("stack.conf.j2", False),
        ("stack/values.yml", False),
        ("haystack.yml", False),
        ("stack.json", False),
    ],
)
def test_selected_names(name, selected):
    assert selected == bool(re.search(HOOKS["interlock-lint"]["files"], name))


def git(*arguments, folder):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def hooks_repository(tmp_path_factory):
    """This project as pre-commit needs it: a repository with all files committed."""
    wanted = "pre-commit" in os.environ.get("INTERLOCK_LINT_REQUIRE", "").split(",")
    component(
        "pre-commit", wanted, "it installs packages; INTERLOCK_LINT_REQUIRE=pre-commit runs it"
    )
    folder = tmp_path_factory.mktemp("hooks") / "interlock-lint"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "-q", folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", "all", folder=folder)
    git("tag", f"v{__version__}", folder=folder)
    return folder


@pytest.fixture
def pre_commit(hooks_repository, tmp_path):
    """Run a hook on a stack file, and on a file whose name must not be read as an option."""
    git("init", "-q", folder=tmp_path)
    (tmp_path / "--version.stack.yml").write_text(GOOD.replace("app.", "other."))
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(hooks_repository.parent / "cache"),
        "PIP_CACHE_DIR": str(hooks_repository.parent / "pip"),
    }

    def run(hook, text, name="stack.yml"):
        """Run a hook, or those of a configuration."""
        repository = {"repo": str(hooks_repository), "rev": "HEAD", "hooks": [{"id": hook}]}
        found = hook if isinstance(hook, dict) else {"repos": [repository]}
        for each in found["repos"]:
            each["repo"] = str(hooks_repository)
        config = tmp_path / ".pre-commit-config.yaml"
        config.write_text(yaml.safe_dump(found))
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        git("add", "-A", folder=tmp_path)
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.pre_commit
@pytest.mark.parametrize("hook", ["interlock-lint", "interlock-lint-all"])
def test_pre_commit_runs_the_hook(pre_commit, hook):
    """A bad file fails and shows the finding; a good one passes."""
    bad, good = pre_commit(hook, BAD), pre_commit(hook, GOOD)

    assert 1 == bad.returncode, bad.stdout + bad.stderr
    assert "error[invalid-value]" in bad.stdout
    assert "stack.yml:7:29" in bad.stdout
    assert 0 == good.returncode, good.stdout + good.stderr


@pytest.mark.pre_commit
def test_pre_commit_runs_the_example_of_the_document(pre_commit):
    text = next(text for _, file, text in pipelines.blocks("docs/ci.md", "pre-commit") if file)
    bad, good = pre_commit(yaml.safe_load(text), BAD), pre_commit(yaml.safe_load(text), GOOD)

    assert (1, 0) == (bad.returncode, good.returncode), bad.stdout + good.stdout + good.stderr
    assert 2 == bad.stdout.count("error[invalid-value]")


@pytest.mark.pre_commit
def test_pre_commit_runs_the_hook_that_fixes(pre_commit, tmp_path):
    """It fails once while it applies safe fixes; then the file passes."""
    text = GOOD + "        com.docker.lb.ip_hash: true\n"
    first = pre_commit("interlock-lint-fix", text)
    fixed = (tmp_path / "stack.yml").read_text()
    second = pre_commit("interlock-lint-fix", fixed)

    assert 1 == first.returncode, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    assert GOOD + '        com.docker.lb.ip_hash: "true"\n' == fixed
    assert 0 == second.returncode, second.stdout + second.stderr


TASK = """\
- community.docker.docker_swarm_service:
    name: web
    image: example/web
    networks: [front]
    labels:
      com.docker.lb.hosts: app.example.com
      com.docker.lb.port: 80800
"""
RESOURCE = """\
resource "docker_service" "web" {
  name = "web"
  labels {
    label = "com.docker.lb.hosts"
    value = "app.example.com"
  }
  labels {
    label = "com.docker.lb.port"
    value = "80800"
  }
  task_spec {
    networks_advanced {
      name = "front"
    }
  }
}
"""


@pytest.mark.pre_commit
@pytest.mark.parametrize(
    ("hook", "name", "text"),
    [
        ("interlock-lint", "stack.yml.j2", BAD),
        ("interlock-lint-ansible", "x.yml.j2", BAD),
        ("interlock-lint-terraform", "x.tftpl", BAD),
        ("interlock-lint-ansible", "roles/shop/tasks/main.yml", TASK),
        ("interlock-lint-terraform", "main.tf", RESOURCE),
        ("interlock-lint-commands", "README.md", f"```yaml\n{BAD}```\n"),
    ],
)
def test_pre_commit_runs_the_hooks_for_other_forms(pre_commit, hook, name, text):
    """A file without a stack passes as well."""
    right = text.replace(BAD, GOOD).replace("80800", "8080")
    bad, good = pre_commit(hook, text, name), pre_commit(hook, right, name)
    other = pre_commit(hook, "", name)

    assert 1 == bad.returncode, bad.stdout + bad.stderr
    assert "error[invalid-value]" in bad.stdout
    assert 0 == good.returncode, good.stdout + good.stderr
    assert 0 == other.returncode or hook == "interlock-lint", other.stdout + other.stderr


def test_every_hook_is_tested():
    assert {
        "interlock-lint",
        "interlock-lint-all",
        "interlock-lint-ansible",
        "interlock-lint-commands",
        "interlock-lint-fix",
        "interlock-lint-terraform",
    } == HOOKS.keys()
