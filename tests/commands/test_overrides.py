"""A base and its override that are read as two stacks: what `check` says, what is not changed."""

import json

import pytest

BASE = """\
services:
  web:
    image: example/web
    networks: [front]
    deploy:
      replicas: 2
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.network: front
        com.docker.lb.port: 8080
        com.docker.lb.ssl_passthrough: false
networks:
  front: {external: true}
"""
OVERRIDE = """\
services:
  web:
    deploy:
      labels:
        com.docker.lb.sticky_session_cookie: sid
        com.docker.lb.ip_hash: false
"""
OTHER = BASE.replace("app.example.com", "other.example.com")
NAMES = ("docker-compose.yml", "docker-compose.prod.yml")
MIGRATE = ("migrate", "--to", "vip")
SET = ("labels", "set")


@pytest.fixture
def both(workspace):
    return workspace(dict(zip(NAMES, (BASE, OVERRIDE), strict=True)))


def texts(folder):
    return {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


def rules(run, *words):
    _, out, _ = run("check", "--isolated", "--format", "json", *words)
    return sorted(each["rule"] for each in json.loads(out)["diagnostics"])


# -- check ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("both")
def test_the_remedy_is_named(run):
    status, out, _ = run("check", "-v", NAMES[1])

    assert 1 == status  # for the unquoted boolean
    assert "info[override-alone]" in out
    assert "-c BASE -c docker-compose.prod.yml" in out
    assert "`stacks:`" in out


# Each of these labels is reported in a complete stack for something that the base may have.
@pytest.mark.parametrize(
    "labels",
    [
        {"port": "8080"},
        {"hosts": "app.example.com"},
        {"network": "back"},
        {"network": "shop_front"},
        {"network": "default"},
        {"ssl_cert": "site.cert"},
        {"ssl_key": "site.key"},
        {"ssl_cert": "site.cert", "ssl_key": "site.key", "hosts": "app.example.com"},
        {"redirects": "http://app.example.com,https://app.example.com"},
        {"hosts": "app.example.com", "redirects": "http://www.example.com,https://app.example.com"},
        {"context_root": "/"},
        {"context_root": "/app"},
        {"context_root_rewrite": "true"},
        {"ssl_passthrough": "true"},
        {"sticky_session_cookie": "session"},
        {"max_fails": "3", "hosts": "app.example.com"},
        {"default_backend": "true"},
        {"backend_mode": "vip"},
    ],
    ids=str,
)
@pytest.mark.parametrize("more", ["", "    networks: [front, back]\n", "    ports: ['80:8000']\n"])
def test_what_the_base_may_have_is_not_missed(workspace, run, labels, more):
    lines = "".join(f"        com.docker.lb.{key}: '{value}'\n" for key, value in labels.items())
    over = f"services:\n  web:\n{more}    deploy:\n      labels:\n{lines}"
    workspace({"over.yml": over})

    assert ["override-alone"] == rules(run, "over.yml")


def test_what_is_wrong_in_any_case_is_still_reported(workspace, run):
    """A wrong value, a wrong name, a wrong place, and labels that contradict each other."""
    workspace(
        {
            "over.yml": """\
services:
  web:
    labels:
      com.docker.lb.hosts: app.example.com
    deploy:
      labels:
        com.docker.lb.prot: "8080"
        com.docker.lb.port: "80800"
        com.docker.lb.backend_mode: vip
        com.docker.lb.ip_hash: "true"
"""
        }
    )

    assert {"container-label", "misspelt-label", "invalid-value", "sticky-session-in-vip-mode"} <= (
        set(rules(run, "over.yml"))
    )


def test_an_override_shares_no_host_with_its_base(workspace, run):
    over = OVERRIDE + "        com.docker.lb.hosts: app.example.com\n"
    workspace({NAMES[0]: BASE, NAMES[1]: over})

    booleans = ["boolean-not-true", "unquoted-boolean"]

    assert sorted([*booleans, *booleans, "override-alone"]) == rules(run, ".")


def test_an_ignore_for_what_the_base_may_have_is_not_unused(workspace, run):
    line = "        com.docker.lb.port: 8080  # interlock-lint: ignore[not-routed] in the base\n"
    workspace({"over.yml": f"services:\n  web:\n    deploy:\n      labels:\n{line}"})

    assert ["override-alone"] == rules(run, "over.yml")


@pytest.mark.parametrize("words", [("-c", NAMES[0], "-c", NAMES[1]), (".",)])
def test_together_they_are_judged_as_one(both, run, words):
    config = f"stacks:\n  - files: [{', '.join(NAMES)}]\n"
    (both / ".interlock-lint.yaml").write_text(config)
    _, out, _ = run("check", "--format", "json", *words)
    found = {each["rule"] for each in json.loads(out)["diagnostics"]}

    assert "override-alone" not in found
    assert "unquoted-boolean" in found


# -- fix, labels and migrate ---------------------------------------------------------------------

COMMANDS = {
    "migrate": (*MIGRATE, "--write", "."),
    "migrate, two sources": (*MIGRATE, "--write", *NAMES),
    "migrate, second -c forgotten": (*MIGRATE, "--write", "-c", *NAMES),
    "set": (*SET, "--write", ".", "web", "port=9090"),
    "set, forced": (*SET, "--write", "--force", ".", "web", "port=9090"),
    "unset": ("labels", "unset", "--write", ".", "web", "sticky_session_cookie"),
    "fix": ("fix", "--write", "."),
    "fix, second -c forgotten": ("fix", "--write", "-c", *NAMES),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_nothing_is_changed_as_if_each_stood_alone(both, run, words):
    before = texts(both)
    status, out, err = run(*words)
    shown = " ".join(out.split())

    assert 1 == status
    assert "`docker-compose.prod.yml` is an override of `docker-compose.yml`" in shown
    assert "labels would be judged and changed without those in the other file" in shown
    assert "`-c docker-compose.yml -c docker-compose.prod.yml`" in shown
    assert "`stacks:`" in shown
    assert "refused" in err
    assert before == texts(both)


@pytest.mark.usefixtures("both")
def test_the_refusal_is_in_the_json(run):
    status, out, _ = run(*MIGRATE, "--format", "json", ".")
    kept = json.loads(out)["kept"]

    assert 1 == status
    assert {NAMES[0], NAMES[1]} == {each["path"] for each in kept}
    assert all(each["refused"] and "stacks:" in each["help"] for each in kept)


def test_other_stacks_in_the_folder_are_changed(both, run):
    (both / "other.stack.yml").write_text(OTHER)
    before = texts(both)
    status, _, _ = run(*MIGRATE, "--write", ".")
    changed = {name for name, text in texts(both).items() if before[name] != text}

    assert 1 == status
    assert {"other.stack.yml"} == changed


def test_the_shares_of_other_stacks_are_computed_without_the_override(both, run):
    """The override is not one more service with the host of its base."""
    (both / NAMES[1]).write_text(OVERRIDE + "        com.docker.lb.hosts: other.example.com\n")
    (both / "other.stack.yml").write_text(OTHER)
    _, out, _ = run(*MIGRATE, "other.stack.yml", *NAMES)

    assert "+        com.docker.lb.backend_mode: vip" in out
    assert "shares" not in out


@pytest.mark.usefixtures("both")
def test_what_is_already_so_is_not_refused(run):
    status, _, err = run("labels", "unset", ".", "web", "context_root")

    assert 0 == status
    assert "nothing to change" in err


@pytest.mark.parametrize("name", NAMES)
def test_one_that_is_named_alone_can_be_changed(both, run, name):
    status, _, _ = run(*SET, "--write", name, "web", "port=9090")

    assert 0 == status
    assert "9090" in (both / name).read_text()


def test_as_one_stack_they_can_be_changed(both, run):
    """A sticky session in the override stops the migration of its base."""
    options = [word for name in NAMES for word in ("-c", name)]
    status, out, _ = run(*MIGRATE, *options)

    assert 1 == status
    assert "VIP mode does not support the sticky sessions" in out

    status, _, _ = run(*MIGRATE, "--drop-sticky", "--write", *options)

    assert 0 == status
    assert "sticky" not in (both / NAMES[1]).read_text()


def test_what_the_configuration_lists_is_a_stack(both, run):
    """Also if it is one file."""
    config = "".join(f"  - files: [{name}]\n" for name in NAMES)
    (both / ".interlock-lint.yaml").write_text(f"stacks:\n{config}")
    status, _, _ = run(*SET, "--write", ".", "web", "port=9090")

    assert 0 == status
    assert "9090" in (both / NAMES[0]).read_text()


def test_an_override_that_is_not_listed_is_refused(both, run):
    """The configured stack is changed."""
    (both / ".interlock-lint.yaml").write_text(f"stacks:\n  - files: [{', '.join(NAMES)}]\n")
    (both / "docker-compose.test.yml").write_text(OVERRIDE)
    before = texts(both)
    status, out, _ = run(*SET, "--write", ".", "web", "port=9090")
    changed = {name for name, text in texts(both).items() if before[name] != text}

    assert 1 == status
    assert "`docker-compose.test.yml` is an override of `docker-compose.yml`" in " ".join(
        out.split()
    )
    assert "docker-compose.test.yml" not in changed
    assert changed


def test_a_folder_of_independent_stacks_is_changed(workspace, run):
    folder = workspace({"shop.stack.yml": BASE, "blog.stack.yml": OTHER})
    status, _, _ = run(*SET, "--write", ".", "web", "port=9090")

    assert 0 == status
    assert all("9090" in text for text in texts(folder).values())


def test_two_complete_files_can_be_listed_one_by_one(workspace, run):
    """A file with images may be meant as a stack of its own, whatever its name is."""
    tagged = OVERRIDE.replace("web:\n", "web:\n    image: example/web:1\n")
    workspace({NAMES[0]: BASE, NAMES[1]: tagged})
    _, out, _ = run(*SET, ".", "web", "port=9090")

    assert "list them one by one if each is a stack of its own" in " ".join(out.split())


@pytest.mark.parametrize("base", ["docker-compose.yml", "base.yml"])
def test_a_base_without_labels_is_found_too(workspace, run, base):
    """A search passes it by, because there is nothing to judge in it."""
    folder = workspace({base: "services:\n  web:\n    image: x\n", NAMES[1]: OVERRIDE})
    before = texts(folder)
    status, out, _ = run(*SET, "--write", ".", "web", "port=9090")

    assert 1 == status
    assert f"`docker-compose.prod.yml` is an override of `{base}`" in " ".join(out.split())
    assert before == texts(folder)


def test_an_override_without_labels_does_not_stop_its_base(workspace, run):
    folder = workspace({NAMES[0]: BASE, NAMES[1]: "services:\n  web:\n    ports: ['80:80']\n"})
    status, _, _ = run(*SET, "--write", ".", "web", "port=9090")

    assert 0 == status
    assert "9090" in texts(folder)[NAMES[0]]
