"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable

from linter.files import sifting
from linter.files.at_revision import unchangeable
from linter.files.search import is_yaml
from linter.model.diagnostic import Unjudged
from linter.reading.forms import form_of
from linter.syntax.source import Source


def sources_in(source: Source, wanted: str | None = None) -> list[Source]:
    """The stacks in a text, each as a source of its own; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    return [source] if form is None else [source.seen_as(view) for view in form.views(source)]


def sift(path: str, *, by_name: bool) -> Source | None:
    """
    Read a file found in a folder; None if there is nothing to judge in it.

    A file that is not called like YAML, and has no form that is known, is no stack file. Raises
    Unreadable.
    """
    source = sifting.sift(path, by_name=by_name)
    if source is None or is_yaml(path) or form_of(path, source.text) is not None:
        return source
    return None


def protected(sources: Iterable[Source]) -> tuple[Unjudged, ...]:
    """The sources that cannot be changed, with the reasons."""
    sources = tuple(sources)
    fixed = (Unjudged(each.path, each.view.fixed) for each in sources if each.view)
    return (*unchangeable(sources), *(each for each in fixed if each.reason))
