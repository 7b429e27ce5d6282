"""The documents are correct: their commands run, and print what the documents show."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from support import ROOT, component

from linter import __version__, commands
from linter.checking import registry

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


def test_the_pages_of_the_rules_are_up_to_date():
    """If this fails, run `make docs` and look at the diff."""
    written = {path.name: path.read_text(encoding="utf-8") for path in refresh.RULES.iterdir()}

    assert refresh.rule_pages() == written


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
    index = (refresh.RULES / "README.md").read_text(encoding="utf-8")

    assert sorted(registry.load()) == sorted(
        re.findall(r"^\| \[([a-z0-9-]+)\]\(\1\.md\)", index, re.MULTILINE)
    )


def test_the_readme_opens_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(.*?)```", readme, re.DOTALL)

    assert ["make demo", "make test"] == [
        line.split("#")[0].strip() for line in block[1].splitlines()
    ]


def test_links_to_files_work():
    for name in (
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "docs/ci.md",
        "docs/stability.md",
        *refresh.DOCUMENTS,
    ):
        path = ROOT / name
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{name} links to {target}"


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
