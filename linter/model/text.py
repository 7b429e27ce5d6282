"""One scalar of a stack file: what Docker makes of it, and where it stands."""

from __future__ import annotations

from linter.syntax.interpolation import (
    Parts,
    can_be_equal,
    cut,
    display,
    lowered,
    split,
    unreadable,
)
from linter.syntax.scalars import STRING, Kind
from linter.syntax.source import Source, Span

# What a text is made of and can be asked, so that rules need to know the model alone.
__all__ = [
    "Kind",
    "Parts",
    "Span",
    "Text",
    "can_be_equal",
    "cut",
    "display",
    "lowered",
    "split",
    "unreadable",
]


class Text:
    """
    One scalar: what it says, and where.

    `parts` is the text as Docker will see it, with the variables that are not known; `value` is the
    text, or None while it depends on one of them. `span` is the text as written, quotes and all,
    `style` how it is quoted. `kind` is what YAML takes it for. `invalid` tells why Docker cannot
    interpolate it; then `parts` is as written. `unset` are the variables of which nothing is left,
    because they are not set.
    """

    # There are many, and nobody asks where most of them stand: a span is made for who does.
    __slots__ = (
        *("source", "start", "end", "parts", "kind", "style", "invalid", "unset", "value"),
        "_literal",
    )

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        parts: Parts,
        kind: Kind = STRING,
        style: str = "",
        invalid: str | None = None,
        unset: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.parts = parts
        self.kind = kind
        self.style = style
        self.invalid = invalid
        self.unset = unset
        self._literal: int | None = None
        self.value: str | None = None
        if not parts:
            self.value = ""
        elif len(parts) == 1 and invalid is None:
            self.value = parts[0] if isinstance(parts[0], str) else None

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    @property
    def written(self) -> str:
        """The text as written."""
        return self.source.text[self.start : self.end]

    @property
    def plain(self) -> bool:
        """Written without quotes, so that YAML may take it for something else than a string."""
        return not self.style

    def __str__(self) -> str:
        return display(self.parts) if self.value is None else self.value

    @property
    def is_rewritten(self) -> bool:
        """Whether it is a number or a date that Docker prints in another way than it is written."""
        kind = self.kind
        if kind is STRING or kind is Kind.NULL or kind is Kind.BOOLEAN:
            return False
        return self.plain and self.written != self.value

    def part(self, start: int, end: int) -> Span:
        """
        The span of a part of the value, given by two offsets in it.

        It is the span of the whole text where that is not written literally: with escapes, folded
        lines or variables.
        """
        if self._literal is None:
            value = str(self)
            offset = self.start + (self.end - self.start - len(value)) // 2
            found = offset >= self.start and self.source.text.startswith(value, offset, self.end)
            self._literal = offset if found else -1
        if self._literal < 0:
            return self.span
        return Span(self.source, self._literal + start, self._literal + end)
