"""What SECURITY.md promises, for any repository, configuration and fault."""

import builtins
import contextlib
import errno
import io
import json
import os
import shutil
import signal
import stat
import sys
import tempfile
from pathlib import Path

import pytest
import traps
from generated_repositories import (
    MUTATED,
    PROXY,
    SECRET,
    configurations,
    marked,
    repositories,
)
from generated_stacks import stack_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import MARK, SECRETIVE, planted
from support import BAD, GOOD, STICKY, require_git

from linter import cli
from linter.files import git

STARTS = ("os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen")
REACHES = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


class _Watch:
    """What the process does that it should not; an audit hook of Python cannot be removed."""

    def __init__(self):
        self.seen = None
        self.installed = False

    def install(self):
        if not self.installed:
            sys.addaudithook(self._note)
            self.installed = True

    def _note(self, event, arguments):
        if self.seen is None or event not in (*STARTS, *REACHES):
            return
        if event == "subprocess.Popen" and arguments[0] == shutil.which("git"):
            return
        self.seen.append((event, repr(arguments[0])))

    @contextlib.contextmanager
    def watching(self):
        self.install()
        self.seen = seen = []
        try:
            yield seen
        finally:
            self.seen = None


WATCH = _Watch()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A repository in which every key that can makes git run a program."""
    require_git()
    program = traps.program(tmp_path_factory.mktemp("bin"))
    folder = traps.repository(tmp_path_factory.mktemp("template"), program)
    for key in traps.KEYS:
        traps.arm(folder, key, program)
    return folder


@pytest.fixture
def place(tmp_path, template, monkeypatch):
    """Makes a new folder with files outside of the repository, and `inside` for the repository."""
    monkeypatch.setattr(git, "LIMIT", 0.5)  # many repositories have a pipe that git waits for
    monkeypatch.setenv("SECRET", MARK)
    monkeypatch.setenv("MARK", str(tmp_path / "mark"))

    @contextlib.contextmanager
    def make():
        with tempfile.TemporaryDirectory(dir=tmp_path) as name:
            folder = Path(name)
            outside = folder / "outside"
            shutil.copytree(template, outside / "armed", symlinks=True)
            (outside / "secret.env").write_text(f"SECRET={MARK}\n")
            (outside / "settings.yaml").write_text(f"unknown: {MARK}\n")
            (outside / "stack.yml").write_text(planted(SECRETIVE))
            (folder / "inside").mkdir()
            with contextlib.chdir(folder / "inside"):
                yield folder
        assert not (tmp_path / "mark").exists(), "a program of the repository was run"

    return make


def state(folder):
    """Everything in a folder and below: kind, mode, and content or target."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(parent, name)
            status = os.lstat(path)
            content = b""
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                content = Path(path).read_bytes()
            found[os.path.relpath(path, folder)] = (status.st_mode, content)
    return found


