"""The documents are correct: their commands run, and print what the documents show."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from itertools import pairwise, takewhile

import pytest
from markdown_it import MarkdownIt
from support import ROOT, component

from linter import __version__, api, commands
from linter.checking import registry
from linter.commands.line import parse

sys.path.append(str(ROOT / "docs"))  # as for a script there
spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
refresh = importlib.util.module_from_spec(spec)
spec.loader.exec_module(refresh)


@pytest.mark.parametrize("name", refresh.DOCUMENTS)
def test_output_in_documents_is_what_the_program_prints(name):
    """If this fails, run `make docs` and look at the diff."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "$ interlock-lint " in text
    assert refresh.refreshed(text) == text
    assert "usage:" not in text
    assert "error: " not in text


@pytest.mark.parametrize("folder", refresh.GENERATED)
def test_what_is_generated_is_up_to_date(folder):
    """If this fails, run `make docs` and look at the diff."""
    paths = (refresh.DOCS / folder).iterdir()

    assert refresh.generated()[folder] == {
        path.name: path.read_text(encoding="utf-8") for path in paths
    }


def test_the_page_about_events_is_up_to_date():
    """If this fails, run `make docs` and look at the diff."""
    assert refresh.events_page() == refresh.EVENTS.read_text(encoding="utf-8")


