"""Finds the stacks in a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linter.files import sifting
from linter.files.search import is_yaml
from linter.model.diagnostic import Unjudged
from linter.reading.forms import Composed, Reference, form_of
from linter.syntax.source import Source

StackParts = tuple[Source | Reference, ...]
"""What makes up a stack; later parts override earlier ones."""


def without_stack(source: Source, wanted: str | None = None) -> Unjudged:
    """That a file was to be read, but has no stack."""
    form = form_of(source.path, source.text, wanted)
    title = form.title if form else "a stack file"
    help_text = "use --as to read it as something else, or --allow-empty if this is expected"
    return Unjudged(source.path, f"no stack found; it was read as {title}", help=help_text)


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


def stacks_in(source: Source, wanted: str | None = None) -> Iterator[StackParts]:
    """The stacks in a text, each as its parts in order; none in a text without any."""
    form = form_of(source.path, source.text, wanted)
    if form is None:
        yield (source,)
        return
    for found in form.views(source):
        parts = found.parts if isinstance(found, Composed) else (found,)
        yield tuple(each if isinstance(each, Reference) else source.seen_as(each) for each in parts)


def first(source: Source, wanted: str | None = None) -> list[Source]:
    """The first stack in a text, in each of the ways in which it can be read."""
    found = (part for parts in stacks_in(source, wanted) for part in parts)
    sources = [each for each in found if isinstance(each, Source)] or [source]
    return sources[: sources[0].view.of if sources[0].view else 1]


def combined(parts: Iterable[list[Source]]) -> list[tuple[Source, ...]]:
    """
    What makes one stack together, once for each of the stacks that it can become.

    Each part is given in all ways in which it can be read.
    """
    every = list(parts)
    return [
        tuple(each[number if number < len(each) else 0] for each in every)
        for number in range(max(map(len, every), default=0))
    ]


def alternatives(sources: Iterable[Source], wanted: str | None = None) -> list[tuple[Source, ...]]:
    """The files that make one stack together; of a file with several stacks, the first one."""
    return combined(first(each, wanted) for each in sources)
