"""Looks for conflicts within each stack first, because a stack is sure to run as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from linter.model.diagnostic import Finding
from linter.routing.routes import Backend, Route

Judge = Callable[[Route, Sequence[Backend]], Iterable[Finding]]


def conflicts(route: Route, judge: Judge) -> Iterable[Finding]:
    """The conflicts within each stack; if there are none, those among all services together."""
    if len(route.serving) < 2:
        return ()
    by_stack: dict[tuple[str, ...], list[Backend]] = {}
    for each in route.serving:
        by_stack.setdefault(each.stack, []).append(each)
    within = [finding for backends in by_stack.values() for finding in judge(route, backends)]
    return within or (judge(route, route.serving) if len(by_stack) > 1 else ())
