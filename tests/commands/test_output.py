"""Reports in files: never over what is read, and as a whole or not at all."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest
from support import BAD, GOOD, PATIENCE, ROOT, component, require_git

from linter.files import output

CONFIG = ".interlock-lint.yaml"
PROXY = '[Extensions.default]\nImage = "nginx"\n'
FILES = {
    "stack.yml": BAD,
    "other.yml": GOOD,
    "prod.env": "A=1\n",
    "proxy.toml": PROXY,
    CONFIG: (
        "proxy-config: proxy.toml\n"
        "stacks:\n  - {name: shop, files: [stack.yml, other.yml], env-file: prod.env}\n"
    ),
    "own/interlock.toml": PROXY,
    "own/config.yaml": "fail-on: error\n",
    "own/own.env": "B=1\n",
    "own/unlabeled.stack.yml": "services: {}\n",
    "own/broken.stack.yml": b"com.docker.lb.hosts: \xff\n",
}
OPTIONS = "--config own/config.yaml --proxy-config own/interlock.toml --env-file own/own.env"


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("check stack.yml", "stack.yml"),
        ("check ./stack.yml", "stack.yml"),
        ("check stack.yml", "./own/../stack.yml"),
        ("check stack.yml", "link.yml"),
        ("check stack.yml", "hard.yml"),
        ("check link.yml", "stack.yml"),
        ("check hard.yml", "stack.yml"),
        ("check .", "stack.yml"),
        ("check stack.yml", "other.yml"),
        ("check stack.yml", "prod.env"),
        ("check stack.yml", "proxy.toml"),
        ("check stack.yml", CONFIG),
        ("check --isolated -c other.yml -c stack.yml", "stack.yml"),
        (f"check {OPTIONS} stack.yml", "own/config.yaml"),
        (f"check {OPTIONS} stack.yml", "own/interlock.toml"),
        (f"check {OPTIONS} stack.yml", "own/own.env"),
        ("check own", "own/unlabeled.stack.yml"),
        ("check own", "own/broken.stack.yml"),
        ("check --isolated own/broken.stack.yml", "own/broken.stack.yml"),
        ("check --isolated own/interlock.toml", "own/interlock.toml"),
        ("routes stack.yml", "other.yml"),
        ("labels list stack.yml", "stack.yml"),
        ("labels get stack.yml web port", "stack.yml"),
        ("labels set --write other.yml web port=81", "other.yml"),
        ("labels unset --write other.yml web port", "other.yml"),
        ("migrate --write --to vip other.yml", "other.yml"),
        ("fix --write stack.yml", "stack.yml"),
        ("labels set --write --isolated --backup .bak other.yml web port=81", "other.yml.bak"),
    ],
)
def test_no_report_is_written_over_what_is_read(workspace, run, command, path):
    folder = workspace(FILES)
    (folder / "link.yml").symlink_to("stack.yml")
    os.link(folder / "stack.yml", folder / "hard.yml")
    before = contents(folder)
    status, out, err = run(*command.split(), "--output", f"json={path}")

    assert (2, "") == (status, out)
    assert err.startswith(f"error: --output: {path}: ")
    assert err.endswith("; choose another file\n")
    assert before == contents(folder)


NAMING = """\
include: [{path: [more.yml]}]
services:
  web:
    image: i
    env_file: [prod.env, {path: sub/more.env}]
    extends: {file: base.yml, service: x}
    build: {context: ., dockerfile: Own}
    credential_spec: {file: spec.json}
    deploy:
      labels: {com.docker.lb.hosts: a.example.com, com.docker.lb.port: 80, file: free}
configs:
  c: {file: "${FOLDER:-sub}/c.conf"}
secrets:
  s: {file: ./key}
