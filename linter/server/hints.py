"""Shows the share of each service next to its hosts, and the routes as an outline of the file."""

from __future__ import annotations

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
    """A service and what it serves, with the places of its name and of its routes."""

    name: str
    detail: str
    span: Span


def hints(judged: Judged) -> Iterator[Hint]:
    """One for each shared route of a service of the file."""
    for route in judged.routes:
        if len(route.backends) < 2:
            continue
        for backend in route.backends:
            if backend.span.source.path == judged.path:
                yield Hint(backend.span, words.share(route, backend), words.arithmetic(route))


def symbols(judged: Judged) -> Iterator[Symbol]:
    """The services of the file, each with its hosts."""
    for stack in judged.stacks:
        for service in stack.services:
            if service.name.source.path == judged.path:
                hosts = ", ".join(map(str, service.hosts))
                yield Symbol(str(service.name), hosts, service.name.span)
