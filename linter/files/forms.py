"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.files.at_revision import unchangeable
from linter.model.diagnostic import Unjudged
from linter.reading.forms import Composed, Reference, form_of
from linter.syntax.source import Source


def stacks_in(source: Source, wanted: str | None = None) -> Iterator[tuple[Source | Reference, ...]]:
    """The stacks in a text, each as its parts in order; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    if form is None:
        yield (source,)
        return
    for found in form.views(source):
        parts = found.parts if isinstance(found, Composed) else (found,)
        yield tuple(
            each if isinstance(each, Reference) else source.seen_as(each) for each in parts
        )


def sources_in(source: Source, wanted: str | None = None) -> list[Source]:
    """The sources of the first stack in a text that are in the text itself."""
    first = next(stacks_in(source, wanted), ())
    return [each for each in first if isinstance(each, Source)]


def protected(sources: Iterable[Source]) -> tuple[Unjudged, ...]:
    """The sources that cannot be changed, with the reasons."""
    sources = tuple(sources)
    fixed = (Unjudged(each.path, each.view.fixed) for each in sources if each.view)
    return (*unchangeable(sources), *(each for each in fixed if each.reason))
