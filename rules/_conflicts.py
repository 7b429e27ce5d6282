"""Looks for conflicts within each stack first, because a stack is sure to run as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from linter.model.diagnostic import Finding
from linter.routing.routes import Backend, Route

Judge = Callable[[Route, Sequence[Backend]], Iterable[Finding]]


def by_passthrough(backends: Sequence[Backend]) -> tuple[list[Backend], list[Backend]]:
    """Those with TLS passthrough, and those without; if it is not known, they are in neither."""
    passed = [each for each in backends if each.service.is_on("ssl_passthrough")]
    return passed, [each for each in backends if not each.service.may_be_on("ssl_passthrough")]


def conflicts(route: Route, judge: Judge) -> Iterable[Finding]:
    """
    The conflicts within each stack; if there are none, those among all services together.

    The services are in the order of their names, so that the same one is reported if they are put
    into another order.
    """
    if len(route.serving) < 2:
        return ()
    by_stack: dict[tuple[str, ...], list[Backend]] = {}
    serving = sorted(route.serving, key=lambda each: (each.stack, str(each.service.name)))
    for each in serving:
        by_stack.setdefault(each.stack, []).append(each)
    within = [finding for backends in by_stack.values() for finding in judge(route, backends)]
    return within or (judge(route, serving) if len(by_stack) > 1 else ())
