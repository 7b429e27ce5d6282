"""`--jobs`: however many processes share the work, the output is the same to the byte."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import BAD, GOOD, PATIENCE, ROOT, WARNING

from linter.files import shares
from linter.report import changes
from linter.report import check as formats

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is one process here")

FIXTURES = Path(__file__).parent.parent / "rules"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

# Stacks of several files, one of which is in two of them, and findings that are ignored.
CONFIGURATION = """\
stacks:
- files: [a/missing_port.yml, b/unknown_label.yml]
- files: [a/missing_port.yml, c/unused_ignore.yml]
ignore:
- {rule: missing-network, path: b/**, reason: known}
"""

CONFIGURED = ("a/missing_port.yml", "b/unknown_label.yml", "c/unused_ignore.yml")


def run(*words, code="", input_=None):
    """A process of its own: one that tests run in may have threads, and starts no others then."""
    program = ["-c", code] if code else ["-m", "linter"]
    result = subprocess.run(
        [sys.executable, *program, *words],
        input=input_,
        capture_output=True,
        env=ENVIRONMENT,
        timeout=PATIENCE,
    )
    assert b"Traceback" not in result.stderr
    return result.returncode, result.stdout, result.stderr


def of(folder):
    """All files of a folder, by their names."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def fixtures(workspace):
    """Fills some folders with the fixtures of all rules, or of every so many, and a broken file."""

    def fill(every=1):
        folder = workspace({"b/broken.stack.yml": "a: [b # com.docker.lb."})
        paths = sorted(FIXTURES.glob("*.yml"))
        for number, path in enumerate(paths[::every]):
            target = folder / "abc"[number * every * 3 // len(paths)] / path.name
            target.parent.mkdir(exist_ok=True)
            shutil.copy(path, target)
        for name in CONFIGURED:
            shutil.copy(FIXTURES / Path(name).name, folder / name)
        (folder / ".interlock-lint.yaml").write_text(CONFIGURATION)
        return folder

    return fill


def same(words, folder, numbers=("1", "3")):
    """What a command line prints and writes, whatever the number of processes."""
    found = []
    for number in numbers:
        out = folder.parent / f"out{number}"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        link = folder.parent / "out"
        link.unlink(missing_ok=True)
        link.symlink_to(out)
        found.append((run(*words, "--jobs", number), of(out)))
    first, *others = found
    for other in others:
        assert first == other
    return first


def test_check_in_all_formats(fixtures):
    outputs = [f"--output={name}=../out/{name}" for name in formats.NAMES]
    (status, out, err), written = same(
        ["check", "--verbose", *outputs, "."], fixtures(), ("1", "2", "5")
    )

    assert 3 == status
    assert b"findings" in out or b"errors" in out
    assert b"reading" in err
    assert set(formats.NAMES) == set(written)
    assert len(json.loads(written["json"])["diagnostics"]) > 500


def test_check_uses_processes_when_it_is_told_to(workspace):
    folder = workspace({f"{number}.stack.yml": GOOD for number in range(4)})
    code = (
        "import os, sys\n"
        "from linter.checking.checker import Checker\n"
        "judge = Checker.judge\n"
        "def observed(*arguments):\n"
        "    with open('../pids', 'a') as file:\n"
        "        file.write(f'{os.getpid()}\\n')\n"
        "    judge(*arguments)\n"
        "Checker.judge = observed\n"
        "from linter.cli import main\n"
        "sys.exit(main())\n"
    )

    def processes(*words):
        (folder.parent / "pids").write_text("")
        run("check", *words, ".", code=code)
        return len(set((folder.parent / "pids").read_text().split()))

    assert 1 == processes()
    assert 1 == processes("--jobs", "1")
    # All of them have the same host, so one process judges them together in the end.
    assert 3 == processes("--jobs", "2")
    assert 5 == processes("--jobs", "100")


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--statistics", "."],
        ["check", "-q", "--min-severity", "error", "-f", "jsonl", "a", "b/unknown_label.yml"],
        ["check", "--write-baseline", "../out/known.json", "."],
        ["check", "--proxy-config", "proxy.toml", "."],
        ["check", ".", "proxy.toml"],
        ["check", "-c", "a/missing_port.yml", "-c", "c/z.stack.yml"],
        ["check", "a", "missing", "b"],
        ["check", "a", "wrong"],
        ["check", "--isolated", "--env-file", "some.env", "."],
        ["check", "--stdin-filename", "c/x.yml", "-", "a"],
    ],
    ids=" ".join,
)
def test_check_with_options(fixtures, workspace, words):
    folder = fixtures(every=15)
    workspace(
        {
            "proxy.toml": '[Extensions.default]\nImage = "nginx"\nProxyReplicas = 2\n',
            "some.env": "HOST=app.example.com\nPORT=8080\n",
            "wrong/.interlock-lint.yaml": "nonsense: 1",
            "wrong/stack.yml": GOOD,
        }
    )
    same(words, folder)


PROXY = """\
[Extensions.default]
Image = "nginx"
ProxyReplicas = 2
PublishMode = "host"
[Extensions.default.Config]
IPHash = true
"""


@pytest.mark.parametrize(
    "words",
    [["--isolated", "--proxy-config", "proxy.toml"], [], ["--changed"]],
    ids=["named", "configured", "changed"],
)
def test_check_of_what_a_proxy_serves(workspace, repository, words):
    files = {
        f"{folder}/{number}.stack.yml": GOOD.replace("app.", f"{folder}{number}.").replace(
            "com.docker.lb.port",
            "com.docker.lb.sticky_session_cookie: s\n        com.docker.lb.port",
        )
        for number in range(3)
        for folder in "ab"
    }
    settings = {
        "a/.interlock-lint.yaml": "proxy-config: ../proxy.toml\n",
        "b/.interlock-lint.yaml": "proxy-config: ../proxy.toml\nfail-on: error\n",
    }
    folder = repository({**files, **settings, "proxy.toml": PROXY})
    workspace({"a/1.stack.yml": files["a/1.stack.yml"] + "# changed\n"})
    (_, out, _), _ = same(["check", "-f", "json", *words, "."], folder, ("1", "2", "5"))
    found = [each for each in json.loads(out)["diagnostics"] if each["path"] == "proxy.toml"]

    assert {"cluster-ip-hash"} == {each["rule"] for each in found}
    assert len(found[0]["notes"]) > 1


def test_check_with_a_baseline_that_is_pruned(fixtures):
    folder = fixtures(every=10)
    run("check", "--write-baseline", "known.json", ".")
    for path in sorted((folder / "b").glob("*.yml"))[:3]:
        path.write_text(GOOD)
    before = (folder / "known.json").read_bytes()
    found = []
    for number in ("1", "3"):
        (folder / "known.json").write_bytes(before)
        words = ("check", "--baseline", "known.json", "--prune-baseline", "--jobs", number, ".")
        found.append((run(*words), (folder / "known.json").read_bytes()))

    assert before != found[0][1]
    assert found[0] == found[1]


@pytest.mark.parametrize("more", [[], ["--only-changed-lines"]], ids=["stacks", "lines"])
def test_check_of_what_has_changed(fixtures, repository, workspace, more):
    folder = fixtures(every=5)
    repository({"a/first.stack.yml": BAD})
    for path in sorted((folder / "c").glob("*.yml"))[:3]:
        path.write_text(path.read_text() + "# changed\n")
    workspace({"a/first.stack.yml": WARNING})
    (status, out, _), _ = same(["check", "--changed", *more, "-f", "json"], folder)
    summary = json.loads(out)["summary"]

    assert status in (0, 1)
    assert summary["unchanged_stacks"] > 20
    assert 4 == summary["files"]


@pytest.mark.parametrize(
    "words",
    [
        ["fix", "--unsafe", "."],
        ["fix", "--check", "a", "b"],
        ["migrate", "--to", "vip", "--drop-sticky", "--max-share-shift", "100", "."],
        ["labels", "set", "--force", ".", "*", "port=8081"],
        ["labels", "set", ".", "*", "port=8081", "com.example.team=one"],
    ],
    ids=" ".join,
)
def test_changes_in_all_formats(fixtures, words):
    outputs = [f"--output={name}=../out/{name}" for name in changes.NAMES]
    (_, out, _), written = same([*words, *outputs], fixtures(every=10))

    assert out or words[1] == "--check"
    assert set(changes.NAMES) == set(written)


def test_what_is_written_is_the_same(fixtures):
    folder = fixtures(every=10)
    before = {path: path.read_bytes() for path in folder.rglob("*.yml")}
    found = []
    for number in ("1", "3"):
        for path, data in before.items():
            path.write_bytes(data)
        printed = run("fix", "--write", "--unsafe", "--jobs", number, ".")
        found.append((printed, {path: path.read_bytes() for path in before}))

    assert before != found[0][1]
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["0", "-1", "two", "", "1.5"])
def test_what_is_no_number_of_processes(workspace, run, text):
    workspace({"stack.yml": GOOD})
    status, _, err = run("check", f"--jobs={text}", "stack.yml")

    assert 2 == status
    assert err.startswith("error: --jobs: ")


def test_many_files_are_divided_without_being_told(workspace, monkeypatch):
    monkeypatch.setattr(shares, "_processors", lambda: 2)
    monkeypatch.setattr(shares, "_has_threads", lambda: False)
    monkeypatch.setattr(shares, "TO_JUDGE", 2 * len(GOOD))
    used = []
    monkeypatch.setattr(
        "linter.files.workers.run",
        lambda tasks, _shared, most, tick: used.append(most) or [task(tick) for task in tasks],
    )
    from linter import cli

    for count, expected in ((3, []), (4, [2, 2])):
        used.clear()
        workspace({f"{number}.stack.yml": GOOD for number in range(count)})
        assert 0 == cli.main(["check", "-q", "--min-severity", "error"])
        assert expected == used


# -- Processes that fail -------------------------------------------------------------------------

# A process that judges or proves something about one of the files is killed, or waits forever.
TROUBLE = """\
import os, signal, sys, time
from linter.checking.checker import Checker
from linter.editing import proof
main_process = os.getpid()
def troubled(function, path):
    def call(*arguments):
        if path(*arguments).endswith("2.stack.yml") and os.getpid() != main_process:
            {trouble}
        return function(*arguments)
    return call
Checker.judge = troubled(Checker.judge, lambda _, stack, settings: stack.path)
proof.prove_changes = troubled(proof.prove_changes, lambda old, *_: old.path)
from linter.cli import main
sys.exit(main())
"""
KILLED = TROUBLE.format(trouble="os.kill(os.getpid(), signal.SIGKILL)")
STUCK = TROUBLE.format(trouble="print(os.getpid(), flush=True); time.sleep(1000)")


def hosts(number):
    """A stack with a mistake, and a host of its own."""
    return BAD.replace("app.", f"app{number}.")


def test_the_files_of_a_process_that_was_killed_are_not_judged(workspace):
    workspace({f"{number}.stack.yml": hosts(number) for number in range(4)})
    status, out, err = run("check", "--jobs", "4", "-f", "json", code=KILLED)
    report = json.loads(out)

    assert 3 == status
    assert ["0.stack.yml", "1.stack.yml", "3.stack.yml"] == [
        each["path"] for each in report["diagnostics"] if each["rule"] == "invalid-value"
    ]
    assert ["2.stack.yml"] == [each["path"] for each in report["unjudged"]]
    assert err.decode() == (
        "2.stack.yml: not judged: the process that worked on it was killed (SIGKILL); "
        "run again with `--jobs 1`, which needs less memory\n"
    )


@pytest.mark.parametrize(
    "words", [["migrate", "--to", "vip"], ["labels", "set", ".", "web", "com.example.team=one"]]
)
def test_what_a_process_that_was_killed_would_have_proved_is_not_changed(workspace, words):
    files = {f"{number}.stack.yml": GOOD.replace("app.", f"{number}.") for number in range(4)}
    folder = workspace(files)
    status, _, err = run(*words, "--write", "--jobs", "4", code=KILLED)
    left = [name for name in files if (folder / name).read_text() == files[name]]

    assert 3 == status
    assert ["2.stack.yml"] == left
    assert b"2.stack.yml: not judged: the process that worked on it was killed (SIGKILL)" in err


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("check --jobs 4", b""),
        ("migrate --to vip --jobs 4", b"interrupted; nothing was written\n"),
    ],
)
def test_a_signal_leaves_no_process_behind(workspace, sent, status, words, said):
    workspace({f"{number}.stack.yml": GOOD.replace("app.", f"{number}.") for number in range(4)})
    with subprocess.Popen(
        [sys.executable, "-c", STUCK, *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads
    ) as process:
        stuck = int(process.stdout.readline())
        process.send_signal(sent)
        _, err = process.communicate(timeout=PATIENCE)

    assert status == process.returncode
    assert err == (said if sent == signal.SIGINT else b"")
    with pytest.raises(ProcessLookupError):
        os.kill(stuck, 0)
