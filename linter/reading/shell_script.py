"""Finds the stacks in a shell script: all of it is one."""

from __future__ import annotations

from collections.abc import Iterator

from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.syntax.embedded import Embedded, Segment
from linter.syntax.source import Source, View


def views(source: Source) -> Iterator[View]:
    """One for each heredoc with a stack file, and one for all services that commands create."""
    return views_of(source, "shell", find)


def find(text: str) -> Found:
    """The script."""
    return Found((Embedded(text, [Segment(0, len(text))]),))
