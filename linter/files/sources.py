"""How the sources of a command line are named that are at a revision of git."""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.diagnostic import Unjudged
from linter.syntax.source import Source

PREFIX = "git:"
"""How sources at a revision begin; a file with such a name can be written as `./git:…`."""


def is_at_revision(name: str) -> bool:
    """Whether a source is at a revision."""
    return name.startswith(PREFIX)


def parts_of(name: str) -> tuple[str, str]:
    """The revision and the path in `git:REVISION:PATH`; the path is empty if it is not given."""
    text, start = name.removeprefix(PREFIX), 0
    # In `HEAD@{10:00}`, the colon is part of the revision.
    while 0 <= (brace := text.find("{", start)) < text.find(":", start):
        start = text.find("}", brace) + 1 or len(text)
    end = text.find(":", start)
    return (text, "") if end < 0 else (text[:end], text[end + 1 :])


def unchangeable(sources: Iterable[Source]) -> tuple[Unjudged, ...]:
    """The sources that cannot be changed because they are at a revision, with the reason."""
    help_text = "name the file in the work tree to change it"
    return tuple(
        Unjudged(each.path, "it is at a revision of git", help=help_text)
        for each in sources
        if is_at_revision(each.path)
    )
