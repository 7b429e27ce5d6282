"""
Finds the stack files that a text names, such as a task of Ansible.

The text is not trusted: what it names must be in its repository or, without one, in its project.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from linter.files.decoding import Unreadable
from linter.files.forms import StackParts, combined, first
from linter.files.reach import reach_of
from linter.files.sources import is_at_revision
from linter.model.diagnostic import Unjudged
from linter.reading.forms import Reference
from linter.syntax.source import Source

_VARIABLE = "what this task deploys is known only when it runs"
_NOT_HERE = "a file of this stack is not here"


class References:
    """
    Reads the files that stacks refer to; a file that is a whole stack, only once.

    `read` returns a file, or None. If one is not known, that is a reason in `unjudged` why the rest
    of its stack cannot be judged, or only one of `warnings` if there is no rest.
    """

    def __init__(
        self,
        read: Callable[[str], Source | None],
        is_new: Callable[[str], bool],
        said: tuple[list[Unjudged], list[str]],
        form: str | None,
    ) -> None:
        self._read = read
        self._is_new = is_new
        self._unjudged, self._warnings = said
        self._form = form

    def resolved(self, parts: StackParts) -> list[tuple[Source, ...]]:
        """
        The sources of a stack, once for each of the stacks that it can become.

        None if it is not known, or has been read already.
        """
        found: list[list[Source]] = []
        for each in parts:
            if isinstance(each, Source):
                found.append([each])
                continue
            path = _path(each)
            if path is None:
                self._say(each, is_all=len(parts) == 1)
                return []
            is_new = self._is_new(os.path.realpath(path))
            source = self._read(path) if is_new or len(parts) > 1 else None
            if source is None:
                return []
            found.append(first(source, self._form))
        return combined(found)

    def _say(self, reference: Reference, *, is_all: bool) -> None:
        span, what = reference.span, _NOT_HERE if reference.places else _VARIABLE
        if is_all:
            place = f"{span.source.path}:{span.position.line}"
            self._warnings.append(f"{place}: {what}; the stack is not judged")
        else:
            reason = f"{what}, so the rest cannot be judged"
            self._unjudged.append(Unjudged(span.source.path, reason, span))


def stack_name(parts: StackParts) -> str | None:
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
