"""Proposes changes of a file: fixes, ignore comments, and the switch to VIP mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from linter.editing.place import place
from linter.model.change import Change
from linter.model.diagnostic import Diagnostic, Edit
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX
from linter.routing.routes import Mode, backend_mode
from linter.server import words
from linter.server.folder import Judged
from linter.server.places import service_at
from linter.syntax.source import Span

_INDENT = re.compile(r"[^\S\r\n]*")


class Action(NamedTuple):
    """Edits with a title; of a finding, or of nothing in particular."""

    title: str
    edits: tuple[Edit, ...]
    diagnostic: Diagnostic | None = None
    is_preferred: bool = False


def actions(judged: Judged, start: int, end: int) -> Iterator[Action]:
    """What can be done about the text between two offsets."""
    if any(each.view and each.view.fixed for stack in judged.stacks for each in stack.sources):
        return
    for each in judged.diagnostics:
        span = each.finding.span
        if span.start <= end and start <= span.end:
            yield from _about(each)
    service = service_at(judged.stacks, judged.path, start)
    for stack in judged.stacks:
        if service in stack.services and service is not None:
            yield from _switched(judged, stack, service)


def _about(diagnostic: Diagnostic) -> Iterator[Action]:
    fix = diagnostic.finding.fix
    if fix:
        title = fix.title if fix.safe else f"{fix.title} (changes routing)"
        yield Action(title, fix.edits, diagnostic, is_preferred=fix.safe)
    span = diagnostic.finding.span
    source = span.source
    start = source.line_start(span.start)
    # A line may be as long as the file, and all findings may be on it.
    indent = _INDENT.match(source.text, start)
    words = f"# interlock-lint: ignore[{diagnostic.rule}] TODO: state the reason"
    comment = f"{indent[0] if indent else ''}{words}{_line_break(source.text)}"
    edit = Edit(Span(source, start, start), comment)
    yield Action(f"Ignore {diagnostic.rule} here; state the reason", (edit,), diagnostic)


@lru_cache(maxsize=8)
def _line_break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _switched(judged: Judged, stack: Stack, service: Service) -> Iterator[Action]:
    mode = backend_mode(service)
    if not service.is_routed or mode is None:
        return
    to = Mode.TASK if mode is Mode.VIP else Mode.VIP
    placed = place(stack, [Change(str(service.name), f"{PREFIX}backend_mode", str(to))])
    if not placed.edits:
        return
    shifts = [
        shift
        for route in judged.routes
        for backend in route.backends
        if backend.service.name.span == service.name.span
        if (shift := words.in_mode(route, backend, to))
    ]
    effect = f": {', '.join(dict.fromkeys(shifts))} of the requests" if shifts else ""
    title = f"Switch service {service.name} to {to.display_name}{effect}"
    yield Action(title, tuple(Edit(each.span, each.text) for each in placed.edits))