"""
NAMED = (
    *(".env", "prod.env", "sub/more.env", "base.yml", "more.yml", "Own", "spec.json"),
    *("sub/c.conf", "key"),
)


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize(
    "command",
    [
        "check stack.yml",
        "check stack.yml.j2",
        "check --jobs 2 stack.yml stack.yml.j2",
        "check -c stack.yml",
        "check .",
        "fix --write stack.yml",
        "labels list stack.yml",
        "labels set --write --force stack.yml web port=81",
        "migrate --write --to vip stack.yml",
        "plan old.yml stack.yml",
        "plan stack.yml old.yml",
        "routes stack.yml",
    ],
)
def test_no_report_is_written_over_what_a_stack_names(workspace, run, command, path):
    others = dict.fromkeys(NAMED, "A=1\n")
    folder = workspace({**others, "stack.yml": NAMING, "stack.yml.j2": NAMING, "old.yml": GOOD})
    before = contents(folder)
    output = path if path != "key" else "link"
    (folder / "link").symlink_to("key")
    status, out, err = run(*command.split(), "--isolated", "--output", f"json={output}")

    assert (2, "") == (status, out)
    assert err.startswith(f"error: --output: {output}: ")
    assert err.endswith("; choose another file\n")
    assert before == contents(folder)


@pytest.mark.parametrize("path", ["prod.env", "ci/more.env", "ci/third.env"])
@pytest.mark.parametrize("command", ["check ci/deploy.sh", "check .", "routes ci/deploy.sh"])
def test_nor_over_what_a_command_in_a_script_names(workspace, run, command, path):
    """It is not known in which folder the script runs: in its own, or in the current one."""
    script = (
        "docker service create --env-file prod.env --env-file=more.env --env-file third.env \\\n"
        "  --name web --label com.docker.lb.hosts=a.example.com nginx\n"
    )
    envs = dict.fromkeys(("prod.env", "ci/more.env", "ci/third.env"), "A=1\n")
    folder = workspace({**envs, "ci/deploy.sh": script})
    before = contents(folder)
    status, out, err = run(*command.split(), "--isolated", "--output", f"json={path}")

    assert (2, "") == (status, out)
    where = os.path.join("ci", "deploy.sh")
    assert err == f"error: --output: {path}: {where} names it; choose another file\n"
    assert before == contents(folder)


@pytest.mark.parametrize("path", ["stack.yml", "prod.env"])
@pytest.mark.parametrize(
    "command", ["check git:HEAD", "plan git:HEAD git:HEAD:stack.yml", "plan --log git:HEAD"]
)
def test_nor_over_what_a_stack_at_a_revision_names(workspace, run, command, path):
    require_git()
    folder = workspace({"stack.yml": NAMING, "prod.env": "A=1\n"})
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "m"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    before = contents(folder)
    status, _, err = run(*command.split(), "--isolated", "--output", f"json={path}")

    assert 2 == status
    assert err.startswith(f"error: --output: {path}: ")
    assert before == contents(folder)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("web port=81 --record r.json", "--record writes there"),
        ("--undo u.json", "--undo reads it"),
    ],
)
def test_nor_over_the_record_that_undoes_changes(workspace, run, monkeypatch, words, why):
    path = words.split()[-1]
    folder = workspace({"u.json": '{"version": 1, "services": []}'})
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    before = contents(folder)
    status, _, err = run("labels", "set", "swarm:", *words.split(), "--output", f"json=./{path}")

    assert 2 == status
    assert err.endswith(f"error: --output: ./{path}: {why}; choose another file\n")
    assert before == contents(folder)


def test_a_report_is_written_over_the_one_before_though_labels_and_comments_name_it(workspace, run):
    text = NAMING.replace("file: free", "file: report.json") + "# report.json\n"
    folder = workspace({"stack.yml": text, "report.json": "old"})

    assert run("check", "--isolated", ".", "--output", "json=report.json")[0] in (0, 1)
    assert json.loads((folder / "report.json").read_text())


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (["json=folder"], "folder: it is a folder"),
        (["json=to-folder"], "to-folder: it is a folder"),
        (["json=no/where.json"], "no/where.json: there is no folder no"),
        (["json=stack.yml/report.json"], "stack.yml/report.json: not a directory"),
        (["json=loop"], "loop: too many levels of symbolic links"),
        (["json=" + "x" * 300], "x" * 300 + ": file name too long"),
        (["json=r", "text=r"], "r: another report is written there too"),
        (["json=r.json", "text=./r.json"], "./r.json: another report is written there too"),
        (["json=r.json", "text=to-report"], "to-report: another report is written there too"),
        (["json=r.json", "text=folder"], "folder: it is a folder"),
    ],
)
@pytest.mark.parametrize("command", ["check", "routes", "migrate --write --to vip"])
def test_what_cannot_be_written_is_refused_before_anything_is_done(
    workspace, run, outputs, reason, command
):
    folder = workspace({"stack.yml": GOOD, "folder/x": ""})
    (folder / "to-folder").symlink_to("folder")
    (folder / "to-report").symlink_to("r.json")
    (folder / "loop").symlink_to("loop")
    before = contents(folder)
    words = [word for each in outputs for word in ("--output", each)]

    assert (2, "", f"error: --output: {reason}\n") == run(*command.split(), "stack.yml", *words)
    assert before == contents(folder)


def test_the_same_pipe_may_get_several_reports(workspace, run):
    workspace({"stack.yml": BAD})

    assert 1 == run("check", "stack.yml", *("--output", "json=/dev/null") * 2)[0]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_report_is_replaced_with_its_mode(workspace, run, mode):
    folder = workspace({"stack.yml": BAD, "report.json": "x" * 100_000})
    report = folder / "report.json"
    report.chmod(mode)
    inode = report.stat().st_ino
    run("check", "stack.yml", "--output", "json=report.json")

    assert json.loads(report.read_text())["diagnostics"]
    assert (mode, True) == (stat.S_IMODE(report.stat().st_mode), inode != report.stat().st_ino)
    assert {"stack.yml", "report.json"} == contents(folder).keys()


def test_a_new_report_has_the_usual_mode(workspace, run):
    folder = workspace({"stack.yml": BAD})
    run("check", "stack.yml", "--output", "json=report.json")

    assert 0o644 == stat.S_IMODE((folder / "report.json").stat().st_mode)


def test_a_report_through_a_link(workspace, run):
    folder = workspace({"stack.yml": BAD, "real/x": ""})
    (folder / "link.json").symlink_to("real/report.json")
    run("check", "stack.yml", "--output", "json=link.json")

    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "real" / "report.json").read_text())["diagnostics"]


OUT, INTO = "out of the repository", "into the repository's .git"


@pytest.mark.parametrize(
    ("path", "where", "command"),
    [
        *(
            (path, OUT, "check . --output json={}")
            for path in (
                *("report.json", "./sub/../report.json", "new.json", "away/report.json"),
                *("inner/report.json", "sub/module/report.json"),
            )
        ),
        ("hook.json", INTO, "check . --output json={}"),
        *(
            ("report.json", OUT, command)
            for command in (
                "fix --write . --output json={}",
                "plan . . --output json={}",
                "check . --write-baseline {}",
                "check . --prune-baseline --baseline {}",
            )
        ),
    ],
)
def test_no_link_of_a_repository_leads_what_is_written_out_of_it(
    repository, run, tmp_path, path, where, command
):
    """A repository may have a link in the place where somebody always writes a report."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".git").mkdir()
    (outside / "report.json").write_text('{"version": 1, "findings": []}')
    folder = repository({"stack.yml": BAD, "sub/x": "", "sub/module/.git/x": ""})
    (folder / "report.json").symlink_to("../outside/report.json")
    (folder / "new.json").symlink_to("../outside/new.json")
    (folder / "away").symlink_to("../outside")
    (folder / "inner").symlink_to("away")
    (folder / "sub" / "module" / "report.json").symlink_to("../../report.json")
    (folder / "hook.json").symlink_to(".git/hooks/pre-commit")
    before = contents(tmp_path)
    option = "--prune-baseline" if "--prune" in command else command.split()[-2]
    reason = f"a link leads from there {where}; name the file that it leads to"

    assert (2, "", f"error: {option}: {path}: {reason}\n") == run(
        *command.format(path).split(), "--isolated"
    )
    assert before == contents(tmp_path)


