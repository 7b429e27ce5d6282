"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.files.siblings import Apart
from linter.reading.forms import Composed, Reference, form_of
from linter.syntax.source import Source

Parts = tuple[Source | Reference, ...]
"""What makes up a stack; later parts override earlier ones."""


def stacks_in(source: Source, wanted: str | None = None) -> Iterator[Parts]:
    """The stacks in a text, each as its parts in order; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    if form is None:
        yield (source,)
        return
    for found in form.views(source):
        parts = found.parts if isinstance(found, Composed) else (found,)
        yield tuple(each if isinstance(each, Reference) else source.seen_as(each) for each in parts)


def one_each(sources: Iterable[Source], wanted: str | None = None) -> tuple[Source, ...]:
    """The first stack in each of the files that make one stack together."""
    return tuple(_first(each, wanted) for each in sources)


def _first(source: Source, wanted: str | None) -> Source:
    found = (part for parts in stacks_in(source, wanted) for part in parts)
    return next((each for each in found if isinstance(each, Source)), source)


def fixed(sources: Iterable[Source]) -> Apart | None:
    """Why a stack cannot be changed exactly, because of the forms of its texts."""
    reasons = [each.view.fixed for each in sources if each.view and each.view.fixed]
    return Apart(reasons[0], "") if reasons else None
