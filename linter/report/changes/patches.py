"""Changes to files as patches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

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
    """The changes to files as one unified diff for `patch -p1`."""
    return "".join(patch(each.source, each.edits) for each in rewrites)


def patch(source: Source, edits: Iterable[Edit]) -> str:
    """The changes to a file as a unified diff, with a path from the current folder, or absolute."""
    name = os.path.relpath(source.path)
    if name.startswith(".."):
        name = os.path.abspath(source.path)
    return diff(source, edits, public_lines(document_of(source)), name)


def adds_lines_without_context(text: str) -> bool:
    """Whether a diff adds lines without context, which `git apply` rejects."""
    return _ADDED_ALONE.search(text) is not None


def for_people(text: str, style: Style) -> str:
    """A diff for a terminal: escaped, and in color if it is on."""
    return "".join(_line(line, style) + "\n" for line in text.split("\n")[:-1])


def _line(line: str, style: Style) -> str:
    code = {"-": _RED, "+": _GREEN, "@": _CYAN}.get(line[:1], "")
    code = _BOLD if line.startswith(("--- ", "+++ ")) else code
    return paint(escape(line.removesuffix("\r")), code, style)
