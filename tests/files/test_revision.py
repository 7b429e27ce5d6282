"""Sources at a revision of git: the same files, with no checkout touched."""

import json
import os
import subprocess

import pytest
from support import BAD, GOOD, WARNING, require_git

from linter.files import revision, sifting, sources
from linter.files.decoding import MAX_BYTES, Unreadable


@pytest.fixture(scope="module", autouse=True)
def _git():
    require_git()


def checked(run, *words):
    status, out, err = run("check", "--isolated", "-f", "json", *words)
    report = json.loads(out)
    return status, [(each["path"], each["rule"]) for each in report["diagnostics"]], err


def test_a_file_as_it_was(repository, run, workspace):
    repository({"stack.yml": WARNING})
    workspace({"stack.yml": GOOD})

    found = [("git:HEAD:stack.yml", "missing-port")]
    assert (1, found, "") == checked(run, "git:HEAD:stack.yml")
    assert (0, [], "") == checked(run, "stack.yml")


def test_a_folder_as_it_was(repository, run):
    repository({"a/stack.yml": BAD, "b/web.yml": WARNING, "b/other.yml": "x: 1\n", "b/x.txt": BAD})
    repository({"a/stack.yml": None, "b/web.yml": GOOD})
    status, found, err = checked(run, "git:HEAD~1")

    assert (1, "") == (status, err)
    assert {path for path, _ in found} == {"git:HEAD~1:a/stack.yml", "git:HEAD~1:b/web.yml"}
    assert (1, {"git:main~1:b/web.yml"}) == (
        checked(run, "git:main~1:b")[0],
        {path for path, _ in checked(run, "git:main~1:b")[1]},
    )


def test_paths_are_relative_to_the_current_folder(repository, run, monkeypatch):
    monkeypatch.chdir(repository({"a/stack.yml": WARNING, "stack.yml": WARNING}) / "a")

    assert [("git:HEAD:stack.yml", "missing-port")] == checked(run, "git:HEAD")[1]
    assert [("git:HEAD:../stack.yml", "missing-port")] == checked(run, "git:HEAD:../stack.yml")[1]


