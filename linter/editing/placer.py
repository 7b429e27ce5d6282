"""Places label changes in one document, on the innermost level where this is possible."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from linter.editing.content import Content, Inexact, Items, Pairs
from linter.editing.label_writer import LabelWriter, Wanted
from linter.editing.outline import Chain, Found, Impossible, NotOnThisLevel, items_of, outline_of
from linter.editing.sharing import ELSEWHERE, NOBODY, Others
from linter.model.change import Change, NotDone
from linter.model.diagnostic import Edit
from linter.syntax.nodes import (
    AliasNode,
    CollectionNode,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_key,
    follow,
    head,
    heads,
    is_merge,
    length,
)
from linter.syntax.source import Source


class Placed(NamedTuple):
    """Changes to a service that are made in one source, and the edits that make them."""

    changes: tuple[Change, ...]
    source: Source
    edits: tuple[Edit, ...]


class _Meant(NamedTuple):
    """
    The services that changes are meant for.

    `services` has them by change; `common` are those that get all changes of the current service.
    """

    services: Mapping[tuple[str, str | None], set[str]]
    common: set[str]

    def by(self, change: Change) -> set[str]:
        return self.services[change.key, change.value]


class Placer:
    """Places changes in one source."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        self.outline = outline_of(document)
        self.layout = self.outline.layout
        self.writer = LabelWriter(self.outline)
        self._alternatives: dict[Hashable, tuple[Others, tuple[Edit, ...]]] = {}

    def place(self, changes: Sequence[Change]) -> Iterator[Placed | NotDone]:
        """The result for changes in this source, service by service."""
        meant: dict[tuple[str, str | None], set[str]] = {}
        by_service: dict[str, list[Change]] = {}
        for change in changes:
            meant.setdefault((change.key, change.value), set()).add(change.service)
            by_service.setdefault(change.service, []).append(change)
        common: dict[tuple[tuple[str, str | None], ...], set[str]] = {}
        for service, wanted in by_service.items():
            pairs = tuple((each.key, each.value) for each in wanted)
            if pairs not in common:
                common[pairs] = set.intersection(*(meant[pair] for pair in pairs))
            yield self._of_service(service, tuple(wanted), _Meant(meant, common[pairs]))

    def _of_service(
        self, service: str, changes: tuple[Change, ...], meant: _Meant
    ) -> Placed | NotDone:
        """Change labels of one service on the first level where this is possible."""
        chain = self.outline.chain(service)
        if chain.service.holder is not self.outline.top:
            span = self.layout.span(chain.service.key)
            reason = "the whole service comes from a merge"
            return NotDone(service, reason, span, changes=changes)
        reasons: list[Impossible] = []
        for level in (self._in_labels, self._in_deploy, self._in_service, self._in_services):
            try:
                edits = self.layout.settled(level(chain, changes, meant))
            except NotOnThisLevel:
                continue
            except Impossible as reason:
                reasons.append(reason)
            except Inexact as reason:
                return NotDone(service, reason.reason, reason.span, changes=changes)
            else:
                return Placed(changes, self.source, edits)
        last = reasons[-1]
        span = self.layout.span(last.node)
        others, instead = self._for_all(chain, changes)
        if not instead:
            others = next((each.others for each in reasons if each.others is not NOBODY), NOBODY)
        named = others.first(service)
        return NotDone(service, last.reason, span, changes=changes, others=named, instead=instead)

    def _users(self, chain: Chain, changes: tuple[Change, ...]) -> set[str]:
        """The services that use the places where label changes would be made."""
        labels = chain.labels
        users: set[str] = set()
        for change in changes if labels else ():
            pair = self.outline.find(labels, change.key)
            if pair and not (
                change.value is None and self.outline.is_shadowing(change.key, labels)
            ):
                users |= self.outline.sharing.readers(pair.key)
            elif labels:
                users |= self.outline.sharing.receivers(labels, "<<" if pair else change.key)
        return users

    def _for_all(
        self, chain: Chain, changes: tuple[Change, ...]
    ) -> tuple[Others, tuple[Edit, ...]]:
        """
        Edits that make changes in place, for all services that get the labels from there.

        Returns these services too, and no edits if the place is used elsewhere.
        """
        key = (id(chain.labels), *((each.key, each.value) for each in changes))
        known = self._alternatives.get(key)
        if known is None:
            others = Others(self._users(chain, changes))
            edits: tuple[Edit, ...] = ()
            everybody = self.outline.everybody
            meant = _Meant({(each.key, each.value): everybody for each in changes}, everybody)
            if ELSEWHERE not in others.names:
                with suppress(Impossible, NotOnThisLevel, Inexact):
                    edits = tuple(self._in_labels(chain, changes, meant))
            known = self._alternatives[key] = (others, edits)
        return known

    # Level by level, from the labels outward.

    def _in_labels(
        self, chain: Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Change labels in place, and add new ones next to them."""
        labels = chain.labels
        if isinstance(labels, MappingNode):
            yield from self._in_map(chain, labels, changes, meant)
        elif isinstance(labels, SequenceNode):
            yield from self._in_list(chain, labels, changes, meant)
        else:
            raise NotOnThisLevel

    def _in_map(
        self, chain: Chain, labels: MappingNode, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        unmerging = any(self._comes_back(labels, each, meant.by(each)) for each in changes)
        style = self.writer.style(labels)
        added: list[tuple[str, Content]] = []
        removed: dict[int, tuple[MappingNode, set[int]]] = {}
        for change in changes:
            who = meant.by(change)
            pair = self.outline.find(labels, change.key)
            if pair and pair.holder is not labels and unmerging:
                pair = None
            if pair and pair.holder is labels:
                self.outline.must_be_used_only_by(pair.key, who)
            elif pair and not self._is_only_for(pair, who):
                pair = None  # its own label overrides the inherited one
            if pair and change.value is None:
                removed.setdefault(id(pair.holder), (pair.holder, set()))[1].add(pair.number)
            elif pair and change.value is not None:
                yield from self.writer.write(pair, change.value)
            elif change.value is not None:
                self.outline.must_be_only_for(labels, change.key, who)
                added.append(self.writer.pair(change.key, change.value, style, flow=labels.flow))
        if unmerging:
            merges = {n for n, (key, _) in enumerate(labels.pairs) if is_merge(key)}
            removed.setdefault(id(labels), (labels, set()))[1].update(merges)
            own = {key.value for key in map(as_key, heads(labels)) if key is not None}
            left_out = own | {each.key for each in changes}
            added = [*self.writer.copies(labels, left_out, flow=labels.flow), *added]
        others = [each for each in removed.values() if each[0] is not labels]
        for holder, numbers in others:
            yield from self.writer.remove(chain, holder, numbers)
        _, numbers = removed.get(id(labels), (labels, set()))
        yield from self.writer.rewrite(chain, labels, numbers, Pairs(tuple(added)))

    def _comes_back(self, labels: MappingNode, change: Change, who: AbstractSet[str]) -> bool:
        """Whether a merge would bring a label back after its removal."""
        pair = self.outline.find(labels, change.key)
        if change.value is not None or pair is None:
            return False
        shadowed = self.outline.is_shadowing(change.key, labels)
        inherited = pair.holder is not labels
        if not (shadowed or inherited):
            return False
        if not shadowed and self._is_only_for(pair, who):
            return False
        self.outline.must_be_only_for(labels, "<<", who)
        return True

    def _is_only_for(self, pair: Found, who: AbstractSet[str]) -> bool:
        sharing = self.outline.sharing
        return sharing.others(sharing.readers(pair.key), who) is NOBODY

    def _in_list(
        self, chain: Chain, labels: SequenceNode, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        style = self.writer.style(labels)
        added: list[str] = []
        removed: set[int] = set()
        for change in changes:
            self.outline.must_be_only_for(labels, change.key, meant.by(change))
            numbers = items_of(labels, change.key)
            if change.value is None:
                removed.update(numbers)
            elif numbers:  # if there are several, the last one counts
                item = labels.children[numbers[-1]]
                self.outline.must_be_replaceable(item)
                quote = item.style if isinstance(item, ScalarNode) else style.quote
                text = self.writer.item(change.key, change.value, quote, flow=labels.flow)
                yield Edit(self.layout.span(item), text)
            else:
                text = self.writer.item(change.key, change.value, style.quote, flow=labels.flow)
                added.append(text)
        yield from self.writer.rewrite(chain, labels, removed, Items(tuple(added)))

    def _in_deploy(
        self, chain: Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give `deploy` its own labels, which override those it shares."""
        if not isinstance(chain.deploy, MappingNode):
            raise NotOnThisLevel
        block = chain.block
        if block and block.holder is chain.deploy and self._has_text(block.written):
            raise Impossible("its `labels` is not a list or a mapping", block.key)
        write = partial(self.writer.content, chain, _wanted(changes), flow=chain.deploy.flow)
        yield from self._override(chain.deploy, "labels", chain.block, write, meant.common)

    def _has_text(self, written: Node) -> bool:
        """Whether a value is a scalar that would be lost if something else were there."""
        value = follow(written)
        is_scalar = isinstance(value, ScalarNode) and not self.outline.resolver.is_null(value)
        return is_scalar and self.source.text[value.start : value.end] not in ("", '""', "''")

    def _in_service(
        self, chain: Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give the service its own `deploy`, which overrides the one it shares."""
        if isinstance(chain.deploy, SequenceNode):
            raise Impossible("`deploy` is not a mapping", chain.deploy)
        service = chain.mapping
        write = partial(self.writer.deploy, chain, _wanted(changes), flow=service.flow)
        yield from self._override(service, "deploy", chain.link, write, meant.common)

    def _override(
        self,
        holder: MappingNode,
        key: str,
        shared: Found | None,
        write: Callable[[int], Content],
        meant: AbstractSet[str],
    ) -> Iterator[Edit]:
        """
        Give a mapping its own pair for a key that it shares or does not have.

        `write` gets the offset where the content will be.
        """
        if shared is None or shared.holder is not holder:
            self.outline.must_be_only_for(holder, key, meant)
            pair = self.writer.key(key, holder), write(holder.end)
            yield from self.layout.add(holder, Pairs((pair,)))
            return
        self.outline.must_be_used_only_by(shared.key, meant)
        if isinstance(shared.written, CollectionNode):
            self.outline.must_be_only_for(shared.written, "<<", meant)
            raise NotOnThisLevel
        content = write(shared.written.start)
        yield from self.layout.set_value(holder, shared.key, shared.written, content)

    def _in_services(
        self, chain: Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give the service its own mapping, which overrides the one it shares."""
        del meant
        found = chain.service
        if not isinstance(found.written, AliasNode):
            raise NotOnThisLevel
        flow = found.holder.flow
        deploy = self.writer.deploy(chain, _wanted(changes), found.written.start, flow=flow)
        content = Pairs((("<<", f"*{found.written.name}"), ("deploy", deploy)))
        yield from self.layout.set_value(found.holder, found.key, found.written, content)

    def removal(self, offset: int, service: str) -> tuple[Edit, ...]:
        """Edits that remove the label of a service whose key or item is at an offset."""
        chain = self.outline.chain(service)
        labels = chain.labels
        if labels is not None:
            numbers = range(length(labels))  # not a copy of all of them for each that is removed
            number = bisect_right(numbers, offset, key=lambda n: head(labels, n).start) - 1
            if number >= 0 and offset <= head(labels, number).end:
                self.outline.must_be_used_only_by(head(labels, number), {service})
                return tuple(self.writer.remove(chain, labels, {number}))
        raise Impossible("it is defined elsewhere", chain.service.key)


def _wanted(changes: Iterable[Change]) -> Wanted:
    return {each.key: each.value for each in changes}
