"""What `labels list` and `labels get` share: reading stacks and their labels."""

from __future__ import annotations

import argparse
from collections.abc import Container, Iterable
from typing import NamedTuple

from linter import terminal
from linter.commands import loading, options
from linter.model.deployment import NO_DEPLOYMENT
from linter.model.diagnostic import Unjudged, in_order
from linter.model.stack import Stack
from linter.report.labels import Listed
from linter.syntax.nodes import Document

STATUS = """\

exit status:
  0  labels are printed
  1  the label does not exist (labels get)
  2  invalid usage or configuration
  3  something could not be read
"""


class Asked(NamedTuple):
    """The stacks, what could not be read, and the labels that configurations add."""

    stacks: list[Stack]
    unread: list[Unjudged]
    extra: frozenset[str]


def read(arguments: argparse.Namespace) -> Asked:
    """Read the stacks. Raises UsageError."""
    loader = loading.loader(options.request(arguments))
    stacks: list[Stack] = []
    extra: frozenset[str] = frozenset()
    for job, stack in options.announced(arguments, loader.stacks()):
        stacks.append(_without_the_rest(stack))
        extra |= job.settings.extra_labels
    unread = in_order([*loader.unjudged, *(each for stack in stacks for each in stack.unjudged)])
    terminal.warn_unjudged(*unread)
    loading.warn_about_search(loader)
    return Asked(stacks, unread, extra)


def _without_the_rest(stack: Stack) -> Stack:
    """A stack without what is not about labels, which takes most of the memory."""
    for service in stack.services:
        service.attachments, service.ports, service.exposed = (), (), ()
        service.deployment = NO_DEPLOYMENT
    documents = tuple(Document(each, None, (), ()) for each in stack.sources)
    return stack._replace(
        documents=documents, networks=(), duplicates=(), dollars=(), ignored_keys=()
    )


def listed(stacks: Iterable[Stack], chosen: Container[int], key: str | None = None) -> list[Listed]:
    """
    The chosen services, each once, with their labels, or only those with this key.

    Of a template, those in all of its branches.
    """
    found: dict[tuple[object, ...], Listed] = {}
    for stack in stacks:
        paths = tuple(each.path for each in stack.sources)
        for service in stack.services:
            if id(service) not in chosen:
                continue
            labels = tuple(each for each in service.labels if key in (None, each.key.value))
            place = (paths, *service.name.span.sort_key)
            first = found.setdefault(place, Listed(stack, service, ()))
            known = {each.span.sort_key for each in first.labels}
            more = (each for each in labels if each.span.sort_key not in known)
            found[place] = first._replace(labels=(*first.labels, *more))
    return list(found.values())
