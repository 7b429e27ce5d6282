"""What Docker refuses in a stack file, although the file can be read."""

from __future__ import annotations

from linter import TYPE_CHECKING
from linter.model.diagnostic import Edit
from linter.record import Record
from linter.syntax.source import Span

if TYPE_CHECKING:
    from typing import Literal

    RefusalKind = Literal["unknown-key", "refused-value", "old-boolean", "label-not-a-string"]
    """The rule that reports a refusal."""


class Refusal(Record):
    """
    A reason for `docker stack deploy` to reject the file, and what to do.

    `instead` is text that, in place of the span, Docker accepts; None if that would be a guess.
    """

    __slots__ = ("help", "instead", "kind", "message", "span")

    def __init__(
        self,
        span: Span,
        kind: RefusalKind,
        message: str,
        help: str = "",
        instead: str | None = None,
    ) -> None:
        self.span = span
        self.kind = kind
        self.message = message
        self.help = help
        self.instead = instead

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What writes `instead`; of quotes, only these, so that nothing secret is in an edit."""
        span, old, new = self.span, self.span.text, self.instead
        if new is None:
            return ()
        if new == f'"{old}"':
            start, end = span._replace(end=span.start), span._replace(start=span.end)
            return (Edit(start, '"'), Edit(end, '"'))
        if old[1:-1] == new:
            start, end = span._replace(end=span.start + 1), span._replace(start=span.end - 1)
            return (Edit(start, ""), Edit(end, ""))
        return (Edit(span, new),)
