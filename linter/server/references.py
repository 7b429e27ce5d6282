"""Finds what a name refers to, and what else refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from linter.model.names import Resource
from linter.model.stack import Stack
from linter.server.folder import Judged
from linter.server.places import Found, anchor_at, labels_at
from linter.syntax.interpolation import can_be_equal
from linter.syntax.source import Span

_NETWORK = ("network",)
_SECRET = ("ssl_cert", "ssl_key")

_MOST = 100
"""Networks or secrets that one name may refer to; with a variable in it, it could be any."""

_Resource = tuple[Stack, Resource, tuple[str, ...]]


def definitions(judged: Judged, offset: int) -> list[Span]:
    """Where the anchor, the network or the secret at an offset is defined."""
    source = judged.source
    anchor = anchor_at(source, offset) if source else None
    if anchor:
        return [span for span in anchor.spans if span.text.startswith("&")]
    return [each.span for _, each, _ in islice(_resources_at(judged, offset), _MOST) if each.span]


def references(judged: Judged, offset: int) -> list[Span]:
    """All places of the anchor, the network or the secret at an offset, or of the hosts there."""
    source = judged.source
    anchor = anchor_at(source, offset) if source else None
    if anchor:
        return anchor.spans
    for found in labels_at(judged.stacks, judged.path, offset):
        if found.label.name == "hosts":
            return list(_same_hosts(judged, found, offset))
    resources = islice(_resources_at(judged, offset), _MOST)
    return [span for each in resources for span in _places(*each)]


def _same_hosts(judged: Judged, found: Found, offset: int) -> Iterator[Span]:
    here = [host for host in found.service.hosts if host.span.start <= offset <= host.span.end]
    wanted = {host.name for host in here or found.service.hosts}
    for route in judged.routes:
        if not any(host.name in wanted for host in route.hosts):
            continue
        for backend in route.backends:
            yield from (host.span for host in backend.service.hosts if host.name in wanted)


def _resources_at(judged: Judged, offset: int) -> Iterator[_Resource]:
    """The networks and secrets that are declared or named at an offset, with their labels."""
    for stack in judged.stacks:
        named = {
            (str(label.name), label.value.parts)
            for *_, label, _ in labels_at((stack,), judged.path, offset)
            if _is_at(judged, offset, label.value.span)
        }
        attached = {
            id(each.network)
            for service in stack.services
            for each in service.attachments
            if _is_at(judged, offset, each.key.span)
        }
        for each, labels in _resources(stack):
            if (
                id(each) in attached
                or (each.span and _is_at(judged, offset, each.span))
                or any(n in labels and can_be_equal(each.deployed, parts) for n, parts in named)
            ):
                yield stack, each, labels


def _resources(stack: Stack) -> Iterator[tuple[Resource, tuple[str, ...]]]:
    """The networks and secrets of a stack, with the labels that name such."""
    yield from ((each, _NETWORK) for each in stack.networks)
    secrets = {id(each.context.secrets): each.context.secrets for each in stack.services}
    yield from ((each, _SECRET) for names in secrets.values() for each in names.resources)


def _is_at(judged: Judged, offset: int, span: Span) -> bool:
    return span.source.path == judged.path and span.start <= offset <= span.end


def _places(stack: Stack, resource: Resource, labels: tuple[str, ...]) -> Iterator[Span]:
    """Where a network or a secret is declared, and where services or their labels name it."""
    if resource.span:
        yield resource.span
    for service in stack.services:
        for each in service.attachments:
            if each.network is not None and each.network is resource:
                yield each.key.span
        for label in service.everywhere:
            if label.name in labels and can_be_equal(resource.deployed, label.value.parts):
                yield label.value.span
