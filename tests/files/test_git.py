"""Git runs nothing that a repository configures, and always comes back."""

import os
import shutil
import subprocess

import pytest
import traps
from support import BAD, GOOD, component, require_git
from traps import KEYS, arm, configure, plain

from linter.files import git

LIST = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--", ".")
REVISION = "HEAD:stack.yml"
MISSING = "partial:missing.yml"
ASKED = [
    LIST,
    ("ls-files", "-z", "--cached", "--others", "--exclude-standard"),
    ("ls-tree", "-r", "-z", "--name-only", "HEAD"),
    ("ls-tree", "-r", "-z", "-l", "HEAD", "--", "stack.yml"),
    ("rev-list", "--first-parent", "--max-count=3", "HEAD"),
    ("rev-parse", "--verify", "HEAD"),
    ("rev-parse", "--is-shallow-repository"),
    ("cat-file", "blob", REVISION),
]


@pytest.fixture(scope="module", autouse=True)
def _git():
    require_git()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return traps.program(tmp_path_factory.mktemp("bin"))


@pytest.fixture
def was_run(tmp_path, monkeypatch):
    """Whether the program was run."""
    monkeypatch.setenv("MARK", str(tmp_path / "mark"))
    return (tmp_path / "mark").exists


@pytest.fixture(scope="module")
def template(tmp_path_factory, program):
    return traps.repository(tmp_path_factory.mktemp("template"), program)


@pytest.fixture
def repository(tmp_path, template):
    return shutil.copytree(template, tmp_path / "repository", symlinks=True)


@pytest.mark.parametrize("key", KEYS)
def test_no_key_runs_anything(repository, program, was_run, key):
    arm(repository, key, program)
    for words in (*ASKED, ("cat-file", "blob", MISSING)):
        try:
            git.run(str(repository), *words)
        except git.NoAnswer:
            assert MISSING == words[-1]

    assert not was_run()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("core.fsmonitor", LIST),
        ("core.hooksPath", ("update-index", "--refresh")),
        ("core.sshCommand", ("show", MISSING)),
        ("diff.external", ("show", "--ext-diff", "HEAD")),
        ("diff.x.command", ("show", "--ext-diff", "HEAD")),
        ("diff.x.textconv", ("show", "HEAD")),
        ("filter.x.clean", ("status",)),
        ("gpg.program", ("show", "HEAD")),
        ("remote.origin.uploadpack", ("show", MISSING)),
        ("remote.origin.url", ("cat-file", "blob", MISSING)),
        ("remote.origin.vcs", ("cat-file", "blob", MISSING)),
    ],
)
def test_without_care_git_would_run_it(repository, program, was_run, key, words):
    """What the other tests rely on: the repository is a trap."""
    arm(repository, key, program)
    plain(repository, *words)

    assert was_run()


@pytest.mark.parametrize("key", KEYS)
def test_no_key_runs_anything_when_many_objects_are_read(repository, program, was_run, key):
    arm(repository, key, program)
    output = git.run(
        str(repository), "cat-file", "--batch", feed=f"{REVISION}\n{MISSING}\n".encode()
    )

    assert BAD.encode() in output
    assert not was_run()


def test_what_git_says(repository):
    (repository / "build").mkdir()
    (repository / "build/stack.yml").write_text(BAD)

    assert b"build/\0" == git.run(str(repository), *LIST)
    assert BAD.encode() == git.run(str(repository), "cat-file", "blob", REVISION)
    assert b"stack.yml\0" in git.run(str(repository), "ls-tree", "-z", "--name-only", "HEAD")


