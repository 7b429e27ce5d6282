"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from linter.reading.forms import form_of
from linter.syntax.source import Source


def sources_in(source: Source, wanted: str | None = None) -> list[Source]:
    """The stacks in a text, each as a source of its own; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    return [source] if form is None else [source.seen_as(view) for view in form.views(source)]
