"""A patch shows nothing secret, and real programs make the new text of it; or there is none."""

import re
import shutil
import subprocess

import pytest
from generated_changes import changes_of, loaded, names
from generated_stacks import stack_texts
from hypothesis import given
from hypothesis import strategies as st
from support import PATIENCE, component, require_git

from linter.editing.diff import hunks
from linter.editing.revise import revise
from linter.files.decoding import encode
from linter.report.changes.patches import patch

SECRET = re.compile("hunter2|run # this|# (?:why|note|a stack|tab|begins|the end)")
PROGRAMS = {
    "patch": ["patch", "-p1", "--silent", "--fuzz=1"],
    "git": ["git", "apply", "--unidiff-zero", "--whitespace=nowarn"],
}


def generated(text, data):
    """The patches for generated changes of a generated file, and how the file is rewritten."""
    before = loaded(text)
    for rewrite in revise([before], [data.draw(changes_of(names(before.stack)))]).rewrites:
        named = frozenset(("team",))
        yield rewrite, patch(rewrite.source, rewrite.edits, named)


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_nothing_secret_is_shown(text, data):
    for rewrite, made in generated(text, data):
        shown = made.text + "".join(each.shown for each in made.lines)
        repeated = "".join(edit.text for edit in rewrite.edits)

        assert not SECRET.search(shown)
        assert made.repeats or not SECRET.search(repeated)
        assert bool(made.text) is not bool(made.withheld)


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_no_line_is_removed_and_added_again(text, data):
    for rewrite, _ in generated(text, data):
        for hunk in hunks(rewrite.source, rewrite.edits):
            assert set(hunk.before).isdisjoint(hunk.after)


ROUTED = """\
services:
  web:
    image: example/web
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: a.example.com
        com.docker.lb.network: front
        com.docker.lb.port: 80
networks:
  front: {external: true}
"""
LISTED = """\
services:
  web:
    image: example/web
    deploy:
      labels:
        - com.docker.lb.hosts=a.example.com
        - com.docker.lb.port=80"""
