"""Moves container labels to the service labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from linter.editing.content import Inexact, Items, Pairs
from linter.editing.label_writer import LabelWriter, last_of_docker
from linter.editing.outline import Chain, Found, Impossible, Outline, outline_of
from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service
from linter.syntax.documents import document_of
from linter.syntax.nodes import (
    AliasNode,
    Branch,
    MappingNode,
    ScalarNode,
    SequenceNode,
    follow,
    heads,
    length,
    part,
)


def move(labels: Sequence[Label], service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that move container labels of a service to `deploy.labels`.

    A label that is already there with the same value is only removed. None if that cannot be done
    exactly: if the labels are in several files, are defined or used elsewhere too, or one is
    already there with a different value.
    """
    source = labels[0].span.source
    if any(label.span.source is not source for label in labels):
        return None
    starts = frozenset(label.key.span.start for label in labels)
    try:
        return _Mover(outline_of(document_of(source))).moved(starts, str(service.name))
    except (Inexact, Impossible):
        return None


class _Mover:
    """Moves labels within one source."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.layout = outline.layout
        self.writer = LabelWriter(outline)

    def moved(self, starts: frozenset[int], service: str) -> tuple[Edit, ...]:
        """Edits that move the labels at these offsets from `labels` to `deploy.labels`."""
        chain = self.outline.chain(service)
        found = self.outline.find(chain.mapping, "labels")
        origin = found.written if found else None
        if not (found and isinstance(origin, MappingNode | SequenceNode)):
            raise Impossible("it has no `labels`", chain.service.key)
        self._must_be_its_own(chain, found)
        nodes = heads(origin)
        # The label of a quoted item starts after the quotation mark.
        numbers = [n for n, each in enumerate(nodes) if starts & {each.start, each.start + 1}]
        if len(numbers) < len(starts):
            raise Impossible("it is defined elsewhere", found.key)
        self.outline.must_hold_no_anchor(origin, numbers)
        present = self._present(chain.labels)
        added: list[int] = []
        for number in numbers:
            key, value = self._label(origin, number)
            if key not in present:
                added.append(number)
            elif present[key] != value:
                raise Impossible("it has a different value in `deploy.labels`", nodes[number])
        edits = list(self._remove_from_containers(chain, found, origin, numbers))
        if added:
            edits += self._add_labels(chain, origin, added)
        edits = sorted(self.layout.settled(edits), key=lambda edit: edit.span.sort_key)
        if any(after.span.start < before.span.end for before, after in pairwise(edits)):
            raise Impossible("it would be added where it is removed", found.key)
        return tuple(edits)

    def _remove_from_containers(
        self, chain: Chain, found: Found, origin: Branch, numbers: Sequence[int]
    ) -> Iterator[Edit]:
        """Remove container labels; with the last one, also remove `labels`."""
        entries = self.outline.resolver.entries
        if len(numbers) < length(origin):
            if isinstance(origin, MappingNode) and any(
                entries(origin)[self._label(origin, n)[0]].shadowed for n in numbers
            ):
                raise Impossible("a merge would bring it back", found.key)
            yield from self.layout.remove(origin, numbers)
        elif origin.anchor is not None:
            raise Impossible(f"it has the anchor `&{origin.anchor}`", origin)
        elif length(chain.mapping) == 1 or entries(chain.mapping)["labels"].shadowed is not None:
            yield from self.layout.empty(origin)
        else:
            yield from self.layout.remove(chain.mapping, {found.number})

    def _add_labels(self, chain: Chain, origin: Branch, numbers: Sequence[int]) -> Iterator[Edit]:
        """Add container labels to the service labels."""
        service, link, deploy, labels = chain.mapping, chain.link, chain.deploy, chain.labels
        if labels is not None:
            flow = labels.flow or not labels.children
            content = self._copied(labels, origin, numbers, flow=flow)
            yield from self.layout.add(labels, content, last_of_docker(labels))
            return
        if chain.block is not None:  # empty, or not labels: Docker rejects both
            raise Impossible("its `deploy.labels` is not a list or a mapping", chain.block.key)
        within = deploy if isinstance(deploy, MappingNode) else service
        new = Pairs((("labels", self._copied(origin, origin, numbers, flow=within.flow)),))
        if within is deploy:
            yield from self.layout.add(within, new)
        elif link is None:
            yield from self.layout.add(within, Pairs((("deploy", new),)))
        elif isinstance(deploy, ScalarNode) and self.outline.resolver.is_null(deploy):
            yield from self.layout.set_value(within, link.key, link.written, new)
        else:
            raise Impossible("its `deploy` is not a mapping", link.key)

    def _copied(
        self, target: Branch, origin: Branch, numbers: Sequence[int], *, flow: bool
    ) -> Pairs | Items:
        """Copies of labels, converted if the target has the other form."""
        listed = isinstance(target, SequenceNode)
        if listed is not isinstance(origin, SequenceNode):
            found = [self._label(origin, number) for number in numbers]
            if any("$" in key for key, _ in found):
                raise Impossible("Docker replaces variables in its name only in a list", origin)
            style = self.writer.style(target)
            if listed:
                return Items(
                    tuple(self.writer.item(*each, style.quote, flow=flow) for each in found)
                )
            return Pairs(tuple(self.writer.pair(*each, style, flow=flow) for each in found))
        copies = [
            self.layout.copy(each, flow=flow)
            for number in numbers
            for each in self._scalars(origin, number)
        ]
        if listed:
            return Items(tuple(copies))
        return Pairs(tuple(zip(copies[::2], copies[1::2], strict=True)))

    def _scalars(self, labels: Branch, number: int) -> list[ScalarNode]:
        """The scalars of a label: a key and a value, or an item."""
        nodes = part(labels, number)
        found = [each for each in nodes if isinstance(each, ScalarNode)]
        if len(found) < len(nodes):
            raise Impossible("it is an alias, a list or a mapping", nodes[0])
        return found

    def _label(self, labels: Branch, number: int) -> tuple[str, str]:
        """The name of a label, and its value as it would be written as a string."""
        first, *rest = self._scalars(labels, number)
        if rest:
            return first.value, self.outline.resolver.resolve(rest[0]).text
        key, _, value = first.value.partition("=")
        return key, value

    def _present(self, labels: Branch | None) -> dict[str, str]:
        """The existing labels, including merged ones."""
        if isinstance(labels, MappingNode):
            found = self.outline.resolver.entries(labels).items()
            return {
                name: self.outline.resolver.resolve(each.value).text
                for name, each in found
                if isinstance(each.value, ScalarNode)
            }
        items = map(follow, labels.children) if labels else ()
        texts = (each.value.partition("=") for each in items if isinstance(each, ScalarNode))
        return {key: value for key, _, value in texts}

    def _must_be_its_own(self, chain: Chain, labels: Found) -> None:
        """Require that only this service uses the path to its labels of either kind."""
        steps = (
            (self.outline.top, chain.service),
            (chain.mapping, labels),
            (chain.mapping, chain.link),
            (chain.deploy, chain.block),
        )
        is_aliased = self.outline.sharing.is_aliased
        for holder, found in steps:
            if found and (
                found.holder is not holder
                or isinstance(found.written, AliasNode)
                or is_aliased(found.written)
                or is_aliased(found.holder)
            ):
                raise Impossible("it is also used elsewhere in the file", found.key)
