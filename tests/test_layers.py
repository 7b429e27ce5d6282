"""Imports point one way: between folders, and inside each of them."""

import ast
import graphlib
from pathlib import Path

import pytest

import linter
from linter.checking import registry

LINTER = Path(linter.__file__).parent
RULES = Path(registry.folder())

# Each room may import those before it. Rooms on one line know nothing of each other.
ROOMS = [
    ["syntax"],
    ["model"],
    ["reading", "routing"],
    ["files"],
    ["checking"],
    ["editing"],
    ["report"],
    ["terminal"],
    ["commands"],
    ["program"],
    ["cli"],
    ["__main__"],
]
FLOOR = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}

# What a rule may import: the model and the routes, and how to say a finding and a remedy.
FOR_RULES = ("model", "routing", "checking.rule", "checking.suppress", "editing.remedies")

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
    """The modules of this project that a module imports, wherever in it."""
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


def room(name):
    return name.partition(".")[0]


def test_every_module_is_in_a_room():
    assert set(FLOOR) == {room(name) for name in PATHS}


@pytest.mark.parametrize("name", PATHS)
def test_a_module_imports_only_from_its_own_room_and_those_below(name):
    allowed = {each for each in FLOOR if FLOOR[each] < FLOOR[room(name)]} | {room(name)}

    assert [] == [each for each in imported(PATHS[name]) if room(each) not in allowed]


@pytest.mark.parametrize("name", FLOOR)
def test_no_circle_inside_a_room(name):
    graph = {
        each: [other for other in imported(path) if room(other) == name]
        for each, path in PATHS.items()
        if room(each) == name
    }

    assert list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_a_rule_imports_only_what_rules_may(path):
    assert [] == [name for name in imported(path) if not name.startswith(FOR_RULES)]


@pytest.mark.parametrize("name", [each for each in FLOOR if (LINTER / each).is_dir()])
def test_a_room_says_in_a_sentence_what_is_in_it(name):
    text = (LINTER / name / "__init__.py").read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]

    assert first.endswith(".")


@pytest.mark.parametrize("name", PATHS)
def test_no_module_is_too_long_to_read_or_a_drawer_for_anything(name):
    assert len(PATHS[name].read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert not {"utils", "util", "helpers", "helper", "common", "misc"} & set(name.split("."))


def test_only_what_can_be_recovered_puts_files_in_place():
    """All else that is written is new: reports."""
    calls = ("os.replace", "os.rename", "shutil.move", "write_bytes", ".rename(")
    placing = [
        name
        for name, path in PATHS.items()
        if any(call in path.read_text(encoding="utf-8") for call in calls)
    ]

    assert ["files.journal", "files.writing"] == placing


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

    assert ["syntax.composer", "syntax.pure_parser"] == importing
