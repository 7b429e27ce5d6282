"""
A configuration is not trusted: which files it can have read, and what becomes of all others.

Whatever it names, the program neither waits nor shows anything of a file that is not its to read.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys

import pytest
from support import BAD, GOOD, PATIENCE, ROOT, before

from linter.files import settings
from linter.files.reach import Outside, Reach

CONFIG = ".interlock-lint.yaml"
MARKER = "hunter2"
PROXY = "[Extensions.default]\nProxyReplicas = 2\n"
KEYS = {
    "env-file": "stacks:\n- files: [stack.yml]\n  env-file: {}\n",
    "files": "stacks:\n- files: [stack.yml, {}]\n",
    "proxy-config": "\nproxy-config: {}\n",
}
LINES = {"env-file": 3, "files": 2, "proxy-config": 2}
INSTEAD = {
    "env-file": "pass it with --env-file instead",
    "files": "pass the files with -c instead",
    "proxy-config": "pass it with --proxy-config instead",
}


def check(*arguments, cwd, status=2, given=(), **environment):
    """The errors of a run in a process of its own, which would be ended if it waited."""
    result = subprocess.run(
        [sys.executable, "-m", "linter", "check", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=cwd,
        pass_fds=given,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )

    assert "Traceback" not in result.stderr
    assert MARKER not in result.stdout + result.stderr
    assert status == result.returncode
    return result.stderr


def make(path, kind):
    """Something in a repository that is not a file of it."""
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(os.path.relpath(path))
        case "folder":
            path.mkdir()
        case "large file":
            path.write_text("#" * (11 * 1024**2))
        case "link to itself":
            path.symlink_to(path)


@pytest.fixture
def repository(workspace):
    """A folder with a stack in it, which is the root of a repository."""
    return workspace({"stack.yml": GOOD, ".git/HEAD": "", "../outside": f"A={MARKER}\n"})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "name", ["../outside", "sub/../../outside", "/proc/self/environ", "/dev/zero"]
)
def test_what_is_outside_of_the_repository_is_not_read(repository, key, name):
    (repository / CONFIG).write_text(KEYS[key].format(name))
    err = check("stack.yml", cwd=repository, HIDDEN=MARKER)

    assert err.startswith(f"error: {CONFIG}:{LINES[key]}: `{key}`: ")
    assert err.endswith(f": cannot be read: it is outside of the repository; {INSTEAD[key]}\n")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("target", ["../outside", "/proc/self/environ", "/dev/zero"])
def test_a_link_does_not_lead_out_of_the_repository(repository, key, target):
    (repository / "first").symlink_to(target)
    (repository / "second").symlink_to("first")
    (repository / "folder").symlink_to("..")
    for name in ("first", "second", "folder/outside"):
        (repository / CONFIG).write_text(KEYS[key].format(name))
        err = check("stack.yml", cwd=repository, HIDDEN=MARKER)

        assert f"error: {CONFIG}:{LINES[key]}: `{key}`: {name}: cannot be read: " in err
        assert f"it is a link that leads out of the repository; {INSTEAD[key]}\n" in err


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "not a regular file"),
        ("socket", "not a regular file"),
        ("folder", "it is a folder"),
        ("large file", "larger than "),
        ("link to itself", "too many levels of symbolic links"),
    ],
)
def test_what_is_no_file_of_the_repository_is_not_read(repository, key, kind, reason):
    make(repository / "it", kind)
    (repository / CONFIG).write_text(KEYS[key].format("it"))
    err = check("stack.yml", cwd=repository, status=3 if key == "files" else 2)

    assert f"it: {'not judged: ' if key == 'files' else ''}cannot be read: {reason}" in err
    assert f"`stacks` in {CONFIG}\n" in err or f"error: {CONFIG}:{LINES[key]}: `{key}`: " in err


@pytest.mark.parametrize("key", KEYS)
def test_a_name_that_cannot_be_one_is_told(repository, key):
    (repository / CONFIG).write_text(KEYS[key].format('"a\\0b"'))
    err = check("stack.yml", cwd=repository)

    assert err.startswith(f"error: {CONFIG}:{LINES[key]}: `{key}`")
    assert err.endswith("`a\\x00b` is not a valid file name\n")


@pytest.mark.parametrize("key", KEYS)
def test_all_of_the_repository_can_be_named(repository, run, monkeypatch, key):
    """By a configuration in any of its folders, also through links."""
    content = {"env-file": "PORT=80", "files": GOOD.replace("web", "api"), "proxy-config": PROXY}
    (repository / "ops").mkdir()
    (repository / "ops" / "it").write_text(content[key])
    (repository / "sub").mkdir()
    (repository / "sub" / "link").symlink_to("../ops/it")
    (repository / "sub" / "stack.yml").write_text(GOOD)
    monkeypatch.chdir(repository / "sub")
    for name in ("../ops/it", "link", repository / "ops" / "it"):
        (repository / "sub" / CONFIG).write_text(KEYS[key].format(name))

        assert (0, "") == run("check", "-q", "stack.yml")[::2]


@pytest.mark.parametrize("key", KEYS)
def test_without_a_repository_only_the_folder_of_the_configuration_counts(workspace, run, key):
    content = {"env-file": "PORT=80", "files": GOOD.replace("web", "api"), "proxy-config": PROXY}
    text = KEYS[key]
    workspace({"stack.yml": GOOD, "deep/it": content[key], CONFIG: text.format("deep/it")})
    inside = run("check", "-q", "stack.yml")
    workspace({"../it": content[key], CONFIG: text.format("../it")})
    status, _, err = run("check", "-q", "stack.yml")

    assert (0, "", "") == inside
    assert 2 == status
    assert err.endswith(
        f": ../it: cannot be read: it is outside of the folder of the configuration; "
        f"{INSTEAD[key]}\n"
    )


def test_the_environment_stays_out_of_reach_even_from_the_top_of_the_file_system():
    everything = Reach("/", "repository")
    for name in ("/proc/self/environ", "/dev/stdin", "/sys/power/state"):
        with pytest.raises(Outside):
            everything.find(name)

    assert "/dev/shm/work/x" == Reach("/dev/shm/work", "repository").find("/dev/shm/work/x")


# -- The configuration itself ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [CONFIG, ".interlock-lint.yml"])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "not a regular file"),
        ("socket", "not a regular file"),
        ("folder", "it is a folder"),
        ("large file", "larger than 1 MiB"),
        ("link to itself", "too many levels of symbolic links"),
    ],
)
def test_a_configuration_that_is_no_file_is_not_passed_by(repository, name, kind, reason):
    make(repository / name, kind)

    assert f"error: {name}: cannot be read: {reason}\n" == check("stack.yml", cwd=repository)


def test_a_configuration_does_not_come_from_outside_unless_the_user_says_so(repository):
    (repository.parent / "outside").write_text("rules: {invalid-value: 'off'}\n")
    (repository / "stack.yml").write_text(BAD)
    (repository / CONFIG).symlink_to("../outside")
    err = check("stack.yml", cwd=repository)

    assert (
        f"error: {CONFIG}: cannot be read: it is a link that leads out of the repository; "
        "use it with --config\n"
    ) == err
    assert "" == check("--config", CONFIG, "stack.yml", cwd=repository, status=0)


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "link to itself"])
def test_a_pyproject_that_is_no_file_is_somebody_else_s_concern(repository, kind):
    make(repository / "pyproject.toml", kind)

    assert "" == check("stack.yml", cwd=repository, status=0)


def test_a_pyproject_that_is_too_large_may_have_settings(repository):
    make(repository / "pyproject.toml", "large file")
    err = check("stack.yml", cwd=repository)
    (repository / CONFIG).write_text("")

    assert err.startswith("error: pyproject.toml: larger than 1 MiB, so it is unknown whether ")
    assert "" == check("stack.yml", cwd=repository, status=0)


def test_folders_may_be_nested_deeper_than_python_can_call_itself(workspace):
    folder = workspace({CONFIG: ""})

    assert os.fspath(folder / CONFIG) == settings.find(os.fspath(folder) + "/a" * 1_200)


VALUES = 20_001
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"exclude: [{'1,' * VALUES}]", "the configuration has more than 20,000 values"),
        ("".join(f"k{n}:\n" for n in range(VALUES)), "the configuration has more than 20,000"),
        (BOMB, "the aliases expand to more than 500,000 nodes"),
        (BOMB[: BOMB.index("a5:")], "the configuration has more than 20,000 values"),
        ("[" * 10_000, "nested deeper than 200 levels"),
        (f"exclude: [{'a,' * 501}]", "`exclude` must have at most 500 entries"),
        (f"ignore: [{'{rule: no-tasks},' * 501}]", "`ignore` must have at most 500 entries"),
        (f"exclude: [{'*' * 1_001}]".replace("[", "['").replace("]", "']"), "at most 1,000 chara"),
        ("stacks: [{files: [stack.yml, ./stack.yml]}]", "lists `stack.yml` twice"),
        (
            f"stacks: [{{files: [{','.join(f'f{n}' for n in range(101))}]}}]",
            "must have at most 100 entries",
        ),
    ],
    ids=lambda value: value[:20],
)
def test_a_configuration_has_limits(repository, text, reason):
    (repository / CONFIG).write_text(text)
    err = check("stack.yml", cwd=repository)

    assert err.startswith(f"error: {CONFIG}:")
    assert reason in err


def test_a_large_file_is_not_read_again_for_every_stack_that_lists_it(repository):
    (repository / "base.yml").write_text("services: {}\n" + "#" * (9 * 1024**2))
    stacks = "".join(f"- files: [base.yml, s{n}.yml]\n" for n in range(50))
    (repository / CONFIG).write_text(f"stacks:\n{stacks}")
    for n in range(50):
        (repository / f"s{n}.yml").write_text("services: {}\n")
    err = check("base.yml", cwd=repository)

    assert err.startswith(f"error: {CONFIG}:8: `files`: the files that several stacks share add up")


# -- Variables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"A={MARKER}\0B={MARKER}", "the value of `A` contains the control character U+0000"),
        (f"A=\x1b[31m{MARKER}", "the value of `A` contains the control character U+001B"),
        (f"A=x\x85{MARKER}", "the value of `A` contains the control character U+0085"),
        (MARKER, "expected NAME=VALUE"),
        (f"1={MARKER}", "expected NAME=VALUE"),
    ],
)
def test_nothing_of_a_line_that_is_not_accepted_is_shown(repository, line, reason):
    (repository / "prod.env").write_text(f"# ours\n{line}\n", encoding="utf-8")
    (repository / CONFIG).write_text(KEYS["env-file"].format("prod.env"))
    configured = check("stack.yml", cwd=repository)
    given = check("--isolated", "--env-file", "prod.env", "stack.yml", cwd=repository)

    assert configured.startswith(f"error: {CONFIG}:3: `env-file`: prod.env:2: {reason}")
    assert given.startswith(f"error: --env-file: prod.env:2: {reason}")


ANYWHERE = """\
services:
  web:
    image: ${A}
    command: ${A}
    environment: {X: "${A}"}
    ports: ["${A}:80", {target: "${A}", published: "${A}", mode: "${A}"}]
    labels: {com.docker.lb.port: "80", x: "${A}"}
    healthcheck: {test: "${A}"}
    deploy:
      mode: ${A}
      replicas: ${A}
      endpoint_mode: ${A}
      update_config: {order: "${A}"}
      labels:
        com.docker.lb.hosts: app.example.com,${B:?required}
        com.docker.lb.port: '80x'
        com.docker.lb.backend_mode: vip
        com.docker.lb.ip_hash: 'true'
        com.docker.lb.ssl_cert: cert
        com.docker.lb.network: ${NETWORK}
