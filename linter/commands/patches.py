"""Shows changes as patches."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence

from linter import terminal
from linter.editing.diff import diff
from linter.editing.public import public_lines
from linter.editing.revise import Rewrite
from linter.model.diagnostic import Edit
from linter.report import Style
from linter.report.escape import escape
from linter.report.lines import paint
from linter.syntax.composer import document_of
from linter.syntax.source import Source

_ADDED_ALONE = re.compile(r"^@@ -[0-9]+,0 ", re.MULTILINE)
_RED, _GREEN, _CYAN, _BOLD = "31", "32", "36", "1"


def differences(rewrites: Sequence[Rewrite]) -> str:
    """The changes of files as one unified diff, of which `patch -p1` makes the same changes."""
    return "".join(patch(each.source, each.edits) for each in rewrites)


def patch(source: Source, edits: Iterable[Edit]) -> str:
    """The changes of a file as a unified diff, named as it is seen from here or from the root."""
    name = os.path.relpath(source.path)
    if name.startswith(".."):
        name = os.path.abspath(source.path)
    return diff(source, edits, public_lines(document_of(source)), name)


def show(text: str, style: Style) -> None:
    """Print a diff: as it is for other programs, escaped and perhaps in colours for people."""
    if sys.stdout.isatty():
        _show_people(text, style)
    else:
        sys.stdout.write(text)
    if _ADDED_ALONE.search(text):
        terminal.warn(
            "note: lines are added between others that may be secret and are not shown; "
            "`git apply` needs --unidiff-zero for this, `patch -p1` takes it as it is"
        )


def _show_people(text: str, style: Style) -> None:
    for line in text.split("\n")[:-1]:
        code = {"-": _RED, "+": _GREEN, "@": _CYAN}.get(line[:1], "")
        code = _BOLD if line.startswith(("--- ", "+++ ")) else code
        shown = escape(line.removesuffix("\r"))
        sys.stdout.write(paint(shown, code, style) + "\n")
