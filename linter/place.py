"""Knows how labels are written in a file, and which edits change them in the style of the file."""

from __future__ import annotations

from linter.diagnostic import Edit
from linter.source import Span
from linter.stack import Form, Label, Service


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take a label out of a service, with its line.

    None where that cannot be done exactly: the label comes from elsewhere, is the only one of its
    block, or shares its lines with something else.
    """
    source = label.span.source
    block = next((each for each in service.blocks if each.value.covers(label.span)), None)
    if label.via or block is None or len(block.labels) < 2:
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
