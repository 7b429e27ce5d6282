"""Knows how labels are written in a file, and which edits change them in the style of the file."""

from __future__ import annotations

from linter.diagnostic import Edit
from linter.source import Span
from linter.stack import Form, Label, LabelBlock


def drop(label: Label, block: LabelBlock) -> tuple[Edit, ...] | None:
    """
    Edits that take a label out of its block, with its line.

    None where that cannot be done exactly: the label comes from elsewhere, is the only one of its
    block, or shares its lines with something else.
    """
    source = label.span.source
    if label.via or len(block.labels) < 2 or not block.value.covers(label.span):
        return None
    position, last = label.span.position, label.span.end_position
    first_line, last_line = source.line_span(position.line), source.line_span(last.line)
    before = source.text[first_line.start : label.span.start].strip()
    behind = source.text[label.span.end : last_line.end].strip()
    if before != ("-" if label.form is Form.LIST else "") or (behind and behind[0] != "#"):
        return None
    start, end = first_line.start, last_line.end
    if source.text.startswith("\r\n", end):
        end += 2
    elif source.text[end : end + 1] in ("\n", "\r"):
        end += 1
    else:  # the last line, without a line break: the one before it has to go
        return None
    return (Edit(Span(source, start, end), ""),)
