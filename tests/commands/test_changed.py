"""`check --changed`: stacks that changed are judged whole, and compared with those that did not."""

import io
import json
import os
import subprocess
import sys

import jsonschema
import pytest
from support import BAD, GOOD, STICKY, require_git

from linter.model.vocabulary import load_schema

API = GOOD.replace("web:", "api:").replace("app.", "api.")
WARNING = GOOD.replace("        com.docker.lb.port: 8080\n", "").replace("app.", "other.")
BROKEN = "com.docker.lb.hosts: [b"
PROXY = '[Extensions.default]\nImage = "nginx"\nProxyReplicas = 2\n'


@pytest.fixture(scope="module", autouse=True)
def _git():
    require_git()


def checked(run, *words):
    """The exit status, the files and rules of the findings, and the summary."""
    words = words if any(each.startswith("--changed") for each in words) else ("--changed", *words)
    status, out, err = run("check", "-f", "json", *words)
    report = json.loads(out)
    jsonschema.validate(report, load_schema("report"))
    found = [(each["path"], each["rule"]) for each in report["diagnostics"]]
    return status, found, report["summary"], err


def test_only_stacks_with_a_file_that_changed_are_judged(repository, run, workspace):
    repository({"a.stack.yml": BAD, "b.stack.yml": WARNING, "c.stack.yml": API})
    status, found, summary, _ = checked(run)

    assert (0, [], 0, 3) == (status, found, summary["files"], summary["unchanged_stacks"])
    workspace({"b.stack.yml": WARNING + "\n# more\n"})
    status, found, summary, _ = checked(run)
    assert (1, [("b.stack.yml", "missing-port")]) == (status, found)
    assert (1, 2) == (summary["files"], summary["unchanged_stacks"])
    assert run("check", "--changed")[1].splitlines()[-2] == (
        "1 warning in 1 file, 1 service; 2 unchanged stacks only compared"
    )


@pytest.mark.parametrize(
    "change",
    [
        ["add", "-A"],  # staged
        ["commit", "-qam", "m"],  # against the first commit
        ["stash", "-q"],
    ],
)
def test_it_makes_no_difference_how_far_a_change_has_come(repository, run, workspace, change):
    repository({"a.stack.yml": GOOD, "b.stack.yml": API})
    workspace({"a.stack.yml": BAD})
    repository.git(*change)
    revision = "HEAD~1" if change[0] == "commit" else "HEAD"
    expected = [] if change[0] == "stash" else [("a.stack.yml", "invalid-value")]

    assert expected == checked(run, f"--changed={revision}")[1]


def test_paths_are_those_below_the_current_folder(repository, run, workspace, monkeypatch):
    folder = repository(
        {"x/a.stack.yml": GOOD, "x/y/b.stack.yml": API, "x/.interlock-lint.yaml": ""}
    )
    workspace({"x/a.stack.yml": BAD})
    monkeypatch.chdir(folder / "x/y")

    assert [("../a.stack.yml", "invalid-value")] == checked(run, "..")[1]
    assert ["invalid-value"] == [rule for _, rule in checked(run, str(folder / "x"))[1]]
    assert [] == checked(run)[1]


def test_a_new_file_has_changed(repository, run, workspace):
    repository({"a.stack.yml": BAD})
    workspace({"new/b.stack.yml": WARNING})

    assert [("new/b.stack.yml", "missing-port")] == checked(run)[1]


def test_a_stack_has_changed_if_any_of_its_files_has(repository, run, workspace):
    config = "stacks:\n  - {name: a, files: [base.yml, a.yml], env-file: a.env}\n"
    override = "services: {web: {image: a}}\n"
    files = {".interlock-lint.yaml": config, "base.yml": WARNING, "a.yml": override, "a.env": "A=1"}
    repository(files)

    assert [] == checked(run)[1]
    for name, text in (
        ("a.yml", "services: {web: {image: b}}\n"),
        ("a.env", "A=2"),
        (".interlock-lint.yaml", config + "# more\n"),
    ):
        workspace({name: text})
        assert [("base.yml", "missing-port")] == checked(run)[1], name
        workspace(files)
    assert [] == checked(run)[1]


