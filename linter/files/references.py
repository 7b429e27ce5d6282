"""
Finds the stack files that a text names, such as a task of Ansible.

The text is not trusted: what it names must be in its repository or, without one, in its project.
"""

from __future__ import annotations

import os

from linter.files.decoding import Unreadable
from linter.files.forms import Parts
from linter.files.reach import reach_of
from linter.files.revision import is_at_revision
from linter.model.diagnostic import Unjudged
from linter.reading.forms import Reference
from linter.syntax.source import Source

_VARIABLE = "what this task deploys is known only when it runs"
_NOT_HERE = "a file of this stack is not here"


def paths(parts: Parts) -> list[str] | Unjudged | str:
    """
    The files that a stack refers to, relative to the current folder.

    If one is not known, the reason why the rest cannot be judged, or only a warning if there is no
    rest.
    """
    found: list[str] = []
    for each in parts:
        if isinstance(each, Source):
            continue
        path = _path(each)
        if path is None:
            span, what = each.span, _NOT_HERE if each.places else _VARIABLE
            if any(isinstance(part, Source) for part in parts):
                return Unjudged(span.source.path, f"{what}, so the rest cannot be judged", span)
            return f"{span.source.path}:{span.position.line}: {what}; the stack is not judged"
        found.append(path)
    return found


def stack(parts: Parts) -> str | None:
    """The name of the stack, if the text that refers to its files has it."""
    return next((each.stack for each in parts if isinstance(each, Reference)), None)


def _path(reference: Reference) -> str | None:
    if is_at_revision(reference.span.source.path):
        return None
    reach = reach_of(reference.root or os.curdir)
    for place in reference.places:
        try:
            if os.path.isfile(reach.find(place)):
                return os.path.relpath(place)
        except Unreadable:
            continue
    return None
