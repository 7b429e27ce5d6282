"""Knows how edits change a text, and what they look like before they do."""

from __future__ import annotations

from collections.abc import Iterable

from linter.diagnostic import Edit


class Overlap(ValueError):
    """Edits that touch the same text."""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Splice edits of one source into its text. Raises Overlap."""
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        if edit.span.start < end:
            raise Overlap(f"two edits at offset {edit.span.start}")
        pieces += (text[end : edit.span.start], edit.text)
        end = edit.span.end
    return "".join((*pieces, text[end:]))
