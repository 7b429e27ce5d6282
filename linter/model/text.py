"""One scalar of a stack file: its text as Docker reads it, and its position."""

from __future__ import annotations

from linter import TYPE_CHECKING
from linter.syntax.interpolation import (
    Parts,
    can_be_equal,
    cut,
    display,
    is_known,
    lower,
    lowered,
    messages_with_dash,
    split,
    unreadable,
)
from linter.syntax.source import Source, Span

if TYPE_CHECKING:
    from linter.syntax.scalars import Kind

# Some names are only exported again, so that rules need to import nothing but the model.
__all__ = [
    "Kind",
    "Parts",
    "Span",
    "Text",
    "can_be_equal",
    "cut",
    "display",
    "is_known",
    "lower",
    "lowered",
    "messages_with_dash",
    "split",
    "stand_in",
    "unreadable",
]


def stand_in(parts: Parts) -> str:
    """The text for display, but with `x` for what is not known: a pattern must not look into it."""
    if len(parts) == 1 and isinstance(parts[0], str):  # the usual case
        return parts[0]
    return "".join(part if isinstance(part, str) else "x" * len(str(part)) for part in parts)


class Text:
    """
    One scalar, with its text and its position.

    `parts` is the text as Docker will see it, including unknown variables; `value` is the text, or
    None if it contains any of them. `span` is the text as written, including quotes; `style` is how
    it is quoted. `kind` is its YAML type. `invalid` says why Docker cannot interpolate it; `parts`
    is then as written. `unset` are the variables replaced with nothing because they are not set.
    """

    # There are many texts and few of their spans are needed, so those are made on demand.
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
        kind: Kind = "string",
        style: str = "",
        invalid: str | None = None,
        unset: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.parts = parts
        self.kind: Kind = kind
        self.style = style
        self.invalid = invalid
        self.unset = unset
        self._literal: int | None = None
        if len(parts) == 1 and invalid is None:
            only = parts[0]
            self.value = only if isinstance(only, str) else None
        else:
            self.value = None if parts else ""

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    @property
    def written(self) -> str:
        """The text as written."""
        return self.source.text[self.start : self.end]

    @property
    def plain(self) -> bool:
        """Whether it has no quotes, so that YAML may read it as something other than a string."""
        return not self.style

    def __str__(self) -> str:
        return display(self.parts) if self.value is None else self.value

    @property
    def is_rewritten(self) -> bool:
        """Whether it is a number or a date that Docker prints differently than written."""
        if self.kind in ("string", "null", "boolean"):
            return False
        return self.plain and self.written != self.value

    def part(self, start: int, end: int) -> Span:
        """
        The span between two offsets of the value.

        It is the span of the whole text if that contains escapes, folded lines or variables.
        """
        if self._literal is None:
            value = str(self)
            offset = self.start + (self.end - self.start - len(value)) // 2
            found = offset >= self.start and self.source.text.startswith(value, offset, self.end)
            self._literal = offset if found else -1
        if self._literal < 0:
            return self.span
        return Span(self.source, self._literal + start, self._literal + end)