def test_the_page_about_events_says_what_plan_says():
    """For each pair of files that differ in one setting of a service, and keep its tasks."""
    rows = re.findall(
        r"^\| ([a-z ]+) \| (yes|no) \| (yes|no) \| (\w+) \| ([a-z ]+) \|",
        refresh.EVENTS.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    said = {name: (task, vip, basis, tasks) for name, task, vip, basis, tasks in rows}
    answers, effects = ("no", "yes"), {"all": "all replaced", "none": "stay"}
    effects["some"] = "only those added or removed"
    compared = set()
    for folder in sorted((ROOT / "tests" / "plan").iterdir()):
        sides = (str(folder / "old.yml"), str(folder / "new.yml"))
        for change in api.plan(*sides, options=api.Options(isolated=True)).services:
            if len(change.differences) != 1 or change.new.service.tasks == 0:
                continue
            (name,) = (each.setting.display_name for each in change.differences)
            compared.add(name)
            verdicts = (answers[each.reconfigured] for each in (change.task, change.vip))
            assert (*verdicts, change.vip.basis, effects[change.tasks]) == said[name], folder.name

    assert {"image", "replicas", "routing label", "backend mode", "network", "label"} <= compared


def test_the_man_page_is_up_to_date():
    """If this fails, run `make docs` and look at the diff."""
    assert refresh.man_page() == refresh.MAN_PAGE.read_text(encoding="utf-8")


def test_the_picture_of_a_terminal_is_up_to_date():
    """If this fails, run `make docs` and look at the picture."""
    assert refresh.picture() == refresh.PICTURE.read_text(encoding="utf-8")


def test_the_man_page_is_shown_without_a_warning():
    component("man", shutil.which("man") and shutil.which("groff"), "there is no man or groff here")
    environment = {**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
    shown = subprocess.run(
        ["man", "--warnings", "--local-file", refresh.MAN_PAGE],
        capture_output=True,
        encoding="utf-8",
        env=environment,
    )
    plain = re.sub(r".\x08", "", shown.stdout)

    assert (0, "") == (shown.returncode, shown.stderr)
    for name in commands.names():
        assert f"\n   {name}\n" in plain
    assert "--fail-on SEVERITY" in plain
    assert "\\" not in plain


def test_the_index_has_each_rule_once():
    index = (refresh.DOCS / "rules" / "README.md").read_text(encoding="utf-8")

    assert sorted(registry.load()) == sorted(
        re.findall(r"^\| \[([a-z0-9-]+)\]\(\1\.md\)", index, re.MULTILINE)
    )


def test_the_readme_opens_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(.*?)```", readme, re.DOTALL)

    assert ["make demo", "make test"] == [
        line.split("#")[0].strip() for line in block[1].splitlines()
    ]


MARKDOWN = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "ansible/README.md", "benchmarks/README.md")
    for path in ROOT.glob(pattern)
)


def parsed(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return MarkdownIt("commonmark").enable("table").parse(text)


def inline(name):
    for token in parsed(name):
        yield from token.children or ()


@cache
def anchors(name):
    """The anchors of the headings in a document, as GitHub makes them."""
    tokens = parsed(name)
    titles = [
        "".join(part.content for part in text.children)
        for opening, text in pairwise(tokens)
        if opening.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", MARKDOWN)
def test_links_between_documents_work(name):
    """Where the documents are shown as they are; `make site` checks the same for the site."""
    for token in inline(name):
        target = token.attrs.get("href") or token.attrs.get("src")
        if not target or re.match(r"[a-z]+:", str(target)):
            continue
        path, _, anchor = str(target).partition("#")
        found = (ROOT / name).parent / path if path else ROOT / name
        assert found.exists(), f"link to {target}"
        if anchor:
            assert anchor in anchors(os.path.relpath(found, ROOT)), f"link to {target}"


@pytest.mark.parametrize("name", MARKDOWN)
def test_each_document_has_something_to_do(name):
    """A command to run."""
    code = [each.content for each in parsed(name) if each.type == "fence"]
    code += [each.content for each in inline(name) if each.type == "code_inline"]
    command = r"^(\$ )?(interlock-lint|make|pip|pre-commit) |^from linter import api$"

    assert any(re.search(command, each, re.MULTILINE) for each in code)


@pytest.mark.parametrize("name", MARKDOWN)
def test_commands_in_shell_blocks_are_valid(name):
    """Those without output are not run, but their options and arguments exist."""
    blocks = [each.content for each in parsed(name) if each.type == "fence" and each.info == "sh"]
    for line in "".join(blocks).replace("\\\n", "").splitlines():
        words = shlex.split(line, comments=True)
        start = words.index("interlock-lint") + 1 if "interlock-lint" in words else len(words)
        used = list(takewhile(lambda word: word not in ("|", "&&", ">"), words[start:]))
        if used and not set(used) & {"--help", "--version"}:
            parse(used)


def test_the_text_of_a_picture_says_what_is_in_it():
    images = [(name, each) for name in MARKDOWN for each in inline(name) if each.type == "image"]
    drawn = [(name, each) for name, each in images if "pictures/" in each.attrs["src"]]

    assert len(drawn) > 3
    for name, image in drawn:
        picture = ((ROOT / name).parent / image.attrs["src"]).read_text(encoding="utf-8")
        assert f"<title>{image.content}</title>" in picture, name


def test_the_page_about_pre_commit_has_all_hooks():
    page = (refresh.DOCS / "pre-commit.md").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")

    assert re.findall(r"^- id: (\S+)", hooks, re.MULTILINE) == re.findall(r"- id: (\S+)", page)


def test_the_changelog_starts_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)", text, re.MULTILINE)

    assert re.fullmatch(re.escape(__version__) + r" - \d{4}-\d\d-\d\d", headings[0])


def test_this_version_is_the_one_to_pin():
    """Wherever a document or a template pins a version."""
    names = ["README.md", *(each.relative_to(ROOT) for each in (ROOT / "docs").glob("*.md"))]
    for folder in ("templates", "mega-linter-plugin-interlock-lint"):
        names += [each.relative_to(ROOT) for each in (ROOT / folder).glob("*.yml")]
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"interlock-lint(?:==|@v|:)(\d[\w.]*)|rev: v([\w.]+)", text)

        assert {__version__} >= {first or second for first, second in pinned}, name
        assert "rev: main" not in text


def test_python_versions_are_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lowest = project["project"]["requires-python"].removeprefix(">=")

    assert f"Python {lowest}" in readme
    assert f"py{lowest.replace('.', '')}" == project["tool"]["ruff"]["target-version"]


def test_the_diagram_is_what_the_program_draws():
    """The document has it twice, as output and as a picture."""
    text = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")
    picture = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL)[1]

    assert f"$ interlock-lint routes --format mermaid examples/canary.yml\n{picture}```" in text
