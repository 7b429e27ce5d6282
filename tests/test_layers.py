"""Arrows point one way: who may import whom."""

import ast
from pathlib import Path

import pytest

import linter
from linter import registry

LINTER = Path(linter.__file__).parent
RULES = Path(registry.folder())

# Each module may import those before it. A rule may import only the model.
ORDER = """
    source diagnostic pure_parser syntax scalars interpolation words labels targets proxy stack
    resolver label_reader reading routes wishes forecast
    rule edits layout public sharing outline label_writer place moving remedies second_reader proof
    registry settings config suppress engine manual
    files disk journal writing sources revise mend migrate manage
    report.escape report report.lines report.concise report.json report.text
    report.routes report.routes.text report.routes.json report.routes.markdown
    report.routes.mermaid
    report.changes report.changes.text report.changes.json report.labels
    terminal commands commands.options commands.choosing commands.patches
    commands.changing
    commands.check commands.fix commands.routes commands.labels commands.migrate
    commands.rules commands.explain
    cli __main__
""".split()
MODEL = {
    *("source", "diagnostic", "scalars", "interpolation", "words", "labels", "targets"),
    *("proxy", "routes", "stack", "rule", "remedies", "suppress"),
}


def imports(path):
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
                found = [".".join(parts[1:n]) for n in (4, 3, 2) if ".".join(parts[1:n]) in ORDER]
                yield from found[:1]


def module(path):
    name = ".".join(path.relative_to(LINTER).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = [
    path
    for path in sorted(LINTER.rglob("*.py"))
    if module(path) != "__init__" and RULES not in path.parents
]


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_a_module_imports_only_what_comes_before_it(path):
    place = ORDER.index(module(path))

    assert [] == [name for name in imports(path) if ORDER.index(name) >= place]


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_a_rule_imports_only_the_model(path):
    assert set() == set(imports(path)) - MODEL


def test_only_what_can_be_recovered_puts_files_in_place():
    """All else that is written is new: reports."""
    calls = ("os.replace", "os.rename", "shutil.move", "write_bytes", ".rename(")
    placing = [
        module(path)
        for path in MODULES
        if any(call in path.read_text(encoding="utf-8") for call in calls)
    ]

    assert ["journal", "writing"] == placing


def test_only_one_module_imports_yaml():
    importing = [
        module(path)
        for path in MODULES
        if any(
            (isinstance(node, ast.Import) and node.names[0].name.startswith("yaml"))
            or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yaml"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]

    assert ["pure_parser", "syntax"] == importing
