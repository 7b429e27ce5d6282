"""Interrupts at any moment, and surroundings in which something is missing or broken."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from functools import partial

import pytest
from support import BAD, GOOD, PATIENCE, ROOT, STICKY, Terminal, before, unwrapped

from linter import cli
from linter.terminal import Progress

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FIXABLE = f"{BAD}        com.docker.lb.ssl_passthrough: true\n"
HOSTS = BAD.replace("app.example.com", "café.example.com,日本")


def run(*words, code="", input_=None, **options):
    """A process of its own, in which an interrupt is what it is for Python by default."""
    program = ["-c", code] if code else ["-m", "linter"]
    result = subprocess.run(
        [sys.executable, *program, *words],
        input=input_,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **{"env": ENVIRONMENT, **options},
    )
    assert "Traceback" not in result.stderr
    return result.returncode, result.stdout, result.stderr


def shell(command, **options):
    """A shell command in which `lint` is the program; its status and both its outputs."""
    result = subprocess.run(
        command.replace("lint ", f"{sys.executable} -m linter ", 1),
        shell=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        **{"env": ENVIRONMENT, **options},
    )
    assert "Traceback" not in result.stderr
    return result.returncode, result.stdout, result.stderr


# -- Interrupts ----------------------------------------------------------------------------------

# What pip makes of the entry point, and what may happen in the meantime.
SCRIPT = """\
import os, signal, sys
from linter.cli import main
done = 0
def step(*_):
    global done
    done += 1
    if done == int(number):
        os.kill(os.getpid(), signal.SIGINT)
number = sys.argv.pop(1)
{watch}
status = main()
sys.setprofile(None)
if status != 130:
    print(done, file=sys.__stderr__)
sys.exit(status)
"""
IMPORTS = """\
class Finder:
    def find_spec(self, *_):
        step()
