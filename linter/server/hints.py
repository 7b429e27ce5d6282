"""Shows the share of each service next to its hosts, and the routes as an outline of the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from linter.server import words
from linter.server.folder import Judged
from linter.syntax.source import Span


class Hint(NamedTuple):
    """A short text after a span, and Markdown that explains it."""

    span: Span
    text: str
    manual: str


class Symbol(NamedTuple):
    """A service or one of its routes: the place of its name, all of it, and what is below it."""

    name: str
    detail: str
    span: Span
    whole: Span
    children: tuple[Symbol, ...] = ()


def hints(judged: Judged) -> Iterator[Hint]:
    """One for each shared route of a service of the file."""
    for route in judged.routes:
        if len(route.backends) < 2:
            continue
        manual, title = words.arithmetic(route), words.title(route)
        for backend, share in zip(route.backends, words.shares(route), strict=True):
            if backend.span.source.path == judged.path:
                yield Hint(backend.span, f"{share or 'unknown share'} of {title}", manual)


def symbols(judged: Judged) -> Iterator[Symbol]:
    """The services of the file, each with its routes."""
    routes = _routes(judged)
    every = [each for stack in judged.stacks for each in stack.services]
    services = [each for each in every if each.name.source.path == judged.path]
    starts = sorted(each.name.start for each in services)
    for service in services:
        name = service.name
        hosts = ", ".join(map(str, service.hosts))
        own = tuple(routes.get(id(service), ()))
        yield Symbol(str(name), hosts, name.span, _whole(name.span, starts), own)


def _routes(judged: Judged) -> dict[int, list[Symbol]]:
    """The routes of each service, by the identity of the service."""
    found: dict[int, list[Symbol]] = {}
    for route in judged.routes:
        title = words.title(route)
        for backend, share in zip(route.backends, words.shares(route), strict=True):
            span = backend.span
            if span.source.path == judged.path:
                symbol = Symbol(title, share, span, span)
                found.setdefault(id(backend.service), []).append(symbol)
    return found


def _whole(name: Span, starts: list[int]) -> Span:
    """
    From a name to the last line that is further to the right, as YAML has it in block style.

    It ends before the line of the next name; names begin at `starts`.
    """
    source = name.source
    left, end = name.position.column, source.line_end(name.start)
    start = source.next_line(name.start)
    following = bisect_right(starts, name.start)
    is_last = following == len(starts)
    until = len(source.text) if is_last else source.line_start(starts[following])
    while start < until:
        line = source.text[start : source.line_end(start)]
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and indent < left:
            break
        if line.strip():
            end = source.line_end(start)
        start = source.next_line(start)
    return Span(source, name.start, end)
