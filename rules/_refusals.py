"""What the rules about refusals have in common."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.diagnostic import Edit, Finding, Fix
from linter.model.refusal import Refusal, RefusalKind
from linter.model.stack import Stack
from linter.model.text import Span

REJECTED = "`docker stack deploy` rejects the whole file"


def findings(stack: Stack, kind: RefusalKind) -> Iterator[Finding]:
    """The findings about refusals of one kind."""
    for refusal in stack.refusals:
        if refusal.kind is kind:
            yield Finding(
                span=refusal.span,
                message=refusal.message,
                effect=REJECTED,
                help=refusal.help,
                fix=_fix(refusal),
            )


def _fix(refusal: Refusal) -> Fix | None:
    if refusal.instead is None:
        return None
    title = refusal.help[:1].upper() + refusal.help[1:]
    return Fix(title, tuple(_edits(refusal.span, refusal.instead)), safe=True)


def _edits(span: Span, new: str) -> Iterator[Edit]:
    """Replace a text; quotes are added or removed alone, so that nothing secret is in an edit."""
    old = span.text
    if new == f'"{old}"':
        yield Edit(span._replace(end=span.start), '"')
        yield Edit(span._replace(start=span.end), '"')
    elif old[1:-1] == new:
        yield Edit(span._replace(end=span.start + 1), "")
        yield Edit(span._replace(start=span.end - 1), "")
    else:
        yield Edit(span, new)
