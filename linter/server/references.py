"""Finds what a name refers to, and what else refers to it."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.stack import Stack
from linter.server.folder import Judged
from linter.server.places import Found, anchor_at, labels_at
from linter.syntax.interpolation import can_be_equal
from linter.syntax.source import Span


def definitions(judged: Judged, offset: int) -> list[Span]:
    """Where the anchor, the network or the secret at an offset is defined."""
    source = judged.source
    anchor = anchor_at(source, offset) if source else None
    if anchor:
        return [span for span in anchor.spans if span.text.startswith("&")]
    found = next((each for each in labels_at(judged.stacks, judged.path, offset)), None)
    if found is not None:
        return list(_declared(found))
    return list(_networks(judged, offset))


def references(judged: Judged, offset: int) -> list[Span]:
    """The other users of the anchor at an offset, or the other services of the hosts there."""
    source = judged.source
    anchor = anchor_at(source, offset) if source else None
    if anchor:
        return anchor.spans
    for found in labels_at(judged.stacks, judged.path, offset):
        if found.label.name == "hosts":
            return list(_same_hosts(judged, found, offset))
    return definitions(judged, offset)


def _same_hosts(judged: Judged, found: Found, offset: int) -> Iterator[Span]:
    here = [host for host in found.service.hosts if host.span.start <= offset <= host.span.end]
    wanted = {host.name for host in here or found.service.hosts}
    for route in judged.routes:
        if not any(host.name in wanted for host in route.hosts):
            continue
        for backend in route.backends:
            yield from (host.span for host in backend.service.hosts if host.name in wanted)


def _declared(found: Found) -> Iterator[Span]:
    parts = found.label.value.parts
    if found.label.name == "network":
        resources = found.stack.networks
    elif found.label.name in ("ssl_cert", "ssl_key"):
        resources = found.service.context.secrets.resources
    else:
        return
    for each in resources:
        if each.span and can_be_equal(each.deployed, parts):
            yield each.span


def _networks(judged: Judged, offset: int) -> Iterator[Span]:
    for stack in judged.stacks:
        yield from _attached(stack, judged.path, offset)


def _attached(stack: Stack, path: str, offset: int) -> Iterator[Span]:
    for service in stack.services:
        for each in service.attachments:
            key = each.key
            is_here = key.source.path == path and key.start <= offset <= key.end
            if is_here and each.network and each.network.span:
                yield each.network.span
