"""Makes the new texts of files from edits, and makes sure that nothing else in them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from linter.editing.edits import apply, keeps_the_rest
from linter.editing.repairs import Unproved
from linter.model.diagnostic import Edit
from linter.syntax.source import Source, Span


class Rewrite(NamedTuple):
    """A file with its new text, and the edits that lead to it."""

    source: Source
    text: str
    edits: tuple[Edit, ...]


def rewritten(
    edits: Iterable[Edit], apply: Callable[[str, Iterable[Edit]], str] = apply
) -> list[Rewrite]:
    """
    The files that edits change, each once, even if several stacks share it.

    Raises Overlap or Unproved.
    """
    sources: dict[str, Source] = {}
    found: dict[str, dict[Edit, None]] = {}
    for edit in edits:
        span = edit.span
        if not span.source.is_yaml(span.start, span.end):
            raise Unproved("an expression or a tag of the template would change")
        source = sources.setdefault(span.source.path, span.source)
        same = Edit(Span(source, span.start, span.end), edit.text)
        found.setdefault(source.path, {})[same] = None
    return [_rewrite(sources[path], tuple(each), apply) for path, each in found.items()]


def _rewrite(
    source: Source, edits: tuple[Edit, ...], apply: Callable[[str, Iterable[Edit]], str]
) -> Rewrite:
    text = apply(source.text, edits)
    if not keeps_the_rest(source.text, text, edits):
        raise Unproved("text outside the edits would change")
    return Rewrite(source, text, edits)