def test_a_link_to_a_repository_leads_a_report_into_it(repository, run, tmp_path):
    folder = repository({"stack.yml": BAD, "real/x": ""})
    (tmp_path / "link").symlink_to(folder)
    (folder / "link.json").symlink_to("real/report.json")
    run("check", "stack.yml", "--output", f"json={tmp_path}/link/link.json")

    assert json.loads((folder / "real" / "report.json").read_text())["diagnostics"]


def test_the_owner_of_a_report_is_kept(workspace, run):
    component("root", os.geteuid() == 0, "only root can give files away")
    folder = workspace({"stack.yml": BAD, "report.json": ""})
    os.chown(folder / "report.json", 1234, 1235)
    run("check", "stack.yml", "--output", "json=report.json")

    status = (folder / "report.json").stat()
    assert (1234, 1235) == (status.st_uid, status.st_gid)


def shell(folder, command, **options):
    return subprocess.run(
        f"{sys.executable} -m linter {command}",
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,
    )


def test_streams_are_written_to(workspace):
    """One after the other, also if they lead to the same file."""
    folder = workspace({"stack.yml": BAD})
    command = "check -q -f concise stack.yml --output json=/dev/stdout"
    direct = shell(folder, command)
    shell(folder, f"{command} >out")
    piped = shell(folder, f"{command.replace('stdout', 'fd/3')} 3>&1 >/dev/null | cat")
    shell(folder, "check -q stack.yml --output json=/dev/stderr >/dev/null 2>err")

    assert direct.stdout == (folder / "out").read_text()
    report, _, lines = direct.stdout.rpartition("}\n")
    assert lines.startswith("stack.yml:")
    assert f"{report}}}\n" == piped.stdout == (folder / "err").read_text()
    assert {"stack.yml", "out", "err"} == contents(folder).keys()