sys.meta_path.insert(0, Finder())
"""
CALLS = "sys.setprofile(step)\n"
EXIT = """\
import atexit
number = 1
atexit.register(step)
"""


def steps(words, code, fill):
    """What a run prints that is not interrupted, and at how many moments it could be."""
    for _ in range(2):  # the first one may compile modules, which takes many steps
        fill()
        _, whole, counted = run("0", *words.split(), code=code)
    return whole, int(counted.splitlines()[-1])


@pytest.mark.parametrize(
    "words",
    ["check stack.yml", "migrate --to vip stack.yml", "check --jobs 2 stack.yml other.yml"],
)
@pytest.mark.parametrize("watch", [IMPORTS, CALLS], ids=["imports", "calls"])
def test_an_interrupt_at_any_moment_ends_the_run_quietly(workspace, words, watch):
    code = SCRIPT.format(watch=watch)
    whole, total = steps(words, code, partial(workspace, {"stack.yml": GOOD, "other.yml": GOOD}))
    said = "interrupted; nothing was written\n" if words.startswith("migrate") else ""

    assert total > 30
    # The first one calls `main`. How often other processes are heard of differs a little.
    for number in [2, 3, 4, 9, *(total * part // 13 for part in range(1, 13))]:
        status, out, err = run(str(number), *words.split(), code=code)

        assert 130 == status
        assert out in ("", whole), "output is printed at once, at the end"
        assert out or err in ("", said)


@pytest.mark.parametrize("command", ["labels set", "migrate"])
def test_an_interrupt_says_what_was_written(workspace, command):
    """From the moment on at which stack files are read."""
    words = "labels set --write stack.yml web port=81" if command == "labels set" else ""
    words = words or "migrate --to vip --write stack.yml"
    fill = partial(workspace, {"stack.yml": GOOD})
    code = SCRIPT.format(watch=CALLS)
    _, total = steps(words, code, fill)
    said = set()
    for number in [10, *(total * part // 41 for part in range(1, 41))]:
        folder = fill()
        status, _, err = run(str(number), *words.split(), code=code)
        same = GOOD == (folder / "stack.yml").read_text()
        said.add(last := err.splitlines()[-1] if err else "")

        assert 130 == status
        assert same or "interrupted; all changes were written" == last
        assert not same or last in ("", "interrupted; nothing was written")

    assert "interrupted; nothing was written" in said


def terminal(folder, *words):
    """What a run shows on a terminal for standard error, and on a pipe for standard output."""
    main, child = os.openpty()
    result = subprocess.run(
        [sys.executable, "-m", "linter", *words],
        stdout=subprocess.PIPE,
        stderr=child,
        cwd=folder,
        timeout=PATIENCE,
        env={**ENVIRONMENT, "TERM": "xterm"},
    )
    os.close(child)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal is closed
        while more := os.read(main, 4096):
            shown += more
    os.close(main)
    return shown.decode(), result.stdout.decode()


CLEAR = "\r\x1b[K"


@pytest.mark.parametrize("command", ["check -q", "routes -q", "labels list", "fix -q", "init"])
def test_a_terminal_shows_the_progress_and_nothing_of_it_stays(workspace, command):
    folder = workspace({f"{number}.stack.yml": GOOD for number in range(25)})
    shown, out = terminal(folder, *command.split(), ".")

    assert shown.startswith("".join(f"{CLEAR}reading file {n} of 25" for n in range(1, 26)))
    assert f"reading file 25 of 25{CLEAR}" in shown
    assert "reading file" not in out


def test_a_terminal_shows_the_progress_of_both_sides_of_a_plan(workspace):
    sides = {f"{side}/{n}.stack.yml": GOOD for side in ("old", "new") for n in range(25)}
    shown, _ = terminal(workspace(sides), "plan", "old", "new")

    assert 2 == shown.count(f"{CLEAR}reading file 25 of 25{CLEAR}")


def test_a_terminal_shows_the_progress_through_commits(workspace):
    folder = workspace({})
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    for number in range(21):
        (folder / "stack.yml").write_text(f"{GOOD}# {number}\n")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "m"], check=True)
    shown, _ = terminal(folder, "plan", "--log", "git:HEAD")

    assert f"{CLEAR}reading commit 21 of 21{CLEAR}" in shown


@pytest.mark.parametrize("command", ["fix -q --unsafe .", "labels set -q . web port=81"])
def test_a_terminal_shows_the_progress_of_the_proof(workspace, command):
    folder = workspace({f"{number}.stack.yml": STICKY for number in range(25)})
    shown, _ = terminal(folder, *command.split())

    for number in range(1, 26):
        assert f"{CLEAR}verifying stack {number} of 25{CLEAR}" in shown
    assert shown.endswith(CLEAR)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("check --jobs 2 .", "judging stack"),
        ("plan old new", "judging stack"),
        ("migrate --to vip .", "judging stack"),
        ("migrate --to vip --jobs 2 .", "verifying stack"),
    ],
)
def test_a_terminal_shows_the_progress_of_whatever_takes_long(workspace, command, what):
    files = {f"old/{n}.stack.yml": GOOD for n in range(25)}
    folder = workspace({**files, **{f"new/{n}.stack.yml": STICKY for n in range(25)}})
    shown, _ = terminal(folder, *command.split())

    assert f"{CLEAR}{what} 2 of " in shown
    assert not re.search(rf"{what} [0-9]+ of [0-9]+(?!\r)$", shown)


@pytest.mark.parametrize("command", ["check big", "init big", "plan big stack.yml"])
def test_a_terminal_shows_how_many_folders_were_searched(workspace, command):
    files = {f"big/{number}/{number}.stack.yml": GOOD for number in range(30)}
    shown, _ = terminal(workspace({**files, "stack.yml": GOOD}), *command.split())

    assert f"{CLEAR}searching folder 2 of 31{CLEAR}" in shown
    assert not re.search(r"searching folder [0-9]+ of [0-9]+(?!\r)$", shown)


def test_a_terminal_does_not_break_the_words_of_a_long_sentence(workspace):
    shown, _ = terminal(workspace({"stack.yml": GOOD}), "migrate", "--to", "vip", "stack.yml")
    sentence = (
        "would add 1 label to service web in 1 file; nothing else changes; run with --write to"
    )

    assert unwrapped(shown).startswith(sentence)
    assert 2 == len(shown.splitlines())


def test_a_few_things_are_many_if_they_take_a_second(monkeypatch):
    shown, now = Terminal(), iter((0, 0.5, 1.5, 1.6))
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    progress = Progress("reading commit")
    for done in range(4):
        progress(done, 3)

    assert f"{CLEAR}reading commit 3 of 3{CLEAR}" == shown.getvalue()


def test_what_may_take_any_time_is_shown_from_the_beginning(monkeypatch):
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    progress = Progress("asking the engine, question", waits=True)
    progress(0, 4)
    progress.clear()  # or the next test that prints anything does

    assert f"{CLEAR}asking the engine, question 1 of 4{CLEAR}" == shown.getvalue()


def test_a_warning_does_not_continue_the_line_of_the_progress(workspace):
    folder = workspace({f"{number}.stack.yml": GOOD for number in range(25)})
    shown, _ = terminal(folder, "routes", "-v", ".")

    assert f"{CLEAR}reading file 25 of 25{CLEAR}reading " in shown


def test_a_pipe_shows_no_progress(workspace):
    workspace({f"{number}.stack.yml": GOOD for number in range(25)})

    assert "" == run("check", "-q", ".")[2]


def test_a_short_run_shows_no_progress(workspace):
    folder = workspace({"stack.yml": GOOD})

    assert "" == terminal(folder, "check", "-q", ".")[0]


def test_an_interrupt_when_everything_is_done(workspace):
    workspace({"stack.yml": GOOD})
    status, _, err = run("0", "check", "-q", "stack.yml", code=SCRIPT.format(watch=EXIT))

    assert (130, "0") == (status, err.strip())


def test_an_interrupt_that_is_ignored_stays_ignored(workspace):
    """As in a command that a shell script runs in the background."""
    workspace({"stack.yml": BAD})
    watch = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + IMPORTS

    assert 1 == run("5", "check", "stack.yml", code=SCRIPT.format(watch=watch))[0]


def test_an_interrupt_of_a_caller_is_left_to_the_caller(monkeypatch):
    """A program that calls the linter keeps its own handlers."""
    handler = signal.getsignal(signal.SIGINT)

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("linter.program.run", interrupt)

    assert 130 == cli.main(["check"])
    assert handler is signal.getsignal(signal.SIGINT)


CALLED = ("open", "fsync", "replace", "unlink", "utime", "chmod")


def forked(words, number, sent):
    """
    How a run ends that gets a signal right before one of the calls of the operating system.

    It is forked, because all that is imported by now takes long to import.
    """
    child = os.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for stream, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"../{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(each), "w") for each in (1, 2))
        sys.argv = ["interlock-lint", *words]
        with before(CALLED, number, lambda: os.kill(os.getpid(), sent)):
            os._exit(cli.main())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["fix --unsafe --write", "migrate --to vip --write"])
@pytest.mark.parametrize("more", [["one.yml"], ["one.yml", "sub/two.yml", "--backup", ".bak"]])
def test_a_signal_while_files_are_written(workspace, monkeypatch, sent, command, more):
    """All files get their new text or keep the old one, whenever it comes; nothing else is left."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    text = STICKY if command.startswith("fix") else GOOD
    files = dict.fromkeys(("one.yml", "sub/two.yml"), text)
    status, number, outcomes = None, 0, set()
    while status != 0:
        number += 1
        folder = workspace(files)
        status = forked([*command.split(), *more], number, sent)
        written = {name: (folder / name).read_text() for name in files if name in more}
        kept = {path.name for path in folder.rglob("*") if path.is_file()}

        assert status in (0, {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}[sent])
        assert 1 == len(set(written.values()))
        outcomes.add(text in written.values())
        said = "nothing was written" if text in written.values() else "all changes were written"
        words = "" if sent is signal.SIGTERM else f"interrupted; {said}\n"

        assert words == (folder / "../err").read_text() or status == 0
        assert {"one.yml", "two.yml"} == {name for name in kept if not name.endswith(".bak")}
        if text in written.values():
            assert 2 == len(kept)
        for path in folder.rglob("*.bak"):
            path.unlink()

    assert {True, False} == outcomes
    assert 10 < number < 200