def test_no_checkout_is_touched(repository, run):
    folder = repository({"stack.yml": BAD})
    repository({"stack.yml": GOOD})
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    checked(run, "git:HEAD~1")

    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("git:none", "unknown revision `none`"),
        ("git:", "name a revision, as in `git:HEAD` or `git:HEAD:stacks`"),
        ("git:--all", "unknown revision `--all`"),
        ("git:HEAD:none.yml", "not in `HEAD`"),
        ("git:HEAD:../stack.yml", "it is outside of the repository"),
        ("git:HEAD:away.yml", "it is a link that leads out of the repository"),
        ("git:HEAD:loop.yml", "too many links lead to it"),
        ("git:HEAD:vendor", "it is a submodule"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(repository, run, name, reason):
    os.symlink("../away.yml", repository.folder / "away.yml")
    os.symlink("loop.yml", repository.folder / "loop.yml")
    repository({"stack.yml": GOOD})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor")
    repository.git("commit", "-q", "-m", "submodule")
    status, _, err = checked(run, name)

    assert (3, f"{name}: not judged: cannot be read: {reason}\n") == (status, err)


def test_outside_of_a_repository(workspace, run, monkeypatch):
    monkeypatch.chdir(workspace({}))
    _, _, err = checked(run, "git:HEAD")

    assert "the current folder is not in a git repository" in err


def test_a_shallow_clone(repository, run, monkeypatch):
    folder = repository({"stack.yml": BAD})
    repository({"stack.yml": GOOD})
    clone = folder.parent / "clone"
    repository.git("clone", "-q", "--depth=1", f"file://{folder}", str(clone))
    monkeypatch.chdir(clone)

    assert (
        "this shallow clone has no revision `HEAD~1`; fetch it first"
        in checked(run, "git:HEAD~1")[2]
    )


def test_links_are_followed_within_the_revision(repository, run):
    repository.folder.joinpath("stacks").mkdir()
    os.symlink("../real.yml", repository.folder / "stacks/stack.yml")
    repository({"real.yml": WARNING})

    assert [("git:HEAD:stacks/stack.yml", "missing-port")] == checked(
        run, "git:HEAD:stacks/stack.yml"
    )[1]


def test_links_in_a_folder_are_read_once(repository, run):
    os.symlink("web.yml", repository.folder / "stack.yml")
    repository({"web.yml": WARNING})

    assert [("git:HEAD:stack.yml", "missing-port")] == checked(run, "git:HEAD")[1]


def test_a_link_out_of_the_repository_in_a_folder(repository, run):
    os.symlink("../away.yml", repository.folder / "stack.yml")
    repository({"web.yml": GOOD})
    status, _, err = checked(run, "git:HEAD")

    reason = "it is a link that leads out of the repository"
    assert (3, f"git:HEAD:stack.yml: not judged: cannot be read: {reason}\n") == (status, err)


def test_submodules_in_a_folder_are_named(repository, run):
    repository({"web.yml": GOOD})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor")
    repository.git("commit", "-q", "-m", "submodule")
    status, _, err = checked(run, "git:HEAD")

    warning = "warning: git:HEAD:vendor: a submodule; its files are not read\n"
    assert (0, warning) == (status, err)


@pytest.mark.parametrize(
    ("source", "options", "status"),
    [
        ("git:HEAD:docs", (), 3),
        ("git:HEAD:docs", ("--allow-empty",), 0),
        ("git:HEAD:docs", ("--exclude", "docs/**"), 0),
        ("git:HEAD:unlabeled", (), 0),
        ("git:HEAD", (), 0),
    ],
)
def test_a_folder_without_stack_files_is_not_judged(repository, run, source, options, status):
    """As in the work tree."""
    repository({"docs/README.md": "x\n", "docs/a.yml": "a: 1\n", "unlabeled/stack.yml": "a: 1\n"})
    found, _, err = checked(run, source, *options)

    why = (
        "no stack files found: 1 YAML file does not look like a stack file and "
        "1 file of another form contains none"
    )
    help_text = "name the files to read, or use --allow-empty if this is expected"
    assert (f"{source}: not judged: {why}; {help_text}\n" if status else "") == err
    assert status == found


@pytest.mark.parametrize(
    ("content", "status"), [(BAD + "#" * MAX_BYTES, 3), ("#" * (MAX_BYTES + 1), 0)]
)
def test_a_file_that_is_too_large_is_left_out_only_without_labels(repository, run, content, status):
    repository({"stack.yml": GOOD, "values.yml": content})
    found, _, err = checked(run, "git:HEAD")

    reason = "git:HEAD:values.yml: not judged: cannot be read: larger than 10 MiB\n"
    assert (status, reason if status else "") == (found, err)


def test_a_file_too_large_to_be_searched(repository, run, monkeypatch):
    monkeypatch.setattr(sifting, "MOST_SEARCHED", MAX_BYTES)
    repository({"stack.yml": GOOD, "values.yml": "#" * (MAX_BYTES + 1)})

    assert 3 == checked(run, "git:HEAD")[0]


def test_names_that_no_checkout_could_have(repository, run, tmp_path):
    """They would lead out of the repository: to files, and to the configuration of others."""
    (tmp_path / ".interlock-lint.yaml").write_text("rules: {not-yours: off}\n")
    repository({"stack.yml": GOOD})

    def made(kind, content):
        words = ["git", "hash-object", "-w", "--literally", "-t", kind, "--stdin"]
        out = subprocess.run(words, input=content, capture_output=True, check=True).stdout
        return bytes.fromhex(out.decode())

    file = made("blob", WARNING.encode())
    folder = made("tree", b"100644 stack.yml\0" + file)
    up = made("tree", b"40000 ..\0" + folder)
    tree = made(
        "tree",
        b"40000 ..\0%b100644 ../a.yml\0%b100644 /b.yml\0%b40000 .git\0%b40000 c\0%b100644 d.yml\0%b"
        % (folder, file, file, folder, up, file),
    )
    words = ["git", "-c", "user.name=t", "-c", "user.email=t", "commit-tree", tree.hex(), "-m", "m"]
    commit = subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip()
    status, out, err = run("check", "-f", "concise", f"git:{commit}")
    reason = "not judged: cannot be read: git checks out no file with this name"

    assert 3 == status
    assert [reason] * 5 == [each.partition("yml: ")[2] for each in err.splitlines()], err
    assert out.startswith(f"git:{commit}:d.yml:")
    assert 1 == out.count("\n")


def test_stacks_of_several_files(repository, run, workspace):
    repository(
        {
            "base.yml": WARNING,
            "prod.yml": "services: {web: {deploy: {labels: {com.docker.lb.port: '80'}}}}\n",
            ".interlock-lint.yaml": "stacks: [{files: [base.yml, prod.yml]}]\n",
        }
    )
    workspace({"prod.yml": "services: {}\n"})

    assert 0 == run("check", "git:HEAD")[0]
    assert 0 == run("check", "--isolated", "-c", "git:HEAD:base.yml", "-c", "git:HEAD:prod.yml")[0]
    assert 1 == run("check")[0]


def test_variables_as_they_were(repository, run, workspace):
    text = WARNING + "        com.docker.lb.port: ${PORT}\n"
    repository({"stack.yml": text, "prod.env": "PORT=80800\n"})
    workspace({"prod.env": "PORT=8080\n"})

    assert 1 == run("check", "--isolated", "--env-file", "git:HEAD:prod.env", "stack.yml")[0]
    assert 0 == run("check", "--isolated", "--env-file", "prod.env", "stack.yml")[0]


@pytest.mark.parametrize("words", [("labels", "set"), ("fix",), ("migrate", "--to", "vip")])
def test_what_is_at_a_revision_is_never_changed(repository, run, words):
    repository({"stack.yml": GOOD})
    more = ("web", "port=9") if words[0] == "labels" else ()
    status, _, err = run(*words, "git:HEAD:stack.yml", *more, "--write", "--isolated")

    assert 3 == status
    assert "it is at a revision of git" in err


def test_the_revision_and_the_path():
    assert ("main", "a:b.yml") == sources.parts_of("git:main:a:b.yml")
    assert ("HEAD@{2026-01-01 10:00}", "x") == sources.parts_of("git:HEAD@{2026-01-01 10:00}:x")
    assert ("v1", "") == sources.parts_of("git:v1")


def test_the_commits_of_a_range(repository):
    for number in range(5):
        repository({"stack.yml": f"{GOOD}# {number}\n"})
    repository.git("tag", "v1", "HEAD~3")
    texts = [each.read("stack.yml")[-2:] for each in revision.commits("v1..main", 1000).commits]

    assert [b"1\n", b"2\n", b"3\n", b"4\n"] == texts
    assert 3 == len(revision.commits("v1..", 2).commits)
    with pytest.raises(Unreadable, match="unknown revision"):
        revision.commits("none..main", 10)


@pytest.mark.parametrize(
    ("spec", "most", "cut"),
    [("main", 2, True), ("main", 3, False), ("main~2..", 1, True), ("main~2..", 2, False)],
)
def test_a_range_is_cut_only_if_commits_are_left_out(repository, spec, most, cut):
    for _ in range(4):
        repository({"stack.yml": GOOD})

    assert cut is revision.commits(spec, most).cut


def test_a_range_from_a_merged_branch_begins_where_the_branch_did(repository):
    repository({"stack.yml": GOOD}, "base")
    repository.git("checkout", "-q", "-b", "side")
    repository({"side.yml": GOOD})
    repository.git("checkout", "-q", "main")
    repository({"other.yml": GOOD})
    repository.git("merge", "-q", "--no-ff", "side")
    files = [[each.path for each in at.entries("")] for at in revision.commits("side..", 9).commits]

    assert ["stack.yml"] == files[0]
    assert ["other.yml", "stack.yml"] == files[1]
    assert 3 == len(files)


def test_a_shallow_clone_has_no_older_commits(repository, tmp_path_factory, monkeypatch):
    for _ in range(4):
        repository({"stack.yml": GOOD})
    clone = tmp_path_factory.mktemp("clone")
    repository.git("clone", "-q", "--depth", "3", f"file://{repository.folder}", str(clone))
    monkeypatch.chdir(clone)
    found, cut = revision.commits("main", 1000)

    assert (3, True) == (len(found), cut)
    assert not revision.commits("main~1..", 1000).cut
