"""What a page says about what could not be judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linter.model.diagnostic import Unjudged
from linter.report.lines import count, place


class Missing(NamedTuple):
    """Something that was not judged."""

    place: str
    reason: str
    help: str


def missing(unjudged: Sequence[Unjudged]) -> list[Missing]:
    """Each place that was not judged."""
    return [
        Missing(place(each.span) if each.span else each.path, each.reason, each.help)
        for each in unjudged
    ]


def not_known(unjudged: Sequence[Unjudged]) -> str:
    """The answer to a question if not all files were judged."""
    files = len({each.path for each in unjudged})
    return f"Not known: {count(files, 'file')} {'was' if files == 1 else 'were'} not judged"