def test_a_pipe_is_written_to(workspace):
    folder = workspace({"stack.yml": BAD})
    os.mkfifo(folder / "fifo")
    result = shell(folder, "check -q stack.yml --output json=fifo >/dev/null & cat fifo; wait $!")

    assert json.loads(result.stdout)["diagnostics"]
    assert stat.S_ISFIFO((folder / "fifo").stat().st_mode)


def test_a_pipe_that_nobody_reads(workspace, run, monkeypatch):
    monkeypatch.setattr(output, "READER_SECONDS", 0.1)
    folder = workspace({"stack.yml": GOOD})
    os.mkfifo(folder / "fifo")
    reason = "nobody reads this pipe; start the command that reads it first"

    assert (3, "", f"error: --output: fifo: {reason}\n") == run(
        "check", "-q", "stack.yml", "--output", "json=fifo"
    )


@pytest.mark.parametrize(
    "command", ["check stack.yml", "routes stack.yml", "labels list stack.yml"]
)
def test_a_disk_that_is_full(workspace, command):
    """What is printed is still printed."""
    folder = workspace({"stack.yml": BAD})
    result = shell(folder, f"{command} --output json=/dev/full")

    assert (3, "error: --output: /dev/full: no space left on device\n") == (
        result.returncode,
        result.stderr,
    )
    assert shell(folder, command).stdout == result.stdout != ""


@pytest.fixture
def small_disk(tmp_path):
    """A file system with little room, which needs root."""
    path = tmp_path / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(path)]
    works = os.geteuid() == 0 and not subprocess.run(command, capture_output=True).returncode
    component("tmpfs", works, "no file system can be mounted here")
    yield path
    subprocess.run(["umount", str(path)], check=True)


@pytest.mark.parametrize("old", [None, "from before\n"])
def test_a_report_that_does_not_fit_leaves_what_was_there(workspace, run, small_disk, old):
    services = BAD.partition("  web:")[2]
    workspace({"stack.yml": "services:\n" + "".join(f"  s{n}:{services}" for n in range(60))})
    report = small_disk / "report.json"
    if old:
        report.write_text(old)
    status, out, err = run("check", "-f", "concise", "stack.yml", "--output", f"json={report}")

    assert (3, f"error: --output: {report}: no space left on device\n") == (status, err)
    assert 60 == out.count("\n")
    assert ([old] if old else []) == [path.read_text() for path in small_disk.iterdir()]


def expect_signals():
    """The tests themselves may have been started with signals ignored, as by `nohup`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
@pytest.mark.parametrize("call", ["chmod", "fsync", "replace"])
def test_a_signal_leaves_the_old_report_or_the_new(workspace, name, call):
    """A signal that can be held back leaves nothing else either."""
    folder = workspace({"stack.yml": BAD, "report.json": "old"})
    code = (
        "import os, signal, sys\n"
        f"real = os.{call}\n"
        "def call(*arguments, **options):\n"
        "    if any('.interlock-lint-' in str(each) for each in os.listdir('.')):\n"
        f"        os.kill(os.getpid(), signal.{name})\n"
        "    return real(*arguments, **options)\n"
        f"os.{call} = call\n"
        "from linter.cli import main\n"
        "sys.argv[1:] = ['check', 'stack.yml', '--output', 'json=report.json']\n"
        "sys.exit(main())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=expect_signals,
    )
    text = (folder / "report.json").read_text()

    assert (130 if name == "SIGINT" else -getattr(signal, name)) == result.returncode
    assert "" == result.stderr
    assert text == "old" or json.loads(text)["diagnostics"]
    if name != "SIGKILL":
        assert {"stack.yml", "report.json"} == contents(folder).keys()
