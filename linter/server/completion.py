"""Proposes labels and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linter.model.names import shown_name
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX, Row, rows
from linter.server import words
from linter.server.folder import Judged
from linter.server.places import Inside, block_at
from linter.syntax.source import Source, Span

_LABEL = re.compile(r"(?P<lead>[ \t]*(?:-[ \t]+)?)(?P<quote>[\"']?)(?P<key>[\w.-]*)")
_VALUE = re.compile(
    r"[ \t]*(?:-[ \t]+)?[\"']?(?P<key>[\w.-]+)[\"']?(?:[ \t]*:[ \t]+|=)(?P<value>[\"']?[^\s]*)"
)


class Candidate(NamedTuple):
    """A text to insert for a span, with what is shown about it."""

    text: str
    span: Span
    detail: str = ""
    manual: str = ""
    is_label: bool = False


def complete(judged: Judged, offset: int) -> list[Candidate]:
    """What can be written at an offset."""
    source = judged.source
    inside = block_at(judged.stacks, source, offset) if source else None
    if source is None or inside is None:
        return []
    value = _VALUE.fullmatch(inside.before)
    if value:
        start = offset - len(value["value"]) + (value["value"][:1] in ("'", '"'))
        return list(_values(inside, value["key"], Span(source, start, offset)))
    key = _LABEL.fullmatch(inside.before)
    if key is None:
        return []
    return list(_labels(inside, Span(source, offset - len(key["key"]), offset), key["quote"]))


def _labels(inside: Inside, span: Span, quote: str) -> Iterator[Candidate]:
    given = set(inside.service.routing)
    sign = "=" if inside.block.form == "list" else ": "
    for row in rows().values():
        if row.status == "current" and row.name not in given:
            text = row.key if quote else f"{row.key}{sign}"
            yield Candidate(text, span, row.says, words.manual(row), is_label=True)


def _values(inside: Inside, key: str, span: Span) -> Iterator[Candidate]:
    name = key.removeprefix(PREFIX)
    row = rows().get(name) if key.startswith(PREFIX) else None
    if row is None:
        return
    unquoted_boolean = inside.block.form != "list" and not _is_quoted(span)
    known = dict(_texts(inside, row))
    examples = ((str(each), "example") for each in row.schema.get("examples", ()))
    for text, detail in (known or dict(examples)).items():
        quoted = f'"{text}"' if unquoted_boolean and text in ("true", "false") else text
        yield Candidate(quoted, span, detail)


def _texts(inside: Inside, row: Row) -> Iterator[tuple[str, str]]:
    """The values for a label, each with a few words about it."""
    stack, service = inside.stack, inside.service
    yield from ((choice, row.says) for choice in row.choices)
    if row.name == "network":
        yield from _networks(service)
    elif row.name in ("ssl_cert", "ssl_key"):
        yield from (
            (shown_name(each.deployed), "secret") for each in service.context.secrets.resources
        )
    elif row.name == "service_cluster" and service.context.proxy is not None:
        clusters = service.context.proxy.clusters
        yield from ((each.name, "service cluster") for each in clusters if each.name)
    elif row.name == "port":
        yield from ((port, "port of the service") for port in _ports(service))
    elif row.name == "hosts":
        yield from ((host, "host of another service") for host in _hosts(stack))


def _networks(service: Service) -> Iterator[tuple[str, str]]:
    for each in service.attachments:
        if each.network is not None:
            yield shown_name(each.network.deployed), "network of the service"


def _ports(service: Service) -> Iterator[str]:
    for port in service.ports:
        if port.targets is not None and len(port.targets) == 1:
            yield str(port.targets[0])


def _hosts(stack: Stack) -> Iterable[str]:
    return sorted({str(host) for service in stack.services for host in service.hosts})


def _is_quoted(span: Span) -> bool:
    source: Source = span.source
    return source.text[max(span.start - 1, 0) : span.start] in ("'", '"')
