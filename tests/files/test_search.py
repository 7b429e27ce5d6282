"""What is found in folders, what is reported as not judged, and what is never changed."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from support import BAD, GOOD, ROOT, component, obey_permissions, require_git

from linter.files import git, search, sifting
from linter.files.decoding import MAX_BYTES

LATIN_1 = GOOD.replace("app.", "ä.").encode("latin-1")
PLAIN = "services: {db: {image: example/db}}\n"
VALUES = "a: 1\n"
HELP = "name the files to read, or use --allow-empty if this is expected"


@pytest.fixture
def repository(workspace):
    """A folder to fill that is a repository."""
    require_git()
    subprocess.run(["git", "init", "-q"], check=True)
    return workspace


def unjudged(run, *arguments):
    """The exit status, and what was not judged: path and reason."""
    status, out, _ = run("check", "--format", "json", *arguments)
    return status, [(each["path"], each["reason"]) for each in json.loads(out)["unjudged"]]


def paths(run, *arguments):
    """The files with findings, in order."""
    out = run("check", "--select", "invalid-value", "--format", "json", *arguments)[1]
    return [each["path"] for each in json.loads(out)["diagnostics"]]


LISTS = ["- name: deploy\n  msg: com.docker.lb.hosts\n", "# x\n---\n\n  - com.docker.lb.hosts\n"]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_is_no_stack_unless_its_name_says_so(workspace, run, text):
    workspace({"tasks.yml": text, "stack.yml": GOOD})
    assert (0, []) == unjudged(run, ".")
    assert 3 == unjudged(run, "tasks.yml")[0]

    workspace({"compose.yml": text})
    assert 3 == unjudged(run, ".")[0]


# -- What is not judged --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stack.yml", "values.yaml"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LATIN_1, "cannot be read: invalid UTF-8 on line 6"),
        (b"\xff\xfe" + GOOD.encode("utf-16-be"), None),
        (b"\xff\xfe" + GOOD.encode("utf-16-le") + b"x", "cannot be read: invalid UTF-16 on line 8"),
        (GOOD.encode("utf-16-le"), "not YAML: control character U+0000"),
        (GOOD.encode("utf-16-be"), "not YAML: control character U+0000"),
        (GOOD.encode("utf-32"), "not YAML: control character U+0000"),
        (GOOD.encode().ljust(MAX_BYTES + 1), "cannot be read: larger than 10 MiB"),
        (GOOD.encode().rjust(MAX_BYTES + 1), "cannot be read: larger than 10 MiB"),
    ],
)
def test_a_labeled_file_that_cannot_be_read(workspace, run, name, content, reason):
    workspace({name: content, "compose.yml": GOOD})
    status, found = unjudged(run, ".")

    assert 3 == status
    assert [name] == [path for path, _ in found]
    assert reason in (None, found[0][1])


@pytest.mark.parametrize(
    "content",
    [b"\xe4", GOOD.encode("utf-16-le").replace(b"l\0b\0", b"x\0"), b" " * (MAX_BYTES + 1), b""],
    ids=["latin-1", "utf-16", "large", "empty"],
)
def test_other_files_without_labels_are_not_read(workspace, run, content):
    workspace({"values.yml": content, "compose.yml": GOOD})

    assert (0, []) == unjudged(run, ".")


def test_a_file_too_large_to_be_searched(workspace, run, monkeypatch):
    """Nobody knows whether it contains a label; it is not read to its end to find out."""
    monkeypatch.setattr(sifting, "MOST_SEARCHED", 3 * 1024**2)
    workspace({"compose.yml": GOOD, "values.yml": b""})
    os.truncate("values.yml", 2**40)

    assert (3, [("values.yml", "cannot be read: larger than 10 MiB")]) == unjudged(run, ".")


@pytest.mark.parametrize(
    ("source", "size"),
    [(".", MAX_BYTES + 1), (".", MAX_BYTES // 2), ("git:HEAD", MAX_BYTES + 1)],
)
def test_a_large_file_with_many_names_is_searched_once(repository, run, monkeypatch, source, size):
    """A few bytes of a repository could be many files of any size."""
    folder = repository({"stack.yml": GOOD, "values.yml": b"#" * size})
    for number in range(5):
        os.link(folder / "values.yml", folder / f"hard{number}.yml")
    subprocess.run(["git", "add", "-A"], check=True)
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *who, "commit", "-q", "-m", "m"], check=True)
    for number in range(5):
        os.symlink("values.yml", folder / f"link{number}.yml")
    searched = []
    real = sifting.contains_label
    monkeypatch.setattr(
        sifting, "contains_label", lambda data: searched.append(len(data)) or real(data)
    )

    assert (0, []) == unjudged(run, source)
    assert sum(searched) < 2 * size


def test_a_stack_to_which_many_links_lead_is_read_once(workspace, run, monkeypatch):
    folder = workspace({"stack.yml": BAD})
    for number in range(5):
        os.symlink("stack.yml", folder / f"{number}.stack.yml")
    read = []
    real = sifting.decoded
    monkeypatch.setattr(
        sifting, "decoded", lambda data, path, **more: read.append(path) or real(data, path, **more)
    )
    status, out, _ = run("check", "-f", "json", ".")

    assert (1, 1) == (status, json.loads(out)["summary"]["files"])
    assert 1 == len(read)


def test_a_label_across_two_reads(workspace, run, monkeypatch):
    start = b"#" * (MAX_BYTES + 1)
    workspace({"compose.yml": GOOD, "values.yml": start + b"com.docker.lb.hosts: a"})
    monkeypatch.setattr(sifting, "_CHUNK", (len(start) + 5) // 2)

    assert (3, [("values.yml", "cannot be read: larger than 10 MiB")]) == unjudged(run, ".")


@pytest.mark.parametrize(
    ("label", "judged"),
    [
        ("com.docker.lb.hosts: a.example.com", True),
        ("com.docker.ucp.mesh.http.80: external_route=http://a.example.com", True),
        ("interlock.hostname: app", True),
        ('"interlock.port": 80', True),
        ("com.docker.stack.image: x", False),
        ("my-interlock.port: 80", False),
        ("com.example.interlock.port: 80", False),
        ("proxy-config: interlock.toml", False),
    ],
)
def test_files_with_other_names_are_judged_if_they_contain_a_label(workspace, run, label, judged):
    text = f"services: {{web: {{image: i, deploy: {{labels: {{{label}}}}}}}}}\n"
    workspace({"app.yml": text, "compose.yml": PLAIN})
    out = run("check", "--format", "json", ".")[1]

    assert judged == (json.loads(out)["summary"]["stacks"] == 1)


@pytest.mark.parametrize("name", ["APP.YML", "app.Yaml"])
def test_endings_in_capitals(workspace, run, name):
    workspace({name: BAD})

    assert [name] == paths(run, ".")


def test_what_is_no_file(workspace, run):
    workspace({"stack.yml": GOOD})
    os.mkfifo("pipe.yml")
    os.symlink("nowhere", "broken.yml")
    os.symlink("loop.yaml", "loop.yaml")
    os.symlink(".", "folder.yml")
    os.symlink("user@host.123", ".#shop.stack.yml")

    assert (
        3,
        [
            ("broken.yml", "cannot be read: no such file or directory"),
            ("loop.yaml", "cannot be read: too many levels of symbolic links"),
            (
                "pipe.yml",
                "cannot be read: not a regular file; use `-` and pipe its content in",
            ),
        ],
    ) == unjudged(run, ".")


def test_a_link_to_the_secrets_of_the_process(workspace, run, monkeypatch):
    monkeypatch.setenv("TOKEN", "com.docker.lb.hosts")
    workspace({"compose.yml": PLAIN})
    os.symlink("/proc/self/environ", "stack.yml")
    os.symlink("../../../../../../../proc/version", "stack.sh")
    os.symlink("/sys/kernel/notes", "notes.yml")
    os.symlink("/proc/self/fd", "folder.yml")
    os.symlink("/proc", "folder")

    assert (
        3,
        [
            ("notes.yml", "cannot be read: it is a link into /sys"),
            ("stack.sh", "cannot be read: it is a link into /proc"),
            ("stack.yml", "cannot be read: it is a link into /proc"),
        ],
    ) == unjudged(run, ".")


@pytest.mark.parametrize(
    "command",
    [
        "check FOLDER",
        "routes FOLDER",
        "plan FOLDER FOLDER",
        "labels list FOLDER",
        "labels set --write FOLDER * port=80",
        "fix --write FOLDER",
        "migrate --to vip FOLDER",
        "init FOLDER",
    ],
)
@pytest.mark.parametrize("folder", ["/proc", "/proc/self/", "/sys", "/dev"])
def test_a_folder_that_the_system_makes_up_is_not_searched(
    workspace, run, monkeypatch, command, folder
):
    workspace({})
    os.symlink(folder, "link")
    if not os.path.isdir("link"):
        pytest.skip(f"there is no {folder} here")
    listed = []
    monkeypatch.setattr(os, "scandir", lambda each: listed.append(each) or nullcontext([]))
    for name in (folder, "link"):
        words = command.replace("FOLDER", name).split()
        status, _, err = run(*words)

        assert 3 == status
        assert name.rstrip("/") in err
        assert "cannot be listed: the system makes up what is in it\n" in err
    assert [] == listed


def test_a_search_from_the_root_leaves_out_what_the_system_makes_up(monkeypatch):
    listed, scandir = [], os.scandir

    def listing(path):
        listed.append(path)
        return scandir(path) if path == "/" else nullcontext([])

    monkeypatch.setattr(os, "scandir", listing)
    search.search("/", search.Repositories())

    assert "/" == listed[0]
    assert {"/proc", "/sys", "/dev"}.isdisjoint(listed)


def test_shared_memory_has_ordinary_files(run):
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("there is no /dev/shm here")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        (Path(folder) / "stack.yml").write_text(BAD)

        assert 1 == run("check", "--isolated", folder)[0]


def obeying(*arguments):
    """The exit status and the error output of a user who is bound to permissions."""
    result = subprocess.run(
        [sys.executable, "-m", "linter", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=obey_permissions,
    )
    return result.returncode, result.stderr


@pytest.mark.parametrize("inside", ["a/b", ".hidden"])
def test_a_folder_that_cannot_be_listed(workspace, inside):
    folder = workspace({"stack.yml": GOOD, f"{inside}/stack.yml": BAD})
    (folder / inside).chmod(0)
    seen = not inside.startswith(".")
    reason = f"{inside}: not judged: cannot be listed: permission denied\n"

    assert (3 * seen, reason * seen) == obeying("check", ".")
    assert (0, "") == obeying("check", "--exclude", f"{inside}/**", ".")
    (folder / inside).chmod(0o755)


@pytest.mark.parametrize("name", ["shop.stack.yml", "values.yml"])
def test_a_file_that_may_not_be_read(workspace, name):
    folder = workspace({"stack.yml": GOOD, name: BAD})
    (folder / name).chmod(0)

    assert (3, f"{name}: not judged: cannot be read: permission denied\n") == obeying("check", ".")


# -- Nothing found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["check", "folder"],
        ["routes", "folder"],
        ["fix", "folder"],
        ["fix", "--write", "folder"],
        ["migrate", "--to", "vip", "folder"],
        ["labels", "list", "folder"],
        ["labels", "set", "folder", "*", "port=80"],
    ],
)
def test_nothing_in_a_folder_that_is_named(workspace, run, words):
    workspace({"folder/README.md": "", "stack.yml": GOOD})

    status, _, err = run(*words)
    assert 3 == status
    why = "no stack files found: 1 file of another form contains none"
    assert f"folder: not judged: {why}; {HELP}\n" in err
    if words[1] not in ("list", "set"):
        assert 0 == run(*words, "--allow-empty")[0]


@pytest.mark.parametrize("command", ["check", "routes", "fix"])
def test_nothing_in_this_folder_is_a_warning(workspace, run, command):
    workspace({"values.yml": VALUES})

    status, _, err = run(command)
    assert (0, "warning: no stack files found: 1 YAML file does not look like a stack file\n") == (
        status,
        err.partition("nothing to")[0],
    )
    assert 3 == run(command, ".")[0]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"values.yml": VALUES}, ": 1 YAML file does not look like a stack file"),
        ({f"{n}.yml": VALUES for n in range(3)}, ": 3 YAML files do not look like stack files"),
        ({"build/stack.yml": BAD, "build/a.yml": "", "b": ""}, ": git ignores 2 YAML files"),
        ({"a.gen.yml": BAD, "b.gen.txt": ""}, ": git ignores 1 YAML file"),
        (
            {"a.gen.yml": BAD, "values.yml": VALUES},
            ": git ignores 1 YAML file and 1 YAML file does not look like a stack file",
        ),
        ({".interlock-lint.yaml": ""}, ""),
    ],
)
@pytest.mark.parametrize("folder", [".", "sub", "./sub/"])
def test_why_nothing_is_found(repository, run, folder, files, reason):
    repository({".gitignore": "build/\n*.gen.*\n"})
    prefix = "" if folder == "." else "sub/"
    repository({prefix + name: content for name, content in files.items()})

    assert (3, [(folder, f"no stack files found{reason}")]) == unjudged(run, folder)


@pytest.mark.parametrize(
    "files",
    [
        {"stack.yml": PLAIN},
        {"stack.yml": ""},
        {"vendor/stack.yml": BAD, ".interlock-lint.yaml": "exclude: [vendor/**]\n"},
        {"vendor/values.yml": VALUES, ".interlock-lint.yaml": "exclude: [vendor/**]\n"},
    ],
)
def test_files_without_labels_and_excluded_files_pass(workspace, run, files):
    workspace(files)

    assert (0, []) == unjudged(run, ".")


def test_one_of_several_folders_is_empty(workspace, run):
    workspace({"a/stack.yml": GOOD, "b/README.md": ""})

    why = "no stack files found: 1 file of another form contains none"
    assert (3, [("b", why)]) == unjudged(run, "a", "b")


def test_a_folder_that_repeats_another(workspace, run):
    workspace({"a/stack.yml": GOOD})

    assert (0, []) == unjudged(run, ".", "a", "./a")


# -- Repositories --------------------------------------------------------------------------------


def test_a_folder_that_is_named_is_searched_even_if_git_ignores_it(repository, run):
    repository({".gitignore": "/build\n", "build/a/b/stack.yml": BAD, "stack.yml": BAD})

    assert ["stack.yml"] == paths(run)
    assert ["build/a/b/stack.yml"] == paths(run, "build")
    assert ["build/a/b/stack.yml"] == paths(run, "build/a/b")


def test_a_folder_is_not_ignored_because_all_its_files_are(repository, run):
    repository({".gitignore": "*.gen.yml\n", "sub/a/x.gen.yml": BAD, "stack.yml": BAD})

    assert 3 == run("check", "sub")[0]
    assert 3 == run("check", "sub/a")[0]
    assert ["stack.yml"] == paths(run)


def test_tracked_files_are_found_where_git_ignores_others(repository, run):
    repository({".gitignore": "build/\n", "build/a.stack.yml": BAD, "build/b.stack.yml": BAD})
    subprocess.run(["git", "add", "-f", "build/a.stack.yml"], check=True)

    assert ["build/a.stack.yml"] == paths(run)


def test_repositories_in_a_folder_ignore_files_too(workspace, run):
    """Whether the folder is in a repository itself or not."""
    require_git()
    workspace({f"{each}/.gitignore": "build/\n" for each in ("one", "one/two", "three/four")})
    workspace({f"{each}/stack.yml": BAD for each in ("one", "one/two", "three", "three/four")})
    workspace(
        {f"{each}/build/stack.yml": BAD for each in ("one", "one/two", "three", "three/four")}
    )
    for each in ("one", "one/two", "three/four"):
        subprocess.run(["git", "init", "-q", each], check=True)

    expected = [
        "one/stack.yml",
        "one/two/stack.yml",
        "three/build/stack.yml",
        "three/four/stack.yml",
        "three/stack.yml",
    ]
    assert expected == paths(run, ".")
    subprocess.run(["git", "init", "-q"], check=True)
    assert expected == paths(run, ".")


def test_hidden_folders_are_searched_in_a_repository_only(workspace, run):
    require_git()
    workspace({".ci/stack.yml": BAD, "stack.yml": BAD})

    assert ["stack.yml"] == paths(run)
    subprocess.run(["git", "init", "-q"], check=True)
    assert [".ci/stack.yml", "stack.yml"] == paths(run)


@pytest.mark.parametrize("name", ["*.yml", "[a]", "sub dir", ":(top)x", "é", "-x"])
def test_names_are_no_patterns(repository, run, name):
    repository({".gitignore": "build/\n", f"{name}/stack.yml": BAD, f"{name}/build/stack.yml": BAD})

    assert [f"{name}/stack.yml"] == paths(run)
    if not name.startswith("-"):
        assert [f"{name}/stack.yml"] == paths(run, name)


def test_many_nested_folders(workspace, run):
    """More than Python would call functions in each other."""
    workspace({})
    folders = ["d/" * depth for depth in range(1, 1501)]
    for folder in folders:
        os.mkdir(folder)
    Path(folders[-1], "stack.yml").write_text(BAD)
    try:
        assert [f"{folders[-1]}stack.yml"] == paths(run, "--isolated", ".")
    finally:
        os.unlink(f"{folders[-1]}stack.yml")
        for folder in reversed(folders):
            os.rmdir(folder)


IGNORED_TOO = {".gitignore": "build/\n", "build/stack.yml": BAD, "stack.yml": BAD}


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda monkeypatch: monkeypatch.setattr(git, "LIMIT", 0), "git takes too long"),
        (lambda monkeypatch: monkeypatch.setenv("PATH", "/nowhere"), "git is not installed"),
        (lambda _: Path(".git/index").write_text("x" * 100), "git cannot read the repository"),
    ],
)
def test_without_an_answer_of_git_all_files_are_searched(
    repository, run, monkeypatch, break_it, reason
):
    repository(IGNORED_TOO)
    break_it(monkeypatch)

    assert ["build/stack.yml", "stack.yml"] == paths(run)
    warning = f"warning: .: {reason}; files that it ignores are searched too\n"
    assert warning == run("check", "--select", "invalid-value")[2]


def test_a_pipe_that_git_waits_for_costs_the_limit_once(repository, run, monkeypatch):
    monkeypatch.setattr(git, "LIMIT", 1.0)
    repository({f"{n}/stack.yml": GOOD for n in range(100)})
    for n in range(100):
        subprocess.run(["git", "init", "-q", str(n)], check=True)
        os.mkfifo(f"{n}/.gitignore")

    status, _, err = run("check", "--select", "missing-port")
    assert 0 == status
    assert " and 99 more: git takes too long; files that it ignores are searched too\n" in err


def test_a_repository_of_another_user(repository, run):
    component("root", os.geteuid() == 0, "only root can give files away")
    os.chown(repository(IGNORED_TOO) / ".git", 1234, 1234)

    assert ["build/stack.yml", "stack.yml"] == paths(run)
    warning = "warning: .: git does not read a repository of another user unless `safe.directory`"
    assert run("check")[2].startswith(warning)


# -- Links out of what is searched ---------------------------------------------------------------

FIXABLE = GOOD + "        com.docker.lb.ip_hash: true\n"
FIXED = GOOD + '        com.docker.lb.ip_hash: "true"\n'
CHANGING = [
    ["fix", "--write"],
    ["migrate", "--to", "vip", "--drop-sticky", "--write"],
    ["labels", "set", "--write", "--force"],
]


@pytest.fixture
def linked(tmp_path, workspace):
    """A folder with a link to a stack file elsewhere, and that file."""
    outside = tmp_path / "outside" / "stack.yml"
    outside.parent.mkdir()
    outside.write_text(FIXABLE)
    folder = workspace({"stack.yml": FIXABLE})
    (folder / "link.yml").symlink_to(outside)
    return outside


@pytest.mark.parametrize("words", CHANGING, ids=" ".join)
@pytest.mark.parametrize("kind", ["folder", "repository"])
def test_a_link_out_of_the_folder_is_not_followed_for_writing(linked, run, words, kind):
    if kind == "repository":
        require_git()
        subprocess.run(["git", "init", "-q"], check=True)
    extra = ["*", "port=81"] if words[0] == "labels" else []
    status, _, err = run(*words, ".", *extra)

    assert 3 == status
    assert FIXABLE == linked.read_text()
    assert FIXABLE != Path("stack.yml").read_text()
    assert [linked] == list(linked.parent.iterdir())
    reason = f"links to a file outside of the {kind}; name that file to change it"
    assert f"link.yml: not judged: {reason}\n" in err


def test_a_folder_that_became_a_link(linked, run):
    os.unlink("link.yml")
    os.symlink(linked.parent, "sub")

    assert 0 == run("fix", "--write", ".")[0]
    assert FIXABLE == linked.read_text()


@pytest.mark.parametrize(
    "sources",
    [["link.yml"], ["../outside/stack.yml"], [".", "link.yml"], [".", "../outside"]],
    ids=" ".join,
)
def test_what_is_named_is_changed(linked, run, sources):
    assert 0 == run("fix", "--write", *sources)[0]
    assert FIXED == linked.read_text()
    assert os.path.islink("link.yml")


def test_a_link_inside_of_the_repository_is_followed(repository, run):
    repository({"sub/README.md": "", "base.yml": FIXABLE})
    os.symlink("../base.yml", "sub/stack.yml")

    assert 0 == run("fix", "--write", "sub")[0]
    assert FIXED == Path("base.yml").read_text()


def test_a_folder_that_is_named_by_a_link_is_inside(linked, run):
    os.symlink(linked.parent, "sub")

    assert 0 == run("fix", "--write", "sub")[0]
    assert FIXED == linked.read_text()


@pytest.mark.usefixtures("linked")
def test_a_link_out_of_the_folder_is_read(run):
    out = json.loads(run("check", "--format", "json", ".")[1])

    assert {"link.yml", "stack.yml"} == {each["path"] for each in out["diagnostics"]}
    assert [] == out["unjudged"]
    assert "link.yml" in run("routes", ".")[1]


@pytest.mark.parametrize("name", ["git:HEAD:stack.yml", "git:x/stack.yml", "swarm:.stack.yml"])
def test_a_file_whose_name_begins_like_another_source_is_a_file(workspace, run, name):
    folder = workspace({name: FIXABLE})

    assert 0 == run("fix", "--write", ".")[0]
    assert FIXED == (folder / name).read_text()
