"""Changes to files as patches."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from linter.editing.diff import Hunk, diff, hunks
from linter.editing.edits import apply, lines_of
from linter.editing.public import Public, public
from linter.files import git
from linter.model.diagnostic import Edit
from linter.report import Style
from linter.report.escape import escape, has_controls, is_obeyed
from linter.report.excerpt import Changed, changed
from linter.report.lines import paint
from linter.syntax.source import Source

_RED, _GREEN, _CYAN, _BOLD = "31", "32", "36", "1"

_ROOM = 100
"""Columns to show of a changed line if there is no diff."""

_WORD = re.compile(r"\w")
_LONE_RETURN = re.compile(r"\r(?!\n)")


class Patch(NamedTuple):
    """
    The changes to a file as a unified diff, or the reason why they must not be shown.

    `root` is the folder that its path starts at, relative to the current one. `git apply` needs
    `--unidiff-zero` for it if it is `bare`. `repeats` says that an edit repeats text of the file
    that may be secret. `lines` show the changes to people if there is no diff.
    """

    text: str = ""
    root: str = os.curdir
    bare: bool = False
    withheld: str = ""
    repeats: bool = False
    lines: tuple[Changed, ...] = ()


def patch(source: Source, edits: Iterable[Edit], named: frozenset[str] = frozenset()) -> Patch:
    """
    The changes to a file as a patch; its path starts at the root of the repository.

    Without a repository, it starts at the current folder. Outside of these, it is absolute.

    It shows nothing that may be secret, except for labels that the user has `named`, and nothing
    that a build server or a terminal obeys. So if a line that changes contains either, there is no
    diff.
    """
    edits = tuple(edits)
    if not edits:
        return Patch()
    after = source.changed(apply(source.text, edits))
    views = public(source, named), public(after, named)
    changes = hunks(source, edits)
    reason = _reason(changes, views)
    if not reason and any(_LONE_RETURN.search(each.text) for each in (source, after)):
        reason = "programs that apply patches do not know its line breaks"
    if not reason and not source.encoding.startswith("utf-8"):
        reason = "the patch would be UTF-8, and the file is not"
    root = git.root_of(os.curdir)
    # Programs that apply patches do not follow links inside a repository.
    path = os.path.realpath(source.path) if root else source.path
    name = os.path.relpath(path, root)
    from_root = root is not None and not _leads_out(name)
    if _leads_out(name):
        name = os.path.abspath(source.path)
    if not reason and is_obeyed(name):
        reason = "its name contains a command to a build server"
    if reason:
        lines = tuple(changed(views[0], edits, _ROOM, views[1]))
        return Patch(withheld=reason, repeats=_repeats(edits, views[1]), lines=lines)
    found = diff(source, changes, _inert(source, views[0].lines), name, from_root=from_root)
    return Patch(found.text, os.path.relpath(root) if root and from_root else os.curdir, found.bare)


def _leads_out(name: str) -> bool:
    return name.split(os.sep, maxsplit=1)[0] == os.pardir


def _inert(source: Source, shown: Collection[int]) -> Collection[int]:
    """The lines to show that nothing obeys, as context of a patch."""
    if "##" not in source.text and "::" not in source.text and not has_controls(source.text):
        return shown
    lines = lines_of(source.text)
    return {
        number
        for number in shown
        if number < len(lines) and not is_obeyed(lines[number]) and not has_controls(lines[number])
    }


def _reason(changes: Iterable[Hunk], views: tuple[Public, Public]) -> str:
    """Why hunks must not be shown: the first line, old or new, with what must not be printed."""
    before, after = views
    moved = 0
    for hunk in changes:
        first, old, new = hunk.first, hunk.before, hunk.after
        private = [n for n in range(first, first + len(old)) if n not in before.lines]
        start = first + moved
        if not private and any(n not in after.lines for n in range(start, start + len(new))):
            private = [first]
        if private:
            return f"line {private[0] + 1} contains text that may be secret"
        if any(
            is_obeyed(f"{sign}{each}") for sign, lines in (("-", old), ("+", new)) for each in lines
        ):
            return f"line {first + 1} contains a command to a build server"
        if any(has_controls(each) for each in (*old, *new)):
            return f"line {first + 1} contains a control character"
        moved += len(new) - len(old)
    return ""


def _repeats(edits: Iterable[Edit], after: Public) -> bool:
    """Whether edits repeat a word that may be secret; quotes around it are none."""
    moved = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        start, end, text = edit.span.start, edit.span.end, edit.text
        place = start + moved
        for piece in after.pieces(place, place + len(text)):
            part = after.source.text[max(piece.start, place) : min(piece.end, place + len(text))]
            if piece.hidden and _WORD.search(part):
                return True
        moved += len(text) - (end - start)
    return False


def for_people(text: str, style: Style) -> str:
    """A diff for a terminal: escaped, and in color if it is on."""
    return "".join(_line(line, style) + "\n" for line in text.split("\n")[:-1])


def _line(line: str, style: Style) -> str:
    code = {"-": _RED, "+": _GREEN, "@": _CYAN}.get(line[:1], "")
    code = _BOLD if line.startswith(("--- ", "+++ ")) else code
    return paint(escape(line.removesuffix("\r")), code, style)