"""


@pytest.mark.parametrize(
    "words",
    [
        "check -v",
        "check --format json",
        "check --show-settings",
        "routes --what-if vip",
        "routes --format json",
        "routes --format markdown",
        "labels list",
        "labels list --format json",
        "fix --unsafe",
        "migrate --to task",
        "migrate --to task --format json",
    ],
)
def test_a_variable_is_shown_only_as_the_value_of_a_label(repository, run, words):
    (repository / "stack.yml").write_text(ANYWHERE)
    (repository / "prod.env").write_text(f"A={MARKER}\nNETWORK=front\n")
    (repository / CONFIG).write_text(KEYS["env-file"].format("prod.env"))
    _, out, err = run(*words.split(), "stack.yml")

    assert out + err
    assert MARKER not in out + err


RACES = {
    "env-file": KEYS["env-file"].format("sub/prod.env"),
    "files": "stacks:\n- files: [stack.yml, sub/other.yml]\n",
    "proxy-config": KEYS["proxy-config"].format("sub/config.toml"),
}


@pytest.mark.parametrize("key", RACES)
@pytest.mark.parametrize("part", ["folder", "file"])
def test_nothing_that_becomes_a_link_meanwhile_is_followed(workspace, run, key, part):
    """A folder on the way, or the file itself, right before it is opened."""
    label = "com.docker.lb.service_cluster"
    inner = {
        "prod.env": "A={}\n",
        "other.yml": f"services: {{web: {{deploy: {{labels: {{{label}: {{}} {{}}}}}}}}}}\n",
        "config.toml": "{} = {}\n",
    }
    stack = GOOD + f"        {label}: ${{A}} ${{A}}\n"
    for number in range(1, 25):
        folder = workspace(
            {
                f"{number}/.git/HEAD": "",
                f"{number}/stack.yml": stack,
                f"{number}/{CONFIG}": RACES[key],
                **{f"{number}/sub/{name}": text.replace("{}", "x") for name, text in inner.items()},
                **{f"outside/{name}": text.replace("{}", MARKER) for name, text in inner.items()},
            }
        )
        inside = folder / str(number)

        def replace(inside=inside):
            (inside / "sub").rename(inside / "moved")
            if part == "folder":
                (inside / "sub").symlink_to("../outside")
                return
            (inside / "sub").mkdir()
            for name in inner:
                (inside / "sub" / name).symlink_to(f"../../outside/{name}")

        with contextlib.chdir(inside), before(["open"], number, replace):
            _, out, err = run("check", "stack.yml")

        assert MARKER not in out + err


def test_only_the_user_passes_the_environment_on(repository, run, monkeypatch):
    monkeypatch.setenv("HOST", "a b")
    (repository / "stack.yml").write_text(GOOD.replace("app.example.com", "${HOST}"))
    (repository / "prod.env").write_text("OTHER=x\n")
    (repository / CONFIG).write_text(KEYS["env-file"].format("prod.env"))

    assert "unset-variable" in run("check", "--format", "concise", "stack.yml")[1]
    assert "invalid-value" in run("check", "--env", "--format", "concise", "stack.yml")[1]


# -- What the user names ---------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--env-file", "--proxy-config"])
def test_the_user_may_name_files_anywhere_and_pipes(repository, option):
    content = {"--env-file": "PORT=80\n", "--proxy-config": PROXY}[option]
    (repository.parent / "outside").write_text(content)
    read_end, write_end = os.pipe()
    os.write(write_end, content.encode())
    os.close(write_end)
    pipe = f"/dev/fd/{read_end}"

    assert "" == check(option, "../outside", "stack.yml", cwd=repository, status=0)
    assert "" == check(option, pipe, "stack.yml", cwd=repository, status=0, given=[read_end])


@pytest.mark.parametrize("option", ["--env-file", "--proxy-config"])
def test_even_the_user_is_not_kept_waiting(repository, option):
    reasons = {
        "pipe": "nothing was written to this pipe; check the command that writes it",
        "folder": "it is a folder",
        "socket": "not a regular file or a pipe",
        "large file": "larger than 1 MiB",
    }
    for kind, reason in reasons.items():
        make(repository / kind, kind)

        assert f"{kind}: cannot be read: {reason}\n" in check(
            option, kind, "stack.yml", cwd=repository
        )
    assert "/dev/zero: cannot be read: not a regular file or a pipe\n" in check(
        option, "/dev/zero", "stack.yml", cwd=repository
    )


def test_a_pipe_that_has_no_end(repository):
    with subprocess.Popen(["yes", "#"], stdout=subprocess.PIPE) as endless:
        pipe = f"/dev/fd/{endless.stdout.fileno()}"
        given = [endless.stdout.fileno()]
        err = check("--env-file", pipe, "stack.yml", cwd=repository, given=given)
        endless.kill()

    assert err.endswith(": cannot be read: larger than 1 MiB\n")


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("sub/own.env", ["dotenv-not-read"]),
        ("../outside", []),
        ("/proc/self/environ", []),
        ("/dev/zero", []),
        (".env", []),
    ],
)
def test_the_names_of_variables_outside_are_not_told(repository, run, target, found):
    """Which variables a file sets, such as one with credentials, is nobody else's business."""
    (repository / "stack.yml").write_text(GOOD.replace("app.example.com", "${A}"))
    (repository / "sub").mkdir()
    (repository / "sub" / "own.env").write_text("A=1\n")
    (repository / ".env").symlink_to(target)
    _, out, _ = run("check", "-f", "json", "--select", "dotenv-not-read", "stack.yml")

    assert found == [each["rule"] for each in json.loads(out)["diagnostics"]]