FILES = {
    "stack.yml": ROUTED,
    "shop/stack.yml": ROUTED.rstrip(),
    "shop/two words.stack.yml": ROUTED.replace("\n", "\r\n"),
    "shop/ünï/stack.täg.yml": LISTED,
    'shop/ünï/"a\tb".stack.yml': ROUTED,
    "shop/ünï/日本 e\u0301.stack.yml": f"\ufeff{LISTED}",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository with files of all kinds, and the texts they get when all ports are changed."""
    require_git()
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    return root


class TestInARepository:
    """A patch starts at the root, wherever it is made, and programs apply it there."""

    def made(self, repository, run, monkeypatch, folder, *words):
        for name, text in FILES.items():
            (repository / name).write_bytes(text.encode())
        monkeypatch.chdir(repository / folder)
        status, out, err = run(*(words or ("labels", "set", "--isolated", ".", "web", "port=81")))

        assert 1 == status
        return out[out.index("diff --git ") :], err

    def apply(self, program, patch, folder):
        component(program, shutil.which(program), f"there is no `{program}` here")
        words = ["patch", "-p1"] if program == "patch" else ["git", "apply"]
        subprocess.run(words, input=patch.encode(), cwd=folder, check=True, timeout=PATIENCE)

    def expect_below(self, repository, folder):
        for name, text in FILES.items():
            port = "81" if f"{name}/".startswith(f"{folder}/".removeprefix("./")) else "80"
            new = re.sub(r"(port[:=] ?)80", rf"\g<1>{port}", text)

            assert new.encode() == (repository / name).read_bytes(), name

    @pytest.mark.parametrize("program", ["patch", "git"])
    @pytest.mark.parametrize("folder", [".", "shop", "shop/ünï"])
    def test_programs_apply_it_at_the_root(self, repository, run, monkeypatch, folder, program):
        patch, _ = self.made(repository, run, monkeypatch, folder)
        self.apply(program, patch, repository)

        self.expect_below(repository, folder)

    @pytest.mark.parametrize("folder", [".", "shop", "shop/ünï"])
    def test_git_applies_it_where_it_is_made(self, repository, run, monkeypatch, folder):
        patch, _ = self.made(repository, run, monkeypatch, folder)
        self.apply("git", patch, repository / folder)

        self.expect_below(repository, folder)

    @pytest.mark.parametrize(("folder", "root"), [("shop", ".."), ("shop/ünï", "../..")])
    def test_a_note_says_where_patch_applies_it(self, repository, run, monkeypatch, folder, root):
        patch, err = self.made(repository, run, monkeypatch, folder)

        assert f"`git -C {root} apply` or `patch -p1 -d {root}`\n" in err
        self.apply("patch", patch, repository / folder / root)
        self.expect_below(repository, folder)

    def test_at_the_root_there_is_no_note(self, repository, run, monkeypatch):
        assert "note:" not in self.made(repository, run, monkeypatch, ".")[1]

    @pytest.mark.parametrize("program", ["patch", "git"])
    def test_it_may_be_about_a_file_above(self, repository, run, monkeypatch, program):
        words = ("labels", "set", "--isolated", "../stack.yml", "web", "port=81")
        patch, _ = self.made(repository, run, monkeypatch, "shop", *words)
        self.apply(program, patch, repository)

        assert ROUTED.replace("80", "81") == (repository / "stack.yml").read_text()
        assert FILES["shop/stack.yml"] == (repository / "shop" / "stack.yml").read_text()

    @pytest.mark.parametrize("program", ["patch", "git"])
    def test_it_may_be_made_through_a_link(self, repository, run, monkeypatch, program):
        """Neither program follows links."""
        (repository / "link.yml").symlink_to("shop/stack.yml")
        words = ("labels", "set", "--isolated", "link.yml", "web", "port=81")
        patch, _ = self.made(repository, run, monkeypatch, ".", *words)
        (repository / "link.yml").unlink()
        self.apply(program, patch, repository)

        changed = (repository / "shop" / "stack.yml").read_text()
        assert FILES["shop/stack.yml"].replace("80", "81") == changed

    @pytest.mark.parametrize("program", ["patch", "git"])
    def test_no_name_acts_on_a_terminal(self, tmp_path, run, monkeypatch, program):
        path = tmp_path / "\x9b31m\u202e\u2028\ufeff\x1b[0m.stack.yml"
        path.write_text(ROUTED)
        monkeypatch.chdir(tmp_path)
        _, out, _ = run("labels", "set", "--isolated", ".", "web", "port=81")
        patch = out[out.index("--- ") :]
        self.apply(program, patch, tmp_path)

        assert out.replace("\n", "").isprintable()
        assert ROUTED.replace("80", "81") == path.read_text()

    def test_it_is_what_git_would_print(self, repository, run, monkeypatch):
        """Except for the hashes of the contents."""
        patch, _ = self.made(repository, run, monkeypatch, ".")
        subprocess.run(["git", "add", "-A"], cwd=repository, check=True)
        self.apply("git", patch, repository)
        words = ["git", "-c", "core.quotePath=false", "diff"]
        printed = subprocess.run(words, cwd=repository, capture_output=True, check=True).stdout
        # After `@@`, git repeats a line that is further up.
        printed = re.sub(r"(?m)^index .*\n|(?<= @@) .*", "", printed.decode())
        escaped = patch.replace("\\042", '\\"').replace("\\011", "\\t")

        assert sorted(printed.split("diff --git ")) == sorted(escaped.split("diff --git "))


@pytest.mark.fuzz
@pytest.mark.parametrize("program", PROGRAMS)
@given(text=stack_texts(), data=st.data())
def test_real_programs_apply_it(program, tmp_path_factory, text, data):
    component(program, shutil.which(program), f"there is no `{program}` here")
    folder = tmp_path_factory.mktemp("patch")
    for rewrite, made in generated(text, data):
        if made.text:
            path = folder / "stack.yml"
            path.write_bytes(encode(rewrite.source, rewrite.source.text))
            found = subprocess.run(
                PROGRAMS[program],
                input=made.text.encode(),
                cwd=folder,
                capture_output=True,
                timeout=PATIENCE,
            )

            assert 0 == found.returncode, (made.text, found.stdout + found.stderr)
            assert encode(rewrite.source, rewrite.text) == path.read_bytes()


OBEYED = """\
services:
  web:
    deploy:
      labels:
        com.docker.lb.hosts: >-
          a.example.com,
          ::error::b.example.com
        com.docker.lb.port: 80
        com.docker.lb.service_cluster: "##[group]west"
"""


@pytest.mark.parametrize(
    ("path", "words", "shown"),
    [
        ("stack.yml", ["set", "port=81"], "port: 81"),
        ("stack.yml", ["set", "port=##vso[task.setvariable]81"], ""),
        ("stack.yml", ["unset", "service_cluster"], ""),
        ("##[error]stack.yml", ["set", "port=81"], ""),
    ],
)
def test_a_build_server_finds_no_command(workspace, run, path, words, shown):
    workspace({path: OBEYED})
    status, out, err = run("labels", words[0], "--force", path, "web", words[1])
    patch = out.partition("--- a/")[2]

    assert 1 == status
    assert shown in patch
    assert bool(shown) is not ("a command to a build server" in err)
    assert not re.search(r"##(vso|teamcity)?\[|^\s*::", out, re.MULTILINE)