def test_a_stack_has_changed_if_what_the_command_line_names_for_it_has(repository, run, workspace):
    repository({"a.stack.yml": BAD, "x.env": "A=1\n", "proxy.toml": PROXY, "lint.yaml": ""})
    words = ("--env-file", "x.env", "--proxy-config", "proxy.toml", "--config", "lint.yaml")

    assert [] == checked(run, *words)[1]
    for name, text in (("x.env", "A=2\n"), ("proxy.toml", f"{PROXY}\n"), ("lint.yaml", "# x\n")):
        workspace({name: text})
        assert [("a.stack.yml", "invalid-value")] == checked(run, *words)[1], name
        repository.git("checkout", "-q", name)
    assert [] == checked(run, *words)[1]


def test_files_outside_of_the_repository_have_no_revision_to_differ_from(repository, run):
    repository({"a.stack.yml": BAD})
    outside = repository.folder.parent / "lint.yaml"
    outside.write_text("", encoding="utf-8")

    assert [] == checked(run, "--config", "../lint.yaml")[1]


def test_a_stack_outside_of_the_repository_is_judged(repository, run):
    repository({"a.stack.yml": BAD})
    (repository.folder.parent / "b.stack.yml").write_text(WARNING, encoding="utf-8")

    assert [("../b.stack.yml", "missing-port")] == checked(run, "../b.stack.yml", ".")[1]


def test_removing_a_configuration_changes_its_stacks(repository, run):
    repository({"x/a.stack.yml": BAD, "b.stack.yml": WARNING, "x/.interlock-lint.yaml": ""})
    (repository.folder / "x/.interlock-lint.yaml").unlink()

    assert [("x/a.stack.yml", "invalid-value")] == checked(run)[1]


def test_a_configuration_of_interlock_is_judged_if_it_changed(repository, run, workspace):
    repository({"proxy.toml": "X = 1\n" + PROXY})

    assert (0, []) == checked(run, "proxy.toml")[:2]
    workspace({"proxy.toml": "X = 2\n" + PROXY})
    assert [("proxy.toml", "unknown-proxy-key")] == checked(run, "proxy.toml")[1]


