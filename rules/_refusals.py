"""What the rules about refusals have in common."""

from __future__ import annotations

from collections.abc import Iterator

from linter import TYPE_CHECKING
from linter.model.diagnostic import Finding, Fix
from linter.model.refusal import Refusal
from linter.model.stack import Stack

if TYPE_CHECKING:
    from linter.model.refusal import RefusalKind

REJECTED = "`docker stack deploy` rejects the whole file"


def findings(stack: Stack, kind: RefusalKind) -> Iterator[Finding]:
    """The findings about refusals of one kind."""
    for refusal in stack.refusals:
        if refusal.kind == kind:
            yield Finding(
                span=refusal.span,
                message=refusal.message,
                effect=REJECTED,
                help=refusal.help,
                fix=_fix(refusal),
            )


def _fix(refusal: Refusal) -> Fix | None:
    title = refusal.help[:1].upper() + refusal.help[1:]
    return Fix(title, refusal.edits, safe=True) if refusal.edits else None