def test_a_command_that_could_run_something_is_not_asked(repository):
    with pytest.raises(ValueError, match="show"):
        git.run(str(repository), "show", "HEAD")


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_DIR": "{elsewhere}/.git"},
        {"GIT_WORK_TREE": "{elsewhere}"},
        {"GIT_INDEX_FILE": "{elsewhere}/.git/index"},
        {"GIT_OBJECT_DIRECTORY": "{elsewhere}/.git/objects"},
        {"GIT_COMMON_DIR": "{elsewhere}/.git"},
        {"GIT_NAMESPACE": "x"},
        {"GIT_EXTERNAL_DIFF": "{program}"},
        {"GIT_PAGER": "{program}"},
        {"GIT_CONFIG_PARAMETERS": "'core.fsmonitor'='{program}'"},
        {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.fsmonitor",
            "GIT_CONFIG_VALUE_0": "{program}",
        },
    ],
    ids="+".join,
)
def test_variables_do_not_lead_elsewhere(
    repository, program, was_run, tmp_path, monkeypatch, variables
):
    """As in a hook, where git sets some of them."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plain(elsewhere, "init", "-q", check=True)
    (repository / "build").mkdir()
    (repository / "build/stack.yml").write_text(BAD)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(elsewhere=elsewhere, program=program))

    assert b"build/\0" == git.run(str(repository), *LIST)
    assert not was_run()


def test_a_folder_in_the_path_that_depends_on_the_current_one(
    repository, program, was_run, monkeypatch
):
    shutil.copy(program, repository / "git")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")

    assert b"" == git.run(str(repository), *LIST)
    assert not was_run()


def test_no_git(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))

    with pytest.raises(git.NoAnswer, match="git is not installed"):
        git.run(str(repository), *LIST)


def piped(repository, name):
    """A pipe in place of a file."""
    path = repository / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)


PIPES = [".gitignore", ".git/HEAD", ".git/config", ".git/index", ".git/info/exclude", "excluded"]


@pytest.fixture
def started(monkeypatch):
    """The processes that are started."""
    found = []

    class Observed(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            found.append(self.pid)

    monkeypatch.setattr(subprocess, "Popen", Observed)
    return found


@pytest.mark.parametrize("name", [*PIPES, "included"])
def test_a_pipe_that_nobody_writes_to(repository, name, started):
    """In place of any file that git reads; afterwards no process is left."""
    piped(repository, name)
    if not name.startswith(".git"):
        key = "include.path" if name == "included" else "core.excludesFile"
        configure(repository, {key: str(repository / name)})
    started.clear()

    with pytest.raises(git.NoAnswer, match="git takes too long"):
        git.run(str(repository), *LIST, limit=0.5)
    (pid,) = started
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_what_git_prints_is_bounded(repository):
    (repository / "large.yml").write_bytes(bytes(10_000_000))
    plain(repository, "add", "large.yml", check=True)

    with pytest.raises(git.NoAnswer, match="git printed more than 1,000 bytes"):
        git.run(str(repository), "cat-file", "blob", ":large.yml", most=1000)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: (path / ".git/config").write_text("["), "cannot read the repository"),
        (lambda path: (path / ".git/index").write_bytes(b"DIRC"), "cannot read the repository"),
        (lambda path: shutil.rmtree(path / ".git/refs"), "cannot read the repository"),
        (lambda path: (path / ".git/HEAD").unlink(), "cannot read the repository"),
    ],
)
def test_a_damaged_repository(repository, damage, reason):
    damage(repository)

    with pytest.raises(git.NoAnswer, match=reason):
        git.run(str(repository), *LIST)


def test_a_repository_inside_another_is_not_looked_for_further_up(repository):
    (repository / "sub/.git").mkdir(parents=True)

    with pytest.raises(git.NoAnswer):
        git.run(str(repository / "sub"), *LIST)


def test_a_repository_of_another_user(repository):
    component("root", os.geteuid() == 0, "only root can give files away")
    os.chown(repository / ".git", 1234, 1234)

    with pytest.raises(git.NoAnswer, match="repository of another user"):
        git.run(str(repository), *LIST)


def test_the_root_of_a_repository(repository, tmp_path):
    (tmp_path / "link").symlink_to(repository / "hooks")

    assert str(repository) == git.root_of(str(repository))
    assert str(repository) == git.root_of(str(tmp_path / "link"))
    assert git.root_of(str(tmp_path)) is None


# -- Searching folders ---------------------------------------------------------------------------


@pytest.fixture
def trap(repository, program, was_run):
    """A repository that would run a program whenever git is asked anything."""
    configure(repository, {"core.fsmonitor": program})
    (repository / "stack.yml").write_text(GOOD)
    plain(repository, "status")
    assert was_run()
    os.unlink(os.environ["MARK"])
    return repository


def worktree(trap):
    folder = trap.parent / "worktree"
    folder.mkdir()
    (folder / ".git").write_text(f"gitdir: {trap}/.git\n")
    (folder / "stack.yml").write_text(GOOD)
    return folder


def bare(trap, name="bare.git"):
    folder = trap.parent / "bare" / name
    shutil.copytree(trap / ".git", folder)
    configure(folder, {"core.bare": "false", "core.worktree": "."})
    (folder / "stack.yml").write_text(GOOD)
    return folder


def bare_in_a_repository(trap):
    outer = trap.parent / "outer"
    outer.mkdir()
    plain(outer, "init", "-q", check=True)
    return shutil.move(bare(trap), outer / "hidden.git")


def included(trap):
    settings = (trap / ".git/config").read_text()
    (trap / ".git/more").write_text(settings)
    (trap / ".git/config").write_text("[include]\n\tpath = more\n")
    return trap


@pytest.mark.parametrize(
    "place",
    [
        lambda trap: trap,
        lambda trap: trap.parent,
        lambda trap: trap / "hooks" / "..",
        worktree,
        bare,
        lambda trap: bare(trap).parent,
        included,
        bare_in_a_repository,
        lambda trap: bare_in_a_repository(trap).parent,
    ],
    ids=[
        "itself",
        "below",
        "dots",
        "worktree",
        "bare",
        "bare below",
        "included",
        "hidden",
        "hidden below",
    ],
)
def test_a_search_runs_nothing(trap, was_run, run, place):
    assert 0 == run("check", place(trap))[0]
    assert not was_run()


def test_git_is_waited_for_only_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    plain(tmp_path, "init", "-q", check=True)
    with (tmp_path / ".git" / "config").open("a") as config:
        config.write(f"[include]\npath = {tmp_path / 'pipe'}\n")
    with pytest.raises(git.NoAnswer, match="too long"):
        git.run(str(tmp_path), "ls-files", limit=0.2)
    (tmp_path / "pipe").unlink()

    with pytest.raises(git.NoAnswer, match="too long"):
        git.run(str(tmp_path), "ls-files")