def test_standard_input_has_changed(repository, run, monkeypatch):
    repository({"a.stack.yml": GOOD})

    for words in (["-"], ["--stdin-filename", "a.stack.yml", "-"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
        assert ["invalid-value"] == [rule for _, rule in checked(run, *words)[1]]


def test_line_breaks_and_links_are_no_changes_of_their_own(repository, run, workspace):
    os.symlink("a.stack.yml", repository.folder / "link.stack.yml")
    repository({"a.stack.yml": BAD, "x/b.stack.yml": WARNING})
    workspace({"a.stack.yml": BAD.replace("\n", "\r\n").encode()})

    assert [] == checked(run)[1]
    assert [] == checked(run, "link.stack.yml")[1]
    (repository.folder / "link.stack.yml").unlink()
    os.symlink("x/b.stack.yml", repository.folder / "link.stack.yml")
    assert [("link.stack.yml", "missing-port")] == checked(run, "link.stack.yml")[1]


def test_what_only_lost_lines_has_changed(repository, run, workspace):
    repository({"a.stack.yml": GOOD})
    workspace({"a.stack.yml": WARNING})

    assert [("a.stack.yml", "missing-port")] == checked(run)[1]


# -- What stacks do together ---------------------------------------------------------------------


@pytest.mark.parametrize("changed", ["a", "b"])
def test_a_clash_with_a_stack_that_did_not_change_is_found(repository, run, workspace, changed):
    """Wherever the finding is: it is reported at the second stack, and points at the first."""
    both = {"a.stack.yml": GOOD, "b.stack.yml": API}
    repository(both)
    host = {"a": "app.example.com", "b": "api.example.com"}
    other = {"a": "b", "b": "a"}[changed]
    name = f"{changed}.stack.yml"
    workspace({name: both[name].replace(host[changed], host[other])})

    assert [("b.stack.yml", "host-in-two-stacks")] == checked(run)[1]


def test_a_clash_among_many_stacks_shows_the_one_that_changed(repository, run, workspace):
    files = {f"{name}.stack.yml": GOOD.replace("web:", f"{name}:") for name in "abcdefghij"}
    repository(files)
    workspace({"j.stack.yml": files["j.stack.yml"] + "# more\n"})
    status, out, _ = run("check", "-f", "json", "--changed", "--select", "host-in-two-stacks")
    (found,) = json.loads(out)["diagnostics"]

    assert "j.stack.yml" == found["notes"][0]["path"]
    assert (0, 5) == (status, len(found["notes"]))


def test_what_unchanged_stacks_do_together_is_not_shown(repository, run, workspace):
    repository({"a.stack.yml": GOOD, "b.stack.yml": GOOD, "c.stack.yml": API})
    workspace({"c.stack.yml": API + "# more\n"})

    assert [] == checked(run)[1]


def test_comments_in_unchanged_stacks_count(repository, run, workspace):
    ignore = "# interlock-lint: ignore-file[host-in-two-stacks, missing-port] shared\n"
    repository({"a.stack.yml": ignore + GOOD, "b.stack.yml": API})
    workspace({"b.stack.yml": API.replace("api.e", "app.e")})

    assert (0, []) == checked(run, "--fail-on", "info")[:2]


# -- Changed lines -------------------------------------------------------------------------------


def test_only_findings_on_changed_lines(repository, run, workspace):
    repository({"a.stack.yml": BAD})
    workspace(
        {
            "a.stack.yml": BAD + "        com.docker.lb.hots: x\n",
            "b.stack.yml": API.replace("8080", "80800"),
        }
    )
    status, found, summary, _ = checked(run, "--only-changed-lines")

    assert (1, 1) == (status, summary["on_unchanged_lines"])
    assert ("a.stack.yml", "misspelt-label") in found
    assert ("b.stack.yml", "invalid-value") in found
    assert ("a.stack.yml", "invalid-value") not in found
    assert "; 1 on unchanged lines\n" in run("check", "--only-changed-lines")[1]


def test_any_place_of_a_finding_counts(repository, run, workspace):
    """A label is wrong because of another one, which was added below."""
    text = STICKY.replace("        com.docker.lb.backend_mode: vip\n", "")
    repository({"a.stack.yml": text})
    workspace({"a.stack.yml": text + "        com.docker.lb.backend_mode: vip\n"})
    found = checked(run, "--only-changed-lines")[1]

    assert ("a.stack.yml", "sticky-session-in-vip-mode") in found


def test_lines_that_only_moved_are_not_changed(repository, run, workspace):
    repository({"a.stack.yml": BAD})
    workspace({"a.stack.yml": "# one\n\n# two\n" + BAD.replace("\n", "\r\n")})

    assert (0, []) == checked(run, "--only-changed-lines")[:2]


def test_findings_on_unchanged_lines_do_not_fail(repository, run, workspace):
    repository({"a.stack.yml": BAD})
    workspace({"a.stack.yml": BAD + "# more\n"})

    assert (1, 0) == (run("check", "--changed")[0], run("check", "--only-changed-lines")[0])


def test_a_baseline_and_changed_lines_go_together(repository, run, workspace):
    repository({"a.stack.yml": BAD, "b.stack.yml": API.replace("8080", "80800")})
    run("check", "--write-baseline", "known.json")
    workspace({"a.stack.yml": BAD + "        com.docker.lb.prot: 1\n"})
    status, found, summary, _ = checked(run, "--baseline", "known.json")

    assert (1, [("a.stack.yml", "misspelt-label")], 1) == (status, found, summary["known"])


# -- Revisions -----------------------------------------------------------------------------------


def test_since_the_commit_in_common(repository, run):
    repository({"a.stack.yml": GOOD, "b.stack.yml": API})
    repository.git("checkout", "-qb", "topic")
    repository({"a.stack.yml": WARNING})
    repository.git("checkout", "-q", "main")
    repository({"b.stack.yml": API.replace("8080", "80800")})
    repository.git("checkout", "-q", "topic")

    assert 2 == checked(run, "--changed=main")[2]["files"]
    assert 1 == checked(run, "--changed=main...")[2]["files"]
    assert [("a.stack.yml", "missing-port")] == checked(run, "--changed=git:main...")[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--changed=none"], "--changed: unknown revision `none`"),
        (["--changed=none..."], "--changed: unknown revision `none`"),
        (["--changed=--all"], "--changed: unknown revision `--all`"),
        (["--changed="], "--changed: name a revision, as in `--changed=HEAD` or "),
        (["--changed", "b.stack.yml"], "--changed: unknown revision `b.stack.yml`"),
        (["--changed", "--", "git:HEAD"], "git:HEAD: only files in the work tree can be compared"),
        (["--changed=orphan..."], "`orphan` and HEAD have no commit in common here; fetch more "),
    ],
)
def test_a_revision_that_cannot_be_used_is_one_clear_line(repository, run, words, complaint):
    repository.git("commit", "-q", "--allow-empty", "-m", "m")
    repository.git("checkout", "-q", "--orphan", "orphan")
    repository({"x": "1"})
    repository.git("checkout", "-q", "main")
    repository({"a.stack.yml": BAD})
    status, out, err = run("check", *words)

    assert (2, "", 1) == (status, out, err.count("\n"))
    assert complaint in err


def test_the_word_after_the_option_may_be_a_source(repository, run):
    """As people write it; only a revision with the same name comes first."""
    files = {"a.stack.yml": BAD, "topic/b.stack.yml": WARNING}
    repository({"README": ""})
    repository({"a.stack.yml": BAD, "topic/b.stack.yml": WARNING})
    for name, text in files.items():
        (repository.folder / name).write_text(text + "# more\n", encoding="utf-8")

    assert 1 == checked(run, "--changed", "topic")[2]["files"]
    assert 1 == checked(run, "topic", "--changed")[2]["files"]
    assert 2 == checked(run, "--changed", "topic", ".")[2]["files"]
    repository.git("branch", "topic", "HEAD~1")
    assert 2 == checked(run, "--changed", "topic")[2]["files"]


def test_outside_of_a_repository(workspace, run):
    workspace({"a.stack.yml": BAD})

    assert (2, "", "error: --changed: the current folder is not in a git repository\n") == run(
        "check", "--changed"
    )


@pytest.mark.usefixtures("repository")
def test_before_the_first_commit(run, workspace):
    workspace({"a.stack.yml": BAD})

    assert (2, "", "error: --changed: unknown revision `HEAD`\n") == run("check", "--changed")


def test_a_shallow_clone(repository, run, monkeypatch):
    repository({"a.stack.yml": GOOD})
    repository({"a.stack.yml": BAD})
    clone = repository.folder.parent / "clone"
    source = repository.folder.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", source, clone], check=True)
    monkeypatch.chdir(clone)

    assert (
        2,
        "",
        "error: --changed: this shallow clone has no revision `HEAD~1`; fetch it first\n",
    ) == run("check", "--changed=HEAD~1")
    assert 0 == run("check", "--changed")[0]


def test_git_starts_nothing_to_compare_files(repository, run, workspace):
    """Filters would see each file that changed."""
    repository({"a.stack.yml": GOOD, ".gitattributes": "* filter=x diff=x\n"})
    (repository.folder / "run.sh").write_text(f"#!/bin/sh\ntouch {repository.folder}/ran\ncat\n")
    (repository.folder / "run.sh").chmod(0o755)
    for key in ("filter.x.clean", "filter.x.smudge", "diff.x.textconv", "diff.external"):
        repository.git("config", key, str(repository.folder / "run.sh"))
    workspace({"a.stack.yml": BAD})

    assert 1 == run("check", "--changed", "--only-changed-lines")[0]
    assert not (repository.folder / "ran").exists()


# -- What could not be judged --------------------------------------------------------------------


def test_what_changed_and_could_not_be_judged_has_not_passed(repository, run, workspace):
    repository({"a.stack.yml": GOOD})
    workspace({"a.stack.yml": BROKEN, "b.stack.yml": BROKEN})
    status, _, _, err = checked(run)

    assert (3, 2) == (status, err.count("not judged"))


def test_what_did_not_change_is_only_a_warning(repository, run):
    repository({"a.stack.yml": BROKEN})
    status, _, summary, err = checked(run)

    assert (0, 0) == (status, summary["files"])
    assert err.startswith("warning: a.stack.yml: not compared: ")
    assert err.endswith("; it has not changed since HEAD\n")


def test_an_unchanged_file_of_a_changed_stack_has_to_be_judged(repository, run, workspace):
    config = "stacks:\n  - {name: a, files: [base.yml, a.yml]}\n"
    files = {".interlock-lint.yaml": config, "base.yml": BROKEN, "a.yml": "services: {}\n"}
    repository(files)

    assert 0 == checked(run, ".")[0]
    workspace({"a.yml": "services: {web: {image: a}}\n"})
    assert 3 == checked(run, ".")[0]
    assert 3 == checked(run, "--isolated", "-c", "base.yml", "-c", "a.yml")[0]
