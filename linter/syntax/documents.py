"""Parses a source in the form it has, only once while the result is in use."""

from __future__ import annotations

from _weakref import ref  # as in `source`

from linter.syntax.composer import compose
from linter.syntax.nodes import Document
from linter.syntax.source import Source


def document_of(source: Source) -> Document:
    """
    The document of a source, parsed only once while it is in use.

    Parsing takes most of the time of a run, so the same text must not be parsed again. Raises
    NotYaml.
    """
    known: Document | None = source.document()
    if known is not None:
        return known
    tree = source.view and source.view.tree
    document: Document = tree(source) if tree else compose(source)
    source.document = ref(document)
    return document
