"""Where the files are that tasks of Ansible name: in a role, or next to a playbook."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

from linter.reading.forms import Reference
from linter.syntax.nodes import ScalarNode
from linter.syntax.source import Source, Span

_ROLE_PATH = re.compile(r"\{\{\s*role_path\s*\}\}")
_PLAYBOOK_DIR = re.compile(r"\{\{\s*playbook_dir\s*\}\}")
_IN_ROLES = frozenset({"tasks", "handlers"})
COPYING = {"template": "templates", "copy": "files"}
"""Modules that put a file on a host, with the folder of a role in which it is looked for."""


class Copied(NamedTuple):
    """A file that a task puts on a host: where it is there, and what of the role or playbook."""

    destination: str
    source: str
    folder: str


def reference(
    text: str, node: ScalarNode, source: Source, stack: str | None, copies: Iterable[Copied]
) -> Reference:
    """A stack file that a task names; without places, it is not known where it is."""
    text = text.strip()
    role, playbook = _folders(source.path)
    root = next(each for each in (playbook, role, "") if each is not None)
    span, folder, place = Span(source, node.start, node.end), "files", text
    for each in copies:
        if text in (each.destination, f"{each.destination.rstrip('/')}/{_name(each.source)}"):
            folder, place = each.folder, each.source
    named = place
    for pattern, known in ((_ROLE_PATH, role), (_PLAYBOOK_DIR, playbook)):
        if known is not None:
            place = (known or ".").join(pattern.split(place))
    if "{{" in place or "{%" in place or posixpath.isabs(named):
        return Reference(span, (), root, stack)
    if place != named:
        return Reference(span, (posixpath.normpath(place),), root, stack)
    near = [role, posixpath.dirname(source.path), playbook]
    folders = [posixpath.join(each, folder) for each in (role, playbook) if each is not None]
    folders += [each for each in near if each is not None]
    places = (posixpath.normpath(posixpath.join(each, place)) for each in folders)
    return Reference(span, tuple(dict.fromkeys(places)), root, stack)


def _name(path: str) -> str:
    return posixpath.basename(path)


def _folders(path: str) -> tuple[str | None, str | None]:
    """The folder of the role that a file is in, and that of the playbook, as far as known."""
    folders = path.split("/")[:-1]
    for number in range(len(folders) - 1, -1, -1):
        if folders[number] in _IN_ROLES:
            role = folders[:number]
            playbook = "/".join(role[:-2]) if role[-2:-1] == ["roles"] else None
            return "/".join(role), playbook
    return None, "/".join(folders)
