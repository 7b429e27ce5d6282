"""Which values of a stack are not known, so that no rule can judge them."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.names import STACK_NAME
from linter.model.stack import Service, Stack
from linter.model.text import Text
from linter.syntax.interpolation import Parts, Variable
from linter.syntax.source import Span, mentions


def unknown_values(stack: Stack) -> Iterator[Span]:
    """
    The places of these values: labels for Interlock, and what rules compare them with.

    Several services may have a value from one place.
    """
    if not any(mentions(source.text, "$") or source.masked.holes for source in stack.sources):
        return
    services = [each for each in stack.services if each.intends()]
    for service in services:
        yield from (each.span for each in _texts(service) if _is_unknown(each.parts))
        for port in service.ports:
            span = port.span
            if None in (port.targets, port.published) and (
                "$" in span.text or span.source.holes(span.start, span.end)
            ):
                yield port.span
    if services:
        for network in stack.networks:
            if network.span and _is_unknown(network.deployed):
                yield network.span


def _texts(service: Service) -> Iterator[Text]:
    deployment = service.deployment
    settings = (
        *(deployment.mode, deployment.replicas),
        *(deployment.endpoint_mode, deployment.update_order),
    )
    yield from (label.value for label in service.routing.values())
    yield from filter(None, settings)
    yield from (each.key for each in service.attachments)


def _is_unknown(parts: Parts) -> bool:
    return any(isinstance(part, Variable) and part is not STACK_NAME for part in parts)
