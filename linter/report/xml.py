"""What all XML formats share."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from linter.report.escape import inert

__all__ = ["Element", "SubElement", "document"]


def document(root: Element) -> str:
    """
    An element as a whole document.

    Its texts must be printable, because XML has no way to write other characters. Like in JSON, a
    command to a build server is not one in a log.
    """
    indent(root)
    text = inert(tostring(root, encoding="unicode"), "&#35;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
