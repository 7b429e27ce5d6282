"""Reads what `docker service inspect` prints: the services of a swarm at some time, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from linter.reading import make
from linter.reading.json_values import Json
from linter.reading.recorded import Recorded, Resources, is_recorded, recorded
from linter.syntax.composer import NotYaml, compose
from linter.syntax.nodes import Document, Node, ScalarNode
from linter.syntax.source import Source, View

_FIXED = "it is a record of services, and nobody deploys it"


def views(source: Source) -> Iterator[View]:
    """One for each stack, and for each service that belongs to none."""
    try:
        root = Json(compose(source).root)
    except NotYaml as error:
        yield View("inspect", tree=partial(_fails, error=error), fixed=_FIXED)
        return
    entries = [root] if root.is_object else root.items
    names = {each.at("Id").text: each.at("Name").text for each in entries if each.at("Id").text}
    found = (
        recorded(each, Resources(names, written_out=True)) for each in entries if is_recorded(each)
    )
    for services in by_stack(found):
        tree = partial(_tree, services=services)
        yield View("inspect", tree=tree, fixed=_FIXED, stack=services[0].stack)


def by_stack(services: Iterable[Recorded]) -> list[list[Recorded]]:
    """The services of each stack, and each of the others by itself, in the order of their names."""
    groups: dict[tuple[str, bool], list[Recorded]] = {}
    for each in sorted(services, key=lambda service: service.name):
        # A stack may have the name of a service that belongs to none.
        key = (each.stack or each.name, each.stack is None)
        groups.setdefault(key, []).append(each)
    return [groups[key] for key in sorted(groups)]


def _tree(source: Source, services: Iterable[Recorded]) -> Document:
    """The stack file of several services."""
    sections: dict[str, dict[str, tuple[ScalarNode, Node]]] = {}
    for each in services:
        for name, section in Json(each.root).entries:
            known = sections.setdefault(name.value, {})
            for key, value in section.entries:  # several services may join one network
                if value.node is not None:
                    known.setdefault(key.value, (key, value.node))
    pairs = [(name, make.mapping(known.values())) for name, known in sections.items()]
    return Document(source, make.mapping(pairs), literal=True)


def _fails(source: Source, error: NotYaml) -> Document:
    """Fail as reading the text did. Raises NotYaml."""
    del source
    raise error
