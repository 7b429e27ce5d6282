"""The first configuration of a folder, as a user gets it."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import GOOD, require_git

from linter.checking import registry
from linter.files import config_file
from linter.files.proposal import Entry, Proposal
from linter.report.proposal import as_text

CONFIG = ".interlock-lint.yaml"
OVERRIDE = """\
services:
  web:
    deploy:
      replicas: 4
"""
VARIABLE = GOOD.replace("app.example.com", "${HOST}")
HOST = "HOST=app.example.com\n"
PROXY = """\
[Extensions.default]
  Image = "{0}/ucp-interlock-extension:{1}"
  ProxyImage = "{0}/ucp-interlock-proxy:{1}"
  ProxyReplicas = 2
"""


@pytest.fixture
def proposed(run):
    """What a proposal for the current folder sets, without comments."""

    def proposed(*words):
        status, out, _ = run("init", *words)

        assert 0 == status
        lines = (line for line in out.splitlines() if line and not line.lstrip().startswith("#"))
        return "\n".join(lines)

    return proposed


def stacks(*entries):
    return "\n".join(["stacks:", *(f"  - files: [{', '.join(entry)}]" for entry in entries)])


# -- What is proposed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "override"),
    [
        ("docker-compose.yml", "docker-compose.override.yml"),
        ("docker-compose.yml", "docker-compose.prod.yml"),
        ("stack.yml", "stack.prod.yml"),
        ("base.yml", "prod.yml"),
        ("stack.yml.j2", "stack.prod.yml.j2"),
        ("app.yml.tftpl", "app.prod.yml.tftpl"),
    ],
)
def test_a_base_and_its_override_are_a_stack(workspace, proposed, base, override):
    """Also if the override has none of our labels."""
    workspace({base: GOOD, override: OVERRIDE})

    assert stacks((base, override)) == proposed()


def test_templates_are_stacks_and_scripts_are_not(workspace, proposed):
    script = "docker service create --name web --label com.docker.lb.hosts=a.example.com i\n"
    template = GOOD.replace("app.example.com", "{{ host }}")
    workspace({"a/base.yml.j2": template, "a/prod.yml.j2": OVERRIDE, "a/deploy.sh": script})

    assert stacks(("a/base.yml.j2", "a/prod.yml.j2")) == proposed()


def test_a_folder_with_other_forms_alone_can_have_a_configuration(workspace, run):
    workspace({"deploy.sh": "docker service create --label com.docker.lb.hosts=a.b i\n"})
    status, _, err = run("init")

    assert 0 == status
    assert err.startswith("found 1 stack file; ")


def test_each_environment_is_a_stack(workspace, proposed):
    names = ("docker-compose.prod.yml", "docker-compose.staging.yml")
    workspace({"docker-compose.yml": GOOD, **dict.fromkeys(names, OVERRIDE)})

    assert stacks(*(("docker-compose.yml", name) for name in names)) == proposed()


def test_stacks_of_their_own_are_not_listed(workspace, proposed):
    workspace({"shop.stack.yml": GOOD, "blog.stack.yml": GOOD})

    assert "" == proposed()


def test_folders_below_are_looked_at(workspace, proposed):
    workspace({"a/stack.yml": GOOD, "a/stack.prod.yml": OVERRIDE, "b/stack.yml": GOOD})

    assert stacks(("a/stack.yml", "a/stack.prod.yml")) == proposed()
    assert stacks(("stack.yml", "stack.prod.yml")) == proposed("a")


def test_what_cannot_be_decided_is_said(workspace, run):
    workspace({"a.stack.yml": GOOD, "b.stack.yml": GOOD, "over.yml": OVERRIDE})
    status, out, err = run("init")

    assert 0 == status
    assert "\nstacks:" not in out
    assert "over.yml is an override of one of `a.stack.yml` and `b.stack.yml`" in err


def test_an_override_without_a_base_is_said(workspace, run):
    alone = OVERRIDE + "      labels: {com.docker.lb.port: '80'}\n"
    workspace({"docker-compose.prod.yml": alone})
    status, _, err = run("init")

    assert 0 == status
    assert "docker-compose.prod.yml is an override, but no file next to it has its services" in err


# -- Variables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["prod.env"], {"prod": "prod.env", "staging": None}),
        (["prod.env", "staging.env"], {"prod": "prod.env", "staging": "staging.env"}),
        ([".env.prod", "staging.env"], {"prod": ".env.prod", "staging": "staging.env"}),
        (["production.env", ".env"], {"prod": "production.env", "staging": ".env"}),
        (["docker-compose.prod.env"], {"prod": "docker-compose.prod.env", "staging": None}),
        (["prod.env.example", "example.env"], {"prod": None, "staging": None}),
    ],
)
def test_each_environment_has_its_variables(workspace, proposed, files, expected):
    overrides = {f"docker-compose.{each}.yml": OVERRIDE for each in expected}
    workspace({"docker-compose.yml": VARIABLE, **overrides, **dict.fromkeys(files, HOST)})
    lines = ["stacks:"]
    for name, path in expected.items():
        lines.append(f"  - files: [docker-compose.yml, docker-compose.{name}.yml]")
        lines += [f"    env-file: {path}"] if path else []

    assert "\n".join(lines) == proposed()


def test_a_file_may_be_deployed_to_several_environments(workspace, proposed):
    workspace({"stack.yml": VARIABLE, "prod.env": HOST, "staging.env": HOST})

    assert (
        "stacks:\n"
        "  - files: [stack.yml]\n    env-file: prod.env\n"
        "  - files: [stack.yml]\n    env-file: staging.env"
    ) == proposed()


def test_variables_may_belong_to_one_stack(workspace, proposed):
    workspace(
        {"shop.yml": VARIABLE, "blog.yml": VARIABLE, "shop.env": HOST, "blog.env": HOST},
    )

    assert (
        "stacks:\n"
        "  - files: [blog.yml]\n    env-file: blog.env\n"
        "  - files: [shop.yml]\n    env-file: shop.env"
    ) == proposed()


@pytest.mark.parametrize("text", [GOOD, GOOD + "# ${HOST}\n", GOOD + "x-cost: $$HOST\n"])
def test_variables_that_are_not_used_are_left_out(workspace, proposed, text):
    workspace({"stack.yml": text, ".env": HOST})

    assert "" == proposed()


def test_that_docker_does_not_read_a_dotenv_file_is_said(workspace, run):
    workspace({"stack.yml": VARIABLE, ".env": HOST})
    _, out, _ = run("init")

    assert "# `docker stack deploy` does not read .env" in out
    assert "env-file: .env" in out


def test_a_file_that_git_ignores_is_left_out(workspace, run):
    require_git()
    workspace({"stack.yml": VARIABLE, "prod.env": HOST, ".gitignore": "*.env\n"})
    subprocess.run(["git", "init", "-q"], check=True)
    _, out, err = run("init")

    assert "\n    env-file" not in out
    assert "prod.env is left out: git ignores it" in err


def test_a_file_that_cannot_be_parsed_is_left_out_without_its_content(workspace, run):
    workspace({"stack.yml": VARIABLE, "prod.env": HOST + "secret\n"})
    _, out, err = run("init")

    assert "\n    env-file" not in out
    assert "prod.env is left out: prod.env:2: expected NAME=VALUE" in err
    assert "secret" not in err


def test_a_link_out_of_the_repository_is_left_out(workspace, proposed):
    folder = workspace({"stack.yml": VARIABLE})
    (folder.parent / "secrets").write_text(HOST)
    (folder / "prod.env").symlink_to(folder.parent / "secrets")

    assert "" == proposed()


# -- Interlock's own configuration, and the target -----------------------------------------------


@pytest.mark.parametrize(
    ("maker", "release", "target"),
    [
        ("docker", "3.2.1", "ucp-3.2.1"),
        ("mirantis", "3.8.16", "mke-3.8.16"),
        ("mirantis", "3.99.1", None),
        ("example", "3.8.16", None),
    ],
)
def test_the_target_is_that_of_the_images(workspace, proposed, maker, release, target):
    workspace({"stack.yml": GOOD, "interlock.toml": PROXY.format(maker, release)})
    lines = [f"target: {target}"] if target else []

    assert "\n".join([*lines, "proxy-config: interlock.toml"]) == proposed()


def test_without_a_sign_of_the_target_it_is_said_how_to_set_it(workspace, run):
    workspace({"stack.yml": GOOD, "other.toml": "[tool]\nname = 'x'\n"})
    _, out, _ = run("init")

    assert "# target: mke-3.8.16" in out
    assert "# proxy-config: interlock.toml" in out


def test_of_several_configurations_none_is_taken(workspace, run):
    proxy = PROXY.format("docker", "3.2.1")
    workspace({"stack.yml": GOOD, "a.toml": proxy, "b.toml": proxy})
    _, out, err = run("init")

    assert "\nproxy-config" not in out
    assert "set `proxy-config` to one of `a.toml` and `b.toml`" in err


# -- Writing -------------------------------------------------------------------------------------


def test_nothing_is_written_unless_asked_for(workspace, run):
    folder = workspace({"stack.yml": GOOD})
    for words in ((), ("--dry-run",)):
        status, _, err = run("init", *words)

        assert 0 == status
        assert f"run with --write to create {CONFIG}" in err
        assert ["stack.yml"] == os.listdir(folder)


def test_what_is_shown_is_written_and_used(workspace, run):
    folder = workspace(
        {
            "docker-compose.yml": VARIABLE,
            "docker-compose.prod.yml": OVERRIDE,
            "prod.env": HOST,
            "interlock.toml": PROXY.format("mirantis", "3.8.16"),
        }
    )
    status, out, err = run("init", "--write")

    assert 0 == status
    assert f"created {CONFIG}" in err
    assert out == (folder / CONFIG).read_text()

    status, _, err = run("check", "-v")

    assert 0 == status
    assert f"configuration: {CONFIG}" in err
    assert "reading docker-compose.yml, docker-compose.prod.yml with prod.env" in err


@pytest.mark.parametrize("folder", ["prod", "./prod/", "prod/../prod"])
def test_another_folder(workspace, run, folder):
    where = workspace({"prod/stack.yml": GOOD, "prod/stack.eu.yml": OVERRIDE})
    status, out, err = run("init", "--write", folder)

    assert 0 == status
    assert "created prod/.interlock-lint.yaml" in err
    assert "files: [stack.yml, stack.eu.yml]" in out
    assert out == (where / "prod" / CONFIG).read_text()


EXISTING = {
    CONFIG: "target: mke-3.8\n",
    ".interlock-lint.yml": "",
    "pyproject.toml": "[tool.interlock-lint]\n",
}


@pytest.mark.parametrize("name", EXISTING)
@pytest.mark.parametrize("below", ["", "deploy/"])
def test_a_configuration_is_never_replaced(workspace, run, name, below):
    """Nor is a second one created where one applies already."""
    folder = workspace(
        {name: EXISTING[name], f"{below}stack.yml": GOOD, ".git/HEAD": "ref: refs/heads/main\n"}
    )
    status, out, err = run("init", "--write", below or ".")

    assert 2 == status
    assert "" == out
    assert name in err
    assert EXISTING[name] == (folder / name).read_text()
    assert not (folder / below / CONFIG).exists() or (name, below) == (CONFIG, "")

    status, out, err = run("init", below or ".")

    assert 0 == status
    assert out
    assert name in err


def test_a_broken_link_is_a_configuration_too(workspace, run):
    folder = workspace({"stack.yml": GOOD})
    (folder / CONFIG).symlink_to("missing")

    assert 2 == run("init", "--write")[0]
    assert not (folder / "missing").exists()


def test_another_table_of_pyproject_is_none(workspace, run):
    workspace({"stack.yml": GOOD, "pyproject.toml": "[tool.other]\n"})

    assert 0 == run("init", "--write")[0]


def test_a_configuration_that_appears_meanwhile_is_kept(workspace, run, monkeypatch):
    folder = workspace({"stack.yml": GOOD})
    link = os.link

    def late(source, target):
        Path(target).write_text("target: mke-3.8\n")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    status, _, err = run("init", "--write")

    assert 3 == status
    assert "not written: it exists already" in err
    assert "target: mke-3.8\n" == (folder / CONFIG).read_text()
    assert {CONFIG, "stack.yml"} == set(os.listdir(folder))


# -- Where there is nothing ----------------------------------------------------------------------


def test_a_folder_without_stack_files(workspace, run):
    folder = workspace({"empty/readme.md": "x", "other/values.yml": "a: 1\n"})
    for name, reason in (("empty", "no stack files found"), ("other", "does not look like")):
        status, out, err = run("init", "--write", name)

        assert 3 == status
        assert "" == out
        assert reason in err
        assert not (folder / name / CONFIG).exists()


def test_more_files_than_a_configuration_is_for_are_not_read(workspace, run, monkeypatch):
    monkeypatch.setattr("linter.files.proposal.MOST_FILES", 2)
    workspace({f"{number}/stack.yml": GOOD for number in range(3)})
    status, out, err = run("init")

    assert (3, "") == (status, out)
    assert ".: not judged: more than 2 stack files are too many for one configuration" in err


def test_stack_files_without_labels_can_have_a_configuration(workspace, run):
    workspace({"stack.yml": "services:\n  web:\n    image: example/web\n"})
    status, _, err = run("init", "--write")

    assert 0 == status
    assert "found 1 stack file without labels of Interlock" in err
    assert 0 == run("check")[0]


@pytest.mark.parametrize(("name", "reason"), [("no", "no such folder"), ("file", "not a folder")])
def test_what_is_not_a_folder(workspace, run, name, reason):
    workspace({"file": ""})
    status, _, err = run("init", name)

    assert 2 == status
    assert reason in err


# -- Hostile names -------------------------------------------------------------------------------

NAMES = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=12
).map(lambda name: f"{name.replace('/', '_')}.yml")


@pytest.mark.fuzz
@given(st.lists(NAMES, min_size=1, max_size=3, unique=True), NAMES | st.none())
def test_any_names_are_read_back_as_they_are(tmp_path_factory, names, env_file):
    folder = tmp_path_factory.mktemp("names")
    text = as_text(Proposal(entries=(Entry(tuple(names), env_file),)), ".")
    (folder / CONFIG).write_text(text, encoding="utf-8")
    [stack] = config_file.load(str(folder / CONFIG), registry.names()).stacks

    assert [str(folder / each) for each in names] == list(stack.files)
    assert (str(folder / env_file) if env_file else None) == stack.env_file


def test_names_with_control_characters_are_left_out(workspace, run):
    folder = workspace({"st\x1back.yml": GOOD, "st\x1back.prod.yml": OVERRIDE})
    status, out, err = run("init", "--write")

    assert 0 == status
    assert "\x1b" not in out + err
    assert "left out because of control characters" in err
    assert "\nstacks" not in (folder / CONFIG).read_text()


def test_many_remarks_are_counted(workspace, run):
    alone = OVERRIDE + "      labels: {com.docker.lb.port: '80'}\n"
    workspace({f"{number:02}/stack.yml": alone for number in range(12)})
    _, _, err = run("init")

    assert 10 == err.count("no file next to it")
    assert "2 more" in err
