"""Hosts in labels, and the form in which their names are compared."""

from __future__ import annotations

from linter.model.text import Text, stand_in
from linter.record import Record
from linter.syntax.interpolation import Parts, display, is_known, lowered, split
from linter.syntax.source import Span

REGULAR_EXPRESSION = "~"
"""What the name of a server begins with for NGINX if it is a regular expression."""


class Host(Record):
    """
    A host in a label, and its position there.

    `name` is the same for all forms of a host name, so compare that; `written` is the name as in
    the file, for display. Both are in lower case, except for a regular expression, which has only
    the form in which it is written.
    """

    __slots__ = ("end", "name", "start", "text", "written")

    def __init__(self, name: Parts, written: Parts, text: Text, start: int, end: int) -> None:
        self.name = name
        self.written = written
        self.text = text
        self.start = start
        self.end = end

    @classmethod
    def of(cls, parts: Parts, text: Text, start: int, end: int) -> Host:
        """The host with this name, at these offsets of the text."""
        shown = display(parts)
        if shown.startswith(REGULAR_EXPRESSION):
            return cls(parts, parts, text, start, end)
        written = lowered(parts)
        return cls(written if shown.isascii() else host_name(parts), written, text, start, end)

    def __str__(self) -> str:
        return display(self.written)

    @property
    def span(self) -> Span:
        return self.text.part(self.start, self.end)

    @property
    def is_known(self) -> bool:
        """Whether its name does not depend on an unknown variable."""
        return is_known(self.name)

    @property
    def is_expression(self) -> bool:
        """Whether NGINX takes it for a regular expression."""
        return str(self).startswith(REGULAR_EXPRESSION)

    @property
    def is_pattern(self) -> bool:
        """Whether NGINX takes it for a regular expression or a wildcard, or may do so."""
        name = stand_in(self.written)
        return "*" in name or name.startswith(".") or self.is_expression


def hosts_in(value: Text) -> tuple[Host, ...]:
    """The hosts in the value of a label."""
    return tuple(
        Host.of(each.parts, value, each.start, each.end)
        for each in split(value.parts, ",")
        if each.parts
    )


def host_name(parts: Parts) -> Parts:
    """The one form of a host name in which names are compared."""
    if display(parts).isascii():
        return lowered(parts)
    from linter.model.idn import canonical  # rarely needed

    return canonical(parts)