def execute(words):
    """Exit status, standard output and standard error of a command line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(words)
        for stream in {sys.stdout, sys.stderr} - {out, err}:  # after an error, where to stay silent
            stream.close()
    return status, out.getvalue(), err.getvalue()


def kept(words, folder):
    """Run a command line and check all promises; the result is the status and the outputs."""
    before = state(folder)
    with WATCH.watching() as seen:
        status, out, err = execute(words)
    changed = {path for path, each in state(folder).items() if before.get(path) != each}
    gone = before.keys() - state(folder).keys()

    assert [] == seen
    assert status in (0, 1, 2, 3)
    # Only `labels list` shows the labels of other programs: it is asked to.
    assert MARK not in (err if words[:2] == ["labels", "list"] else out + err)
    for sign in ("Traceback", "crashed", "interlock-lint failed", "cannot write output"):
        assert sign not in out + err
    assert err or status < 2, "an error has a reason"
    assert all(line and line.isprintable() for line in err.splitlines())
    if "json" in words and status != 2:
        json.loads(out)
    assert set() == gone
    assert set() == {path for path in changed if not _may_change(path, words, before)}
    return status, out, err


def _may_change(path, words, before):
    if path == "inside/report.json":
        return "--output" in words
    if "--write" not in words or not path.startswith("inside/") or "/.git/" in f"/{path}":
        return False
    if path.endswith(".bak"):
        return path not in before and "--backup" in words
    return path in before and stat.S_ISREG(before[path][0]) and path.endswith((".yml", ".yaml"))


COMMANDS = [
    each.split()
    for each in (
        "check .",
        "check",
        "check --format json .",
        "check --format concise --verbose stack.yml sub linked linked.yml",
        "check --show-settings .",
        "check --allow-empty --fail-on info config.toml .",
        "check --output json=report.json .",
        "check --stack-name shop --exclude **/deep/* sub",
        "fix .",
        "fix --format json --unsafe .",
        "fix --unsafe --write --backup .bak .",
        "fix --unsafe --write --output json=report.json sub stack.yml",
        "migrate --to vip --drop-sticky --max-share-shift 100 --write .",
        "migrate --to task .",
        "labels set --force --write . * port=8080",
        "labels set --format json . web port=8080",
        "labels unset . * hosts",
        "labels list --format json .",
        "labels get . * port",
        "routes .",
        "routes --format json --what-if vip .",
        "routes --format mermaid --what-if vip sub stack.yml",
    )
]
commands = st.sampled_from(COMMANDS)


@pytest.mark.fuzz
@settings(max_examples=50)
@given(repositories(), st.lists(commands, min_size=1, max_size=3))
def test_any_repository(place, template, repository, lines):
    with place() as folder:
        repository.write(folder / "inside", template)
        for words in lines:
            kept(words, folder)


@pytest.mark.fuzz
@settings(max_examples=50)
@given(st.data())
def test_any_configuration(place, data):
    name = data.draw(st.sampled_from([".interlock-lint.yaml", "pyproject.toml", "given.yaml"]))
    content = data.draw(configurations())
    lines = data.draw(st.lists(commands, min_size=1, max_size=3))
    with place() as folder:
        inside = folder / "inside"
        (inside / "sub").mkdir()
        if data.draw(st.booleans()):
            (inside / ".git").mkdir()
        (inside / name).write_bytes(content)
        for path in ("stack.yml", "sub/other.yml", "base.stack.yaml", "linked.yml"):
            (inside / path).write_text(planted(data.draw(st.sampled_from([SECRET, SECRETIVE]))))
        (inside / "prod.env").write_text("SECRET=shop\n")
        (inside / "linked.env").symlink_to("../outside/secret.env")
        (inside / "config.toml").write_text(PROXY)
        (inside / "linked").symlink_to("../outside")
        os.mkfifo(inside / "pipe")
        given = ["--config", name] if name == "given.yaml" else []
        for words in lines:
            kept([*words, *given], folder)


@pytest.mark.fuzz
@settings(max_examples=50)
@given(stack_texts() | MUTATED, commands)
def test_no_structure_shows_a_secret(place, text, words):
    with place() as folder:
        (folder / "inside/sub").mkdir()
        (folder / "inside/stack.yml").write_text(marked(text))
        (folder / "inside/linked.yml").symlink_to("stack.yml")
        (folder / "inside/linked").symlink_to("sub")
        (folder / "inside/config.toml").write_text(PROXY)
        (folder / "inside/sub/other.yml").write_text(GOOD)
        kept(words, folder)


# -- Faults --------------------------------------------------------------------------------------

CALLS = (
    *("open", "stat", "lstat", "fstat", "readlink", "access", "scandir", "listdir", "replace"),
    *("unlink", "fsync", "chmod", "chown", "getcwd", "urandom"),
)
ERRORS = ("EACCES", "EIO", "EMFILE", "ENOENT", "ENOSPC", "ELOOP", "ESTALE", "EINTR", "ENOTDIR")


def failing(name):
    def fail(_):
        number = getattr(errno, name)
        raise OSError(number, os.strerror(number))

    return fail


def interrupt(_):
    os.kill(os.getpid(), signal.SIGINT)


def out_of_memory(_):
    raise MemoryError


def remove_file(inside):
    with contextlib.suppress(OSError):
        (inside / "b.yml").unlink()


def link_file(inside):
    remove_file(inside)
    with contextlib.suppress(OSError):
        (inside / "b.yml").symlink_to("../outside/stack.yml")


def pipe_file(inside):
    remove_file(inside)
    with contextlib.suppress(OSError):
        os.mkfifo(inside / "b.yml")


def write_file(inside):
    remove_file(inside)
    with contextlib.suppress(OSError):
        (inside / "b.yml").write_text(OTHER)


def link_folder(inside):
    with contextlib.suppress(OSError):
        (inside / "sub").rename(inside / "moved")
        (inside / "sub").symlink_to("../outside")


OTHER = "services: {}  # written by another program\n"
RACES = (remove_file, link_file, pipe_file, write_file, link_folder)
FAULTS = (*map(failing, ERRORS), out_of_memory, interrupt, *RACES)


@contextlib.contextmanager
def faults(planned, inside):
    """Make calls of the operating system fail, or something else happen right before them."""
    pending = {}
    for name, number, fault in planned:
        pending.setdefault(name, []).append([number, fault])

    def wrap(name, function):
        def call(*arguments, **options):
            for each in pending[name]:
                each[0] -= 1
                if each[0] == 0:
                    with pytest.MonkeyPatch.context() as inner:
                        for other, original in originals.items():
                            inner.setattr(*other, original)
                        each[1](inside)
            return function(*arguments, **options)

        return call

    places = {name: (builtins, "open") if name == "file" else (os, name) for name in pending}
    originals = {where: getattr(*where) for where in places.values()}
    with pytest.MonkeyPatch.context() as patch:
        for name, where in places.items():
            patch.setattr(*where, wrap(name, originals[where]))
        yield


TEXTS = {"a.yml": STICKY, "b.yml": BAD + "        com.docker.lb.ssl_passthrough: true\n"}
LINES = [
    each.split()
    for each in (
        "check .",
        "check --format json .",
        "check --output json=report.json .",
        "fix --unsafe --write .",
        "fix --unsafe --write --backup .bak a.yml sub/c.yml b.yml",
        "labels set --force --write . * port=81",
        "migrate --to vip --drop-sticky --max-share-shift 100 --write .",
        "routes .",
    )
]


def fill(inside):
    for path, text in {**TEXTS, "sub/c.yml": STICKY}.items():
        (inside / path).parent.mkdir(exist_ok=True)
        (inside / path).write_text(text)
    (inside / ".interlock-lint.yaml").write_text("rules: {not-routed: info}\n")


def texts(inside):
    found = {}
    for path in (*TEXTS, "sub/c.yml", "moved/c.yml"):
        with contextlib.suppress(OSError):
            if stat.S_ISREG(os.lstat(inside / path).st_mode):
                found[path.replace("moved", "sub")] = (inside / path).read_text()
    return found


@pytest.mark.fuzz
@settings(max_examples=100)
@given(
    st.sampled_from(LINES),
    st.lists(
        st.tuples(
            st.sampled_from((*CALLS, "file")),
            st.integers(1, 8) | st.integers(1, 60),
            st.sampled_from(FAULTS),
        ),
        min_size=1,
        max_size=2,
    ),
)
def test_any_fault(place, words, planned):
    """Each file has its old or its new text, and nothing outside changes."""
    with place() as folder:
        fill(folder / "inside")
        old = texts(folder / "inside")
        execute(words)
        new = texts(folder / "inside")
    with place() as folder:
        inside = folder / "inside"
        fill(inside)
        outside = state(folder / "outside")
        with WATCH.watching() as seen, faults(planned, inside):
            try:
                status, out, err = execute(words)
            except KeyboardInterrupt:
                status, out, err = 130, "", ""
        left = texts(inside)

        assert [] == seen
        assert status in (0, 1, 2, 3, 130)
        assert "Traceback" not in out + err
        assert MARK not in out + err
        assert err or status in (0, 1, 130)
        # A link that the user names is followed, so it may become one until it is opened.
        linked = "b.yml" in words and any(fault is link_file for _, _, fault in planned)
        assert linked or outside == state(folder / "outside")
        for path, text in left.items():
            assert text in (old[path], new[path], OTHER if path == "b.yml" else old[path])
        if status in (0, 1) and "json" in words:
            json.loads(out)
        if any(fault in RACES for _, _, fault in planned):
            return
        assert left.keys() == old.keys()
        # What is in a folder that cannot be listed may matter to the other files.
        if "cannot be restored" not in err and "cannot be listed" not in err:
            unread = {path for path in old if f"{path}: not judged" in err}
            assert left in (old, {**new, **{path: old[path] for path in unread}})
        assert execute(words)[0] in (0, 1), "the next run finishes or undoes the one before"
        assert new == texts(inside)
