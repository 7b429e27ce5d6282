"""
Reads stack files while somebody is writing them.

What is half-written often is no YAML. Then the lines that break it are left out, so that
everything else can still be judged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import NamedTuple

from linter.files.request import Job
from linter.model.stack import Stack
from linter.syntax.composer import NotYaml, compose
from linter.syntax.mask import Masked
from linter.syntax.nodes import MappingNode
from linter.syntax.source import Source, Span, View

_MOST_LINES = 12
"""Lines that are left out at most; with more, nothing is judged."""


def absolute(path: str) -> str:
    """The path of a file as an editor names it; a text that is in no file has an address."""
    return path if re.match(r"[A-Za-z][\w+.-]+:", path) else os.path.abspath(path)


class Recovered(NamedTuple):
    """A source that can be read; `broken` is why it cannot be read as it is, if so."""

    source: Source
    broken: NotYaml | None = None


class Reader:
    """
    Reads stacks from texts that may be half-written.

    `texts` are those of open files, by path, which come before what is on the disk. `writing` is
    the line, counted from 1, in which each of them was last changed. `broken` collects why a text
    cannot be read as it is, by path.
    """

    def __init__(self, texts: dict[str, str], writing: dict[str, int]) -> None:
        self._texts = texts
        self._writing = writing
        self.broken: dict[str, NotYaml] = {}

    def __call__(self, job: Job) -> Stack:
        """Read a stack. Raises NotYaml if too little of it can be read."""
        return job._replace(sources=tuple(map(self._recovered, job.sources))).read()

    def _recovered(self, source: Source) -> Source:
        path = absolute(source.path)
        if path != source.path:  # a configuration names it
            source = Source(path, source.text, source.encoding, source.view)
        text = self._texts.get(path)
        if text is None:
            return source
        if source.text != text:
            source = source.changed(text)
        found = recovered(source, self._writing.get(source.path, 0))
        if found.broken is not None:
            self.broken[source.path] = found.broken
        return found.source


def recovered(source: Source, writing: int = 0) -> Recovered:
    """A source without the lines that break it, of which the one being written is likely one."""
    first = _why_not(source)
    if first is None or (source.view and source.view.tree):
        return Recovered(source)
    left_out: set[int] = set()
    found = source
    error: NotYaml | None = first
    while error is not None and len(left_out) < _MOST_LINES:
        line = error.span.position.line
        candidates = [each for each in (writing, line, line - 1) if each > 0]
        tried = [
            (number, *_without(source, left_out | {number}))
            for number in candidates
            if number not in left_out
        ]
        if not tried:
            break
        number, found, error = max(tried, key=_how_far)
        left_out.add(number)
    return Recovered(source if error else found, first)


def _how_far(tried: tuple[int, Source, NotYaml | None]) -> int:
    """How much of a text can be read."""
    _, source, error = tried
    return len(source.text) + 1 if error is None else error.span.start


def _without(source: Source, lines: Collection[int]) -> tuple[Source, NotYaml | None]:
    spans = [source.line_span(line) for line in lines if line <= _last(source)]
    found = source.seen_as(_view(source, spans))
    return found, _why_not(found)


def _last(source: Source) -> int:
    return source.position(len(source.text)).line


def _view(source: Source, spans: Iterable[Span]) -> View:
    ranges = [(span.start, span.end) for span in spans]
    before = source.view.mask if source.view else None
    form = source.view.form if source.view else "stack"
    return View(form, mask=partial(_blanked, before, ranges), fixed="it is half-written")


def _blanked(
    before: Callable[[str], Masked] | None, ranges: Iterable[tuple[int, int]], text: str
) -> Masked:
    found = before(text) if before else Masked(text)
    holes = [
        hole
        for hole in found.holes
        if not any(a <= hole.start and hole.end <= b for a, b in ranges)
    ]
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(ranges):
        pieces += (found.yaml[end:start], " " * (stop - start))
        end = stop
    return Masked("".join((*pieces, found.yaml[end:])), tuple(holes))


def _why_not(source: Source) -> NotYaml | None:
    """Why a source cannot be read; None if it can."""
    if source.view and source.view.tree:
        return None
    try:
        root = compose(source).root
    except NotYaml as error:
        return error
    if isinstance(root, MappingNode):
        return None
    start = root.start if root else 0
    return NotYaml("the top level of a stack file must be a mapping", Span(source, start, start))
