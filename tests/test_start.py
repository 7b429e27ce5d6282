"""
How little a run begins with: the modules it imports, and the patterns it compiles.

On the one file of a pre-commit hook, nearly all of the time is for this.
"""

import os
import subprocess
import sys

import pytest
from support import GOOD, ROOT

# Nothing but these may be imported from outside of this program to check a file without findings.
# Each of them, or something that it needs, is among the first that Python itself imports, belongs
# to PyYAML, or is used.
IMPORTED = {
    "__future__",
    *"_abc _bisect _codecs _collections _datetime _functools _io _json _locale _operator".split(),
    *"_signal _sre _stat _yaml abc argparse bisect codecs collections".split(),
    *"atexit copyreg datetime encodings enum errno functools gc genericpath gettext".split(),
    *"importlib io itertools json keyword math operator os posixpath re reprlib".split(),
    *"signal stat types warnings yaml".split(),
    *"base64 binascii struct _struct".split(),  # PyYAML
}

PATTERNS = """
import re
compiled = {}
original = re.compile

class Pattern:
    def __init__(self, *arguments):
        self.pattern = original(*arguments)
        self.used = False

    def __getattr__(self, name):
        found = getattr(self.pattern, name)
        if not callable(found):
            return found

        def use(*arguments):
            self.used = True
            return found(*arguments)

        return use

def observe(*arguments):
    where = sys._getframe(1).f_globals["__name__"]
    if where.partition(".")[0] in ("linter", "yaml", "gettext"):
        return compiled.setdefault((where, arguments), Pattern(*arguments))
    return original(*arguments)

re.compile = observe
"""


def checked(tmp_path, *, before="", after):
    """What some code prints after a file without findings was checked."""
    path = tmp_path / "stack.yml"
    path.write_text(GOOD)
    return printed(path, before, after)


def printed(path, before, after):
    """What some code prints after a file or a folder was checked, which prints nothing itself."""
    code = f"import sys\n{before}\nfrom linter import cli\ncli.main(sys.argv[1:])\n{after}"
    result = subprocess.run(
        [sys.executable, "-c", code, "check", "-q", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "" == result.stderr
    return result.stdout.split()


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="other versions import other modules")
def test_a_run_without_findings_imports_no_more_than_it_needs(tmp_path):
    before = "before = set(sys.modules)"
    after = (
        "print(*{each.partition('.')[0] for each in sys.modules if 'cython' not in each} - before)"
    )

    assert set() == set(checked(tmp_path, before=before, after=after)) - IMPORTED - {"linter"}


def test_a_run_imports_only_the_command_it_runs(tmp_path):
    after = "print(*(each for each in sys.modules if each.startswith('linter.')))"
    folders = [each.split(".")[1:3] for each in checked(tmp_path, after=after)]
    imported = {
        folder: {each[1] for each in folders if each[0] == folder and each[1:]}
        for folder, *_ in folders
    }

    assert {
        "check",
        "deferred",
        "jobs",
        "line",
        "loading",
        "options",
        "parser",
        "reports",
        "status",
    } == imported["commands"]
    assert {"check", "escape", "lines", "markers"} == imported["report"]
    assert {"remedies"} == imported["editing"]
    assert {"revision", "siblings", "git"}.isdisjoint(imported["files"])


def test_a_folder_without_labels_needs_no_rules_and_nothing_that_reads_yaml(tmp_path):
    (tmp_path / "stack.yml").write_text("services:\n  web:\n    image: web\n")
    after = "print(*sys.modules)"
    imported = printed(tmp_path, "", after)

    assert "linter.files.search" in imported
    assert [] == [each for each in imported if each.startswith(("linter.rules", "yaml"))]


def test_a_run_compiles_no_pattern_that_it_does_not_use(tmp_path):
    after = "print(*{where for (where, _), each in compiled.items() if not each.used})"

    assert [] == checked(tmp_path, before=PATTERNS, after=after)


def test_listing_labels_keeps_nothing_else_of_the_files(tmp_path):
    """It needs all services before it prints the first, but the rest is ten times as much."""
    for number in range(3):
        (tmp_path / f"{number}.stack.yml").write_text(GOOD)
    code = (
        "import gc, sys; from linter import cli; from linter.commands import reports; "
        "from linter.syntax.nodes import MappingNode; "
        "reports.write = lambda *_: print(sum(isinstance(each, MappingNode) for each in "
        "gc.get_objects())); cli.main(['labels', 'list', '--isolated', sys.argv[1]])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert "0\n" == result.stdout, result.stderr
