"""What people read is plain English: odd phrases that were replaced do not come back."""

import ast
import re

import pytest
from support import ROOT

# Patterns for kinds of phrases, matched as whole words in any case.
BANNED = [
    r"is no \w+ of",
    r"is none that",
    r"is no number of",
    r"that there (?:is|are)(?=[.,;:)])",
    r"than there (?:is|are)(?=[.,;:)])",
    r"is so with",
    r"nobody (?:asks|has|may)",
    r"has nothing to say",
    r"there is to (?:say|tell|see)",
    r"finds fault",
    r"(?:take|takes|taken|taking) (?:\w+ ){1,3}out\b(?! of)",
    r"mends?",
    r"mended",
    r"mending",
    r"--write does it",
    r"on the open line",
    r"\d %",
    r"colours?",
    r"neighbours?",
    r"knows (?:how|what|which|the)",
    r"whoever",
    r"for people",
    r"passed over",
    r"is told",
    r"are told",
    r"beside (?:it|them|the|others)",
]
PATTERN = re.compile("|".join(rf"(?:\b|(?<=\W)){each}(?!\w)" for each in BANNED), re.IGNORECASE)

# These contain the phrases as examples of what not to write.
EXCEPT = {"docs/writing.md", "tests/test_language.py"}

KINDS = {".py", ".md", ".html", ".json", ".yml", ".yaml", ".toml", ".txt", ".sh"}
DOWNLOADED = "benchmarks/work/"
"""What `make bench` installs, which others have written."""

FOLDERS = ["linter", "rules", "schemas", "docs", "examples", "tests", "benchmarks", "."]


def files():
    for folder in FOLDERS:
        paths = (ROOT / folder).glob("*") if folder == "." else (ROOT / folder).rglob("*")
        for path in sorted(paths):
            name = path.relative_to(ROOT).as_posix()
            if name in EXCEPT or name.startswith(DOWNLOADED):
                continue
            if path.is_file() and path.suffix in KINDS:
                yield name


def words(name):
    """The lines of a file that people read; in code, the strings and comments."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text)  # what a template computes
    if not name.endswith(".py"):
        yield from enumerate(text.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.search(r"(?:^|\s)#\s.*", line):
            yield number, match.group()


@pytest.mark.parametrize("name", list(files()))
def test_no_odd_phrase(name):
    found = [
        f"{name}:{line}: {match.group()}"
        for line, text in words(name)
        for match in PATTERN.finditer(text)
    ]

    assert [] == found
