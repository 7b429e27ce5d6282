"""Imports point one way, between folders and within each of them."""

import ast
import graphlib
import re
import tomllib
from pathlib import Path

import pytest
from support import ROOT

import linter
from linter.checking import registry

LINTER = Path(linter.__file__).parent
RULES = Path(registry.folder())

# Each folder may import those before it. Folders on one line do not import each other.
FOLDERS = [
    ["record"],
    ["syntax"],
    ["model"],
    ["reading", "routing"],
    ["files", "swarm"],
    ["checking"],
    ["editing"],
    ["report"],
    ["terminal"],
    ["server", "api"],
    ["commands"],
    ["program"],
    ["cli"],
    ["__main__"],
]
LEVEL = {folder: number for number, folders in enumerate(FOLDERS) for folder in folders}

# What a rule may import: the model, the routes, and what it needs for findings and fixes.
FOR_RULES = ("record", "model", "routing", "checking.rule", "checking.suppress", "editing.remedies")

LONGEST = 350


def module(path):
    name = ".".join(path.relative_to(LINTER).with_suffix("").parts)
    return name.removesuffix(".__init__")


PATHS = {
    module(path): path
    for path in sorted(LINTER.rglob("*.py"))
    if RULES not in path.parents and path != LINTER / "__init__.py"
}


def imported(path):
    """The modules of this project that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "linter":
                known = (".".join(parts[1:end]) for end in range(len(parts), 1, -1))
                yield from [each for each in known if each in PATHS][:1]


def named(path):
    """The names that a module imports from others of this project, each with where it gets it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("linter."):
            yield from ((node.module.removeprefix("linter."), alias.name) for alias in node.names)


NAMED = {name: set(named(path)) for name, path in PATHS.items()}


def folder(name):
    return name.partition(".")[0]


def test_every_module_is_in_a_known_folder():
    assert set(LEVEL) == {folder(name) for name in PATHS}


@pytest.mark.parametrize("name", PATHS)
def test_a_module_imports_only_from_its_own_folder_and_those_before(name):
    allowed = {each for each in LEVEL if LEVEL[each] < LEVEL[folder(name)]} | {folder(name)}

    assert [] == [each for each in imported(PATHS[name]) if folder(each) not in allowed]


@pytest.mark.parametrize("name", LEVEL)
def test_no_circular_imports_within_a_folder(name):
    graph = {
        each: [other for other in imported(path) if folder(other) == name]
        for each, path in PATHS.items()
        if folder(each) == name
    }

    assert list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", PATHS)
def test_a_module_imports_names_from_where_they_are_defined(name):
    """Only rules get some of them through the model."""
    indirect = [
        (source, each)
        for source, each in NAMED[name]
        if each in {other for _, other in NAMED.get(source, ())} and f"{source}.{each}" not in PATHS
    ]

    assert [] == indirect


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_a_rule_imports_only_what_rules_may(path):
    assert [] == [name for name in imported(path) if not name.startswith(FOR_RULES)]


@pytest.mark.parametrize("name", [each for each in LEVEL if (LINTER / each).is_dir()])
def test_a_folder_says_in_a_sentence_what_is_in_it(name):
    text = (LINTER / name / "__init__.py").read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]

    assert first.endswith(".")


@pytest.mark.parametrize("name", PATHS)
def test_no_module_is_too_long_or_a_catch_all(name):
    assert len(PATHS[name].read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert not {"utils", "util", "helpers", "helper", "common", "misc"} & set(name.split("."))


@pytest.mark.parametrize("path", [*PATHS.values(), *sorted(RULES.glob("*.py"))], ids=str)
def test_a_suppression_names_what_it_suppresses_and_why(path):
    text = path.read_text(encoding="utf-8")
    comments = re.findall(r"# (?:noqa|nosec|type: ignore|pyright: ignore).*", text)

    assert [] == [
        comment
        for comment in comments
        if not re.fullmatch(r"# noqa: [A-Z0-9]+ - .+|# type: ignore\[[a-z-]+\] # .+", comment)
    ]


def test_the_rules_of_ruff_about_security_are_on_for_all_of_the_program():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = settings["tool"]["ruff"]["lint"]
    off = [*lint["ignore"]]
    for files, rules in lint["per-file-ignores"].items():
        off += [] if files.startswith(("tests/", "benchmarks/")) else rules

    assert ["ALL"] == lint["select"]
    assert [] == [rule for rule in off if re.fullmatch(r"S[0-9]*", rule)]


def test_only_recoverable_code_replaces_files():
    """Everything else that is written is new: reports."""
    calls = ("os.replace", "os.rename", "shutil.move", "write_bytes", ".rename(")
    placing = [
        name
        for name, path in PATHS.items()
        if any(call in path.read_text(encoding="utf-8") for call in calls)
    ]

    assert ["files.journal", "files.output", "files.writing"] == placing


def test_three_modules_start_other_programs():
    """They start git, Docker and ssh; what a repository contains decides on none of them."""
    words = ("subprocess", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.popen")
    starting = [
        name
        for name, path in PATHS.items()
        if any(word in path.read_text(encoding="utf-8") for word in words)
    ]

    assert ["files.docker", "files.git", "swarm.ssh"] == sorted(starting)


def test_only_syntax_imports_yaml():
    importing = [
        name
        for name, path in PATHS.items()
        if any(
            (isinstance(node, ast.Import) and node.names[0].name.startswith("yaml"))
            or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yaml"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]

    assert ["syntax.composer", "syntax.libyaml", "syntax.pure_parser"] == importing