# -- The current folder --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "check .",
        "check stack.yml",
        "check --isolated .",
        "fix --write .",
        "routes stack.yml",
        "labels list .",
        "labels set --write stack.yml web port=80",
        "migrate --to vip",
        "check -c stack.yml",
        "check --show-settings .",
    ],
)
def test_a_folder_that_no_longer_exists(tmp_path, words):
    command = f"mkdir gone && cd gone && rmdir ../gone && lint {words}"

    assert (3, "", "error: the current folder no longer exists\n") == shell(command, cwd=tmp_path)


@pytest.mark.parametrize(
    "words", ["check -q -f concise --isolated", "labels set --isolated --write"]
)
def test_what_does_not_need_the_current_folder_works_without(tmp_path, words):
    path = tmp_path / "stack.yml"
    path.write_text(BAD)
    command = f"mkdir gone && cd gone && rmdir ../gone && lint {words} {path}"
    command += " web port=80" if "set" in words else ""
    status, _, err = shell(command, cwd=tmp_path)

    assert (0 if "set" in words else 1) == status
    assert "no longer exists" not in err


# -- Streams -------------------------------------------------------------------------------------

COMMANDS = [
    "check stack.yml",
    "fix stack.yml",
    "fix --write -",
    "routes stack.yml",
    "labels list stack.yml",
    "labels get stack.yml web port",
    "migrate --to vip stack.yml",
    "rules",
    "explain no-tasks",
    "check --help",
    "--help",
    "--version",
]
FULL = "error: cannot write output: no space left on device\n"
CLOSED = "error: cannot write output: standard output is closed\n"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("redirection", "error"), [(">/dev/full", FULL), (">&-", CLOSED)])
def test_results_that_cannot_be_printed(workspace, command, redirection, error):
    workspace({"stack.yml": FIXABLE})
    status, _, err = shell(f"lint {command} {redirection}", input=BAD)

    assert 3 == status
    assert error == err[-len(error) :]
    assert "error:" not in err[: -len(error)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_warnings_that_cannot_be_printed(workspace, command, redirection):
    workspace({"stack.yml": BAD})
    status, out, _ = shell(f"lint {command}", input=BAD)

    assert (status, out, "") == shell(f"lint {command} {redirection}", input=BAD)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_stream_at_all(workspace, command):
    folder = workspace({"stack.yml": FIXABLE})

    assert 3 == shell(f"lint {command} <&- >&- 2>&-")[0]
    assert ["stack.yml"] == os.listdir(folder)


def test_files_are_written_without_any_stream(workspace):
    """No file is opened under the number of a stream that something else might write to."""
    folder = workspace({"one.yml": STICKY, "two.yml": STICKY})
    shell("lint fix -q --unsafe --write . <&- >&- 2>&-")
    texts = {(folder / name).read_text() for name in ("one.yml", "two.yml")}

    assert [STICKY.replace("        com.docker.lb.ip_hash: 'true'\n", "")] == list(texts)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("streams", ["", "2>&1"])
def test_a_reader_that_is_gone(workspace, command, streams):
    folder = workspace({"stack.yml": BAD})
    (folder / "input").write_text(BAD)
    _, out, err = shell(f"{{ lint {command} <input {streams}; echo $? >status; }} | true")

    assert "" == out
    assert "error" not in err
    assert (folder / "status").read_text() in ("0\n", "1\n")


# -- The environment -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"HOME": None},
        {"LANG": "C", "LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "no_SUCH.locale"},
        {"TMPDIR": "/nowhere"},
        {"TMPDIR": "/proc"},
        {"PATH": ""},
        {"TERM": None, "COLUMNS": "0"},
        {"COLUMNS": "9" * 5_000},
        {"COLUMNS": "99999999999"},
        {"COLUMNS": "x"},
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["check .", "fix --unsafe .", "migrate --to vip ."])
def test_an_environment_that_lacks_something(workspace, command, changes):
    folder = workspace({"stack.yml": GOOD.replace("8080", "true"), ".git/HEAD": ""})
    plain = run(*command.split())
    environment = {"PYTHONPATH": str(ROOT)} if changes is None else {**ENVIRONMENT, **changes}
    environment = {key: value for key, value in environment.items() if value is not None}
    status, out, err = run(*command.split(), env=environment)

    assert plain[0] == status
    assert [] == re.findall("error: .*", err)
    assert out or not plain[1]
    assert {"stack.yml", ".git"} == set(os.listdir(folder))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16", "cp037"])
@pytest.mark.parametrize("words", ["check", "routes", "labels list", "fix", "migrate --to vip"])
def test_json_in_any_encoding(workspace, encoding, words):
    workspace({"stack.yml": HOSTS})
    result = subprocess.run(
        [sys.executable, "-m", "linter", *words.split(), "stack.yml", "--format", "json"],
        capture_output=True,
        timeout=PATIENCE,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
    )

    assert json.loads(result.stdout.decode(encoding))
