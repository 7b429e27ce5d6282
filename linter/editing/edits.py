"""Applies edits to a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from linter.model.diagnostic import Edit
from linter.syntax.source import Source, Span

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Overlap(ValueError):
    """Edits that touch the same text."""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits of one source to its text. Raises Overlap."""
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        if edit.span.start < end:
            raise Overlap(f"two edits overlap at offset {edit.span.start}")
        pieces += (text[end : edit.span.start], edit.text)
        end = edit.span.end
    return "".join((*pieces, text[end:]))


def keeps_the_rest(before: str, after: str, edits: Iterable[Edit]) -> bool:
    """Whether two texts differ only by the given edits."""
    offset = end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        kept = before[end : edit.span.start]
        if after[offset : offset + len(kept) + len(edit.text)] != kept + edit.text:
            return False
        offset += len(kept) + len(edit.text)
        end = edit.span.end
    return after[offset:] == before[end:]


def differing_lines(source: Source, text: str) -> Iterator[Edit]:
    """Edits of whole lines that turn the text of a source into the given one."""
    from difflib import SequenceMatcher

    before, after = lines_of(source.text), lines_of(text)
    offsets = list(accumulate(map(len, before), initial=0))
    for kind, first, last, start, end in SequenceMatcher(None, before, after).get_opcodes():
        if kind != "equal":
            yield Edit(Span(source, offsets[first], offsets[last]), "".join(after[start:end]))


def lines_of(text: str) -> list[str]:
    return LINE.findall(text)
