"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable

from linter.files.at_revision import unchangeable
from linter.model.diagnostic import Unjudged
from linter.reading.forms import form_of
from linter.syntax.source import Source


def without_stack(source: Source, wanted: str | None = None) -> Unjudged:
    """That a file was to be read, but has no stack."""
    form = form_of(source.path, source.text, wanted)
    title = form.title if form else "a stack file"
    help_text = "use --as to read it as something else, or --allow-empty if this is expected"
    return Unjudged(source.path, f"no stack found; it was read as {title}", help=help_text)


def sources_in(source: Source, wanted: str | None = None) -> list[Source]:
    """The stacks in a text, each as a source of its own; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    return [source] if form is None else [source.seen_as(view) for view in form.views(source)]


def alternatives(sources: Iterable[Source], wanted: str | None = None) -> list[tuple[Source, ...]]:
    """
    The files that make one stack together, once for each of the stacks that they can become.

    Of a file with several stacks, it is the first one.
    """
    found = [sources_in(each, wanted) or [each] for each in sources]
    views = [each[: each[0].view.of if each[0].view else 1] for each in found]
    return [
        tuple(each[number if number < len(each) else 0] for each in views)
        for number in range(max(map(len, views), default=0))
    ]


def protected(sources: Iterable[Source]) -> tuple[Unjudged, ...]:
    """The sources that cannot be changed, with the reasons."""
    sources = tuple(sources)
    fixed = (Unjudged(each.path, each.view.fixed) for each in sources if each.view)
    return (*unchangeable(sources), *(each for each in fixed if each.reason))
