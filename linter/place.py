"""
Knows where a label of a service is written, and which edits change it there and nowhere else.

A label may be the service's own, or come through an alias or a merge that others use too. It is
changed where it stands when all who read it there are meant; else the service gets labels of its
own over those it shares. What it inherited stays: through the same anchor, or repeated. Where
neither can be done exactly, nothing is, and a Refused says why.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection as Names
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from heapq import nsmallest
from itertools import pairwise
from typing import NamedTuple

from linter.diagnostic import Edit
from linter.interpolation import Environment
from linter.layout import Content, Inexact, Items, Layout, Pairs, flow_text, length
from linter.resolver import Resolver
from linter.scalars import Kind
from linter.sharing import ELSEWHERE, Sharing, follow, is_merge, merged, position
from linter.source import Source, Span
from linter.stack import Label, Service, Stack
from linter.syntax import Alias, Branch, Collection, Node, Scalar, Value, compose
from linter.syntax import Mapping as MappingNode
from linter.syntax import Sequence as SequenceNode


class Change(NamedTuple):
    """
    A label that a service is to have, or, with the value None, not to have.

    `value` is as it would stand in the file: `${NAME}` is a variable, `$$` a dollar sign.
    """

    service: str
    key: str
    value: str | None


class Placed(NamedTuple):
    """Changes of a service that are made in one source, and the edits that make them."""

    changes: tuple[Change, ...]
    source: Source
    edits: tuple[Edit, ...]


class Refused(NamedTuple):
    """
    Changes of a service that cannot be made exactly: why, and where.

    `instead` are edits that would make them, and change `others` too.
    """

    changes: tuple[Change, ...]
    reason: str
    span: Span
    others: tuple[str, ...] = ()
    instead: tuple[Edit, ...] = ()

    @property
    def service(self) -> str:
        return self.changes[0].service


class Placement(NamedTuple):
    """What becomes of changes: of each one of these, or nothing where it is so already."""

    placed: tuple[Placed, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, each once: services that share a place are changed together."""
        return tuple(dict.fromkeys(edit for each in self.placed for edit in each.edits))


def place(stack: Stack, changes: Iterable[Change]) -> Placement:
    """
    The edits that make changes in the files of a stack.

    Of several files the one that decides the value is edited; a new label goes into the last one
    that has labels of the service, and a label is taken out of all that have it. Of a service all
    changes are made, or none.
    """
    outlines = [_outline(source) for source in stack.sources]
    services = {str(service.name): service for service in stack.services}
    wanted: list[tuple[int, Change]] = []
    for change in dict.fromkeys(changes):
        if change.value is None:
            numbers = [n for n, each in enumerate(outlines) if each.has(change)]
        else:
            numbers = [max(range(len(outlines)), key=lambda n: (outlines[n].rank(change), n))]
            if _is_so(services[change.service], change) or outlines[numbers[0]].says(change):
                numbers = []
        wanted += ((number, change) for number in numbers)
    refused: list[Refused] = []
    while True:
        placed, found = _place(outlines, wanted)
        if not found:
            return Placement(tuple(placed), tuple(refused))
        # What is shared with a service that stays as it is has to stay too.
        refused += found
        stuck = {each.service for each in found}
        wanted = [each for each in wanted if each[1].service not in stuck]


def _place(
    outlines: Sequence[_Outline], wanted: Iterable[tuple[int, Change]]
) -> tuple[list[Placed], list[Refused]]:
    """What becomes of changes, each given with the number of its source."""
    by_number: dict[int, list[Change]] = {}
    by_service: dict[str, list[Change]] = {}
    for number, change in wanted:
        by_number.setdefault(number, []).append(change)
        by_service.setdefault(change.service, []).append(change)
    placed: list[Placed] = []
    refused: dict[str, Refused] = {}
    for number, found in sorted(by_number.items()):
        for each in outlines[number].place(found):
            if isinstance(each, Placed):
                placed.append(each)
            elif each.service not in refused:
                every = tuple(dict.fromkeys(by_service[each.service]))
                refused[each.service] = each._replace(changes=every)
    return placed, list(refused.values())


def _is_so(service: Service, change: Change) -> bool:
    """Whether a service has the very value; of one with variables this does not tell."""
    # Docker refuses a boolean, whatever it says.
    values = (
        each.value.value
        for each in service.labels
        if each.key.value == change.key and each.value.kind is not Kind.BOOLEAN
    )
    return "$" not in (change.value or "") and change.value in values


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take a label out of a service where it stands.

    None where that cannot be done exactly, or where others have it from there too.
    """
    outline = _outline(label.span.source)
    try:
        return outline.without(label.key.span.start, str(service.name))
    except (Inexact, _Impossible):
        return None


def move(labels: Sequence[Label], service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take labels of the containers out of a service, and put them into `deploy.labels`.

    One that is there already with the same value is only taken out. None where that cannot be done
    exactly: where they stand in several files, come from elsewhere or are used elsewhere too, or
    one is there already with another value.
    """
    source = labels[0].span.source
    if any(label.span.source is not source for label in labels):
        return None
    starts = frozenset(label.key.span.start for label in labels)
    try:
        return _outline(source).moved(starts, str(service.name))
    except (Inexact, _Impossible):
        return None


class _Meant(NamedTuple):
    """
    Which services are to have changes: by each, and `common` those that are to have all of those of
    the service at hand.
    """

    services: Mapping[tuple[str, str | None], set[str]]
    common: set[str]

    def by(self, change: Change) -> set[str]:
        return self.services[change.key, change.value]


class _Style(NamedTuple):
    """How labels are written, for new ones to look alike; `quote` is that of values or items."""

    listed: bool = False
    key_quote: str = ""
    quote: str = ""


class _Found(NamedTuple):
    """A pair of a mapping: which mapping has it, at which number, and what is written there."""

    holder: MappingNode
    number: int
    key: Node
    written: Node


def _find(root: Node | None, name: str) -> _Found | None:
    """The pair by which a mapping has a key, its own or of one that it merges."""
    if not isinstance(root, MappingNode):
        return None
    for holder in merged(root):
        number = position(holder, name)
        if number is not None:
            key, written = holder.children[2 * number : 2 * number + 2]
            return _Found(holder, number, key, written)
    return None


class _Chain(NamedTuple):
    """The way from a service to its labels: the pairs that lead there, and what is at their end."""

    service: _Found
    mapping: MappingNode
    link: _Found | None = None
    deploy: Node | None = None
    block: _Found | None = None
    labels: Branch | None = None

    def outermost(self, labels: Branch, resolver: Resolver) -> tuple[MappingNode | None, int]:
        """
        The pair that can go when nothing is left of its labels: `labels`, or `deploy` with it.

        None where something would be lost, or come by a merge instead.
        """
        block, link, deploy = self.block, self.link, self.deploy
        if not (block and link and isinstance(deploy, MappingNode)):
            return None, 0
        if block.written is not labels or block.holder is not deploy or labels.anchor is not None:
            return None, 0
        if resolver.entries(deploy)["labels"].shadowed is not None:
            return None, 0
        if length(deploy) > 1:
            return deploy, block.number
        alone = link.written is deploy and link.holder is self.mapping and deploy.anchor is None
        shadowed = resolver.entries(self.mapping)["deploy"].shadowed is not None
        if alone and not shadowed and length(self.mapping) > 1:
            return self.mapping, link.number
        return None, 0


class _Impossible(Exception):
    """Why something cannot be done on one level; `""` where only another one has a reason."""

    def __init__(self, reason: str, node: Node, others: AbstractSet[str] = frozenset()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node
        self.others = others


@lru_cache(maxsize=8)
def _outline(source: Source) -> _Outline:
    return _Outline(source)


class _Outline:
    """The services of one source, as they are written."""

    def __init__(self, source: Source) -> None:
        self.source = source
        document = compose(source)
        self.layout = Layout(document)
        self.resolver = Resolver(source, Environment())
        services = _find(document.root, "services")
        root = follow(services.written) if services else None
        self._top = root if isinstance(root, MappingNode) else None
        self._services: dict[str, MappingNode] = {}
        self._found: dict[str, _Found] = {}
        for holder in merged(self._top) if self._top else ():
            for number, (key, written) in enumerate(holder.pairs):
                service = follow(written)
                if not (isinstance(key, Scalar) and isinstance(service, MappingNode)):
                    continue
                known = self._found.get(key.value)
                if not is_merge(key) and (known is None or known.holder is holder):
                    self._found[key.value] = _Found(holder, number, key, written)
                    self._services[key.value] = service
        self.sharing = Sharing(document, self.resolver, self._services)
        self._anchors: dict[str | None, list[Value]] = {}
        for node in _anchored(document.root):
            self._anchors.setdefault(node.anchor, []).append(node)

    # -- What there is -----------------------------------------------------------------------------

    def _chain(self, name: str) -> _Chain:
        """The way to the labels of a service, as far as it goes."""
        mapping, found = self._services[name], self._found[name]
        link = _find(mapping, "deploy")
        deploy = follow(link.written) if link else None
        block = _find(deploy, "labels")
        labels = follow(block.written) if block else None
        shown = labels if isinstance(labels, MappingNode | SequenceNode) else None
        return _Chain(found, mapping, link, deploy, block, shown)

    def has(self, change: Change) -> bool:
        """Whether a service has a label here."""
        if change.service not in self._services:
            return False
        labels = self._chain(change.service).labels
        if isinstance(labels, MappingNode):
            return _find(labels, change.key) is not None
        return labels is not None and bool(_items(labels, change.key))

    def says(self, change: Change) -> bool:
        """Whether a service has a label here with the very text, variables and all."""
        labels = self._chain(change.service).labels if self.has(change) else None
        if isinstance(labels, SequenceNode):
            item = follow(labels.children[_items(labels, change.key)[-1]])
            return isinstance(item, Scalar) and item.value == f"{change.key}={change.value}"
        pair = _find(labels, change.key)
        value = follow(pair.written) if pair else None
        return isinstance(value, Scalar) and "$" in value.value and value.value == change.value

    def rank(self, change: Change) -> int:
        """How much this source is the one that decides on a label of a service."""
        if change.service not in self._services:
            return 0
        if self.has(change):
            return 3
        return 2 if self._chain(change.service).labels is not None else 1

    # -- Changes -----------------------------------------------------------------------------------

    def place(self, changes: Sequence[Change]) -> Iterator[Placed | Refused]:
        """What becomes of changes here, service by service."""
        meant: dict[tuple[str, str | None], set[str]] = {}
        by_service: dict[str, list[Change]] = {}
        for change in changes:
            meant.setdefault((change.key, change.value), set()).add(change.service)
            by_service.setdefault(change.service, []).append(change)
        for service, wanted in by_service.items():
            common = set.intersection(*(meant[each.key, each.value] for each in wanted))
            yield self._place(service, tuple(wanted), _Meant(meant, common))

    def _place(self, service: str, changes: tuple[Change, ...], meant: _Meant) -> Placed | Refused:
        """Change labels of one service on the first level on which that works."""
        chain = self._chain(service)
        if chain.service.holder is not self._top:
            span = self.layout.span(chain.service.key)
            return Refused(changes, "the whole service comes by a merge", span)
        reasons: list[_Impossible] = []
        for level in (self._in_labels, self._in_deploy, self._in_service, self._in_services):
            try:
                edits = tuple(level(chain, changes, meant))
            except _Impossible as reason:
                reasons.append(reason)
            except Inexact as reason:
                return Refused(changes, reason.reason, reason.span)
            else:
                return Placed(changes, self.source, edits)
        last = [each for each in reasons if each.reason][-1]
        span = self.layout.span(last.node)
        users = self._users(chain, changes)
        instead = self._for_all(chain, changes) if ELSEWHERE not in users else ()
        if instead:
            others: AbstractSet[str] = users - {service}
        else:
            others = next((each.others for each in reasons if each.others), frozenset())
        named = tuple(sorted(others - {ELSEWHERE}))
        return Refused(changes, last.reason, span, named, instead)

    def _users(self, chain: _Chain, changes: tuple[Change, ...]) -> set[str]:
        """Who uses the places where changes of labels would be made."""
        labels = chain.labels
        users: set[str] = set()
        for change in changes if labels else ():
            pair = _find(labels, change.key)
            if pair and not (change.value is None and self._is_shadowing(change.key, labels)):
                users |= self.sharing.readers(pair.key)
            elif labels:
                users |= self.sharing.takers(labels, "<<" if pair else change.key)
        return users

    def _for_all(self, chain: _Chain, changes: tuple[Change, ...]) -> tuple[Edit, ...]:
        """Edits that make changes where the labels stand, whoever else they are for."""
        everybody = self._everybody
        meant = _Meant({(each.key, each.value): everybody for each in changes}, everybody)
        try:
            return tuple(self._in_labels(chain, changes, meant))
        except (_Impossible, Inexact):
            return ()

    # Level by level, from the labels outwards.

    def _in_labels(
        self, chain: _Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Change labels where they are, and put new ones beside them."""
        labels = chain.labels
        if isinstance(labels, MappingNode):
            yield from self._in_map(chain, labels, changes, meant)
        elif isinstance(labels, SequenceNode):
            yield from self._in_list(chain, labels, changes, meant)
        else:
            raise _Impossible("", chain.service.key)

    def _in_map(
        self, chain: _Chain, labels: MappingNode, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        unmerging = any(self._comes_back(labels, each, meant.by(each)) for each in changes)
        style = self._style(labels)
        added: list[tuple[str, Content]] = []
        removed: dict[int, tuple[MappingNode, set[int]]] = {}
        for change in changes:
            who = meant.by(change)
            pair = _find(labels, change.key)
            if pair and pair.holder is not labels and unmerging:
                pair = None
            if pair and not self._only_for(self.sharing.readers(pair.key), who):
                if pair.holder is labels:
                    raise self._shared(pair.key, self.sharing.readers(pair.key) - who)
                pair = None  # one of its own comes before the one that it inherits
            if pair and change.value is None:
                removed.setdefault(id(pair.holder), (pair.holder, set()))[1].add(pair.number)
            elif pair and change.value is not None:
                yield from self._write(pair, change.value)
            elif change.value is not None:
                self._must_be_only_for(labels, change.key, who)
                added.append(self._pair(change.key, change.value, style, flow=labels.flow))
        if unmerging:
            merges = {n for n, (key, _) in enumerate(labels.pairs) if is_merge(key)}
            removed.setdefault(id(labels), (labels, set()))[1].update(merges)
            own = {key.value for key, _ in labels.pairs if isinstance(key, Scalar)}
            left_out = own | {each.key for each in changes}
            added = [*self._copies(labels, left_out, flow=labels.flow), *added]
        others = [each for each in removed.values() if each[0] is not labels]
        for holder, numbers in others:
            yield from self._remove(chain, holder, numbers)
        _, numbers = removed.get(id(labels), (labels, set()))
        yield from self._rewrite(chain, labels, numbers, Pairs(tuple(added)))

    def _comes_back(self, labels: MappingNode, change: Change, who: AbstractSet[str]) -> bool:
        """Whether a label, taken out where it stands, would still come from a merge."""
        pair = _find(labels, change.key)
        if change.value is not None or pair is None:
            return False
        shadowed = self._is_shadowing(change.key, labels)
        inherited = pair.holder is not labels
        if not (shadowed or inherited):
            return False
        if not shadowed and self._only_for(self.sharing.readers(pair.key), who):
            return False
        self._must_be_only_for(labels, "<<", who)
        return True

    def _is_shadowing(self, key: str, labels: Branch | None) -> bool:
        """Whether labels have a key more than once, of which the first one counts."""
        if not isinstance(labels, MappingNode):
            return False
        return self.resolver.entries(labels)[key].shadowed is not None

    def _in_list(
        self, chain: _Chain, labels: SequenceNode, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        style = self._style(labels)
        added: list[str] = []
        removed: set[int] = set()
        for change in changes:
            self._must_be_only_for(labels, change.key, meant.by(change))
            numbers = _items(labels, change.key)
            if change.value is None:
                removed.update(numbers)
            elif numbers:  # of several the last one counts
                item = labels.children[numbers[-1]]
                self._must_be_free(item)
                quote = item.style if isinstance(item, Scalar) else style.quote
                text = self._item(change.key, change.value, quote, flow=labels.flow)
                yield Edit(self.layout.span(item), text)
            else:
                text = self._item(change.key, change.value, style.quote, flow=labels.flow)
                added.append(text)
        yield from self._rewrite(chain, labels, removed, Items(tuple(added)))

    def _in_deploy(
        self, chain: _Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give `deploy` labels of its own over those that it shares."""
        deploy, block = chain.deploy, chain.block
        if not isinstance(deploy, MappingNode):
            raise _Impossible("", chain.service.key)
        if block is None or block.holder is not deploy:
            self._must_be_only_for(deploy, "labels", meant.common)
            content = self._content(chain, changes, deploy.end, flow=deploy.flow)
            yield from self.layout.add(deploy, Pairs(((self._key("labels", deploy), content),)))
            return
        readers = self.sharing.readers(block.key)
        if not self._only_for(readers, meant.common):
            raise self._shared(block.key, readers - meant.common)
        if isinstance(block.written, Collection):
            raise self._shared(block.written, self._takers(block.written) - meant.common)
        content = self._content(chain, changes, block.written.start, flow=deploy.flow)
        yield from self.layout.give(deploy, block.key, block.written, content)

    def _in_service(
        self, chain: _Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give the service a `deploy` of its own over the one that it shares."""
        service, link = chain.mapping, chain.link
        if link is None or link.holder is not service:
            self._must_be_only_for(service, "deploy", meant.common)
            content = self._deploy(chain, changes, service.end, flow=service.flow)
            yield from self.layout.add(service, Pairs(((self._key("deploy", service), content),)))
            return
        readers = self.sharing.readers(link.key)
        if not self._only_for(readers, meant.common):
            raise self._shared(link.key, readers - meant.common)
        if isinstance(link.written, MappingNode):
            raise self._shared(link.written, self._takers(link.written) - meant.common)
        if isinstance(link.written, Collection):
            raise _Impossible("`deploy` is no mapping", link.written)
        content = self._deploy(chain, changes, link.written.start, flow=service.flow)
        yield from self.layout.give(service, link.key, link.written, content)

    def _in_services(
        self, chain: _Chain, changes: tuple[Change, ...], meant: _Meant
    ) -> Iterator[Edit]:
        """Give the service a mapping of its own over the one that it shares."""
        del meant
        found = chain.service
        if not isinstance(found.written, Alias):
            raise _Impossible("", found.key)
        flow = found.holder.flow
        deploy = self._deploy(chain, changes, found.written.start, flow=flow)
        content = Pairs((("<<", f"*{found.written.name}"), ("deploy", deploy)))
        yield from self.layout.give(found.holder, found.key, found.written, content)

    # -- What is written ---------------------------------------------------------------------------

    def _deploy(
        self, chain: _Chain, changes: tuple[Change, ...], offset: int, *, flow: bool
    ) -> Content:
        """A `deploy` with labels, and with all else that it would have had."""
        labels = self._content(chain, changes, offset, flow=flow)
        if not (isinstance(chain.deploy, MappingNode) and chain.link and chain.deploy.children):
            return Pairs(((self._key("labels", chain.mapping), labels),))
        name = self._anchor(chain.deploy, offset)
        if name is None:
            raise _Impossible(
                "its whole `deploy` comes by a merge, and has no anchor to merge it by",
                chain.link.key,
                self._takers(chain.deploy),
            )
        return Pairs((("<<", f"*{name}"), (self._key("labels", chain.mapping), labels)))

    def _content(
        self, chain: _Chain, changes: tuple[Change, ...], offset: int, *, flow: bool
    ) -> Content:
        """Labels with changes, and with all that would have been inherited at an offset."""
        labels = chain.labels
        style = self._style(labels)
        wanted = [(each.key, each.value) for each in changes if each.value is not None]
        changed = {each.key for each in changes}
        if style.listed:
            items = [self._item(key, value, style.quote, flow=flow) for key, value in wanted]
            if isinstance(labels, SequenceNode):
                items = [*self._item_copies(labels, changed, flow=flow), *items]
            return Items(tuple(items)) if items else "[]"
        pairs = [self._pair(key, value, style, flow=flow) for key, value in wanted]
        if isinstance(labels, MappingNode) and labels.children:
            name = self._anchor(labels, offset)
            if name and len(wanted) == len(changes):
                pairs.insert(0, ("<<", f"*{name}"))
            else:
                pairs = [*self._copies(labels, changed, flow=flow), *pairs]
        return Pairs(tuple(pairs)) if pairs else "{}"

    def _copies(
        self, labels: MappingNode, left_out: Names[str], *, flow: bool
    ) -> Iterator[tuple[str, Content]]:
        for name, entry in self.resolver.entries(labels).items():
            if name not in left_out:
                if not isinstance(entry.value, Scalar):
                    raise _Impossible("a label has a value that is no text", entry.key)
                copy = self.layout.copy
                yield copy(entry.key, flow=flow), copy(entry.value, flow=flow)

    def _item_copies(
        self, labels: SequenceNode, left_out: Names[str], *, flow: bool
    ) -> Iterator[str]:
        for item in map(follow, labels.children):
            if not isinstance(item, Scalar):
                raise _Impossible("an item of its labels is no text", item)
            if _key_of(item) not in left_out:
                yield self.layout.copy(item, flow=flow)

    def _key(self, name: str, beside: MappingNode) -> str:
        """A key in the quotes that all of those beside it have."""
        return self.layout.scalar(name, self._keys_quote(beside))

    def _pair(self, key: str, value: str, style: _Style, *, flow: bool) -> tuple[str, Content]:
        return (
            self.layout.scalar(key, style.key_quote, flow=flow),
            self.layout.scalar(value, style.quote, flow=flow),
        )

    def _item(self, key: str, value: str, quote: str, *, flow: bool) -> str:
        return self.layout.scalar(f"{key}={value}", quote if quote in _QUOTES else "", flow=flow)

    def _write(self, pair: _Found, value: str) -> Iterator[Edit]:
        """Put a value in the place of another one, in the same quotes."""
        self._must_be_free(pair.written)
        style = pair.written.style if isinstance(pair.written, Scalar) else ""
        quote = style if style in _QUOTES else ""
        text = self.layout.scalar(value, quote, flow=pair.holder.flow)
        yield from self.layout.give(pair.holder, pair.key, pair.written, text)

    def _rewrite(
        self,
        chain: _Chain,
        labels: Branch,
        removed: set[int],
        added: Pairs | Items,
    ) -> Iterator[Edit]:
        """Take some labels out of a collection and put others in."""
        if not added[0]:
            yield from self._remove(chain, labels, removed)
        elif labels.flow and len(removed) == length(labels) > 0:
            yield Edit(self.layout.span(labels), flow_text(added))
        else:
            if removed:
                self._must_hold_no_anchor(labels, removed)
                yield from self.layout.take_out(labels, removed)
            yield from self.layout.add(labels, added, _last_of_docker(labels))

    def _remove(self, chain: _Chain, labels: Branch, numbers: set[int]) -> Iterator[Edit]:
        """Take labels out; with the last of them `labels` goes too, and an empty `deploy`."""
        if not numbers:
            return
        self._must_hold_no_anchor(labels, numbers)
        if len(numbers) < length(labels):
            yield from self.layout.take_out(labels, numbers)
            return
        parent, number = chain.outermost(labels, self.resolver)
        if parent is None:
            yield from self.layout.empty(labels)
        else:
            yield from self.layout.take_out(parent, {number})

    def without(self, offset: int, service: str) -> tuple[Edit, ...]:
        """Edits that take out the label of a service whose key, or item, holds an offset."""
        chain = self._chain(service)
        labels = chain.labels
        nodes = labels.children[:: 2 if isinstance(labels, MappingNode) else 1] if labels else []
        numbers = [n for n, node in enumerate(nodes) if node.start <= offset <= node.end]
        if labels is None or not numbers:
            raise _Impossible("it comes from elsewhere", chain.service.key)
        node = nodes[numbers[0]]
        others = self.sharing.readers(node) - {service}
        if others:
            raise self._shared(node, others)
        return tuple(self._remove(chain, labels, {numbers[0]}))

    # -- From the containers -----------------------------------------------------------------------

    def moved(self, starts: frozenset[int], service: str) -> tuple[Edit, ...]:
        """Edits that move the labels at some offsets from `labels` to `deploy.labels`."""
        chain = self._chain(service)
        found = _find(chain.mapping, "labels")
        origin = found.written if found else None
        if not (found and isinstance(origin, MappingNode | SequenceNode)):
            raise _Impossible("it has no `labels`", chain.service.key)
        self._must_be_its_own(chain, found)
        nodes = origin.children[:: 2 if isinstance(origin, MappingNode) else 1]
        # A label in quotes starts behind the first of them where it is an item.
        numbers = [n for n, each in enumerate(nodes) if starts & {each.start, each.start + 1}]
        if len(numbers) < len(starts):
            raise _Impossible("it comes from elsewhere", found.key)
        self._must_hold_no_anchor(origin, numbers)
        present = self._present(chain.labels)
        added: list[int] = []
        for number in numbers:
            key, value = self._label(origin, number)
            if key not in present:
                added.append(number)
            elif present[key] != value:
                raise _Impossible("it has another value in `deploy.labels`", nodes[number])
        edits = list(self._take_from_containers(chain, found, origin, numbers))
        if added:
            edits += self._put(chain, origin, added)
        edits.sort(key=lambda edit: edit.span.sort_key)
        if any(after.span.start < before.span.end for before, after in pairwise(edits)):
            raise _Impossible("it would go where it stands", found.key)
        return tuple(edits)

    def _take_from_containers(
        self, chain: _Chain, found: _Found, origin: Branch, numbers: Sequence[int]
    ) -> Iterator[Edit]:
        """Take labels of the containers out; with the last of them `labels` goes too."""
        entries = self.resolver.entries
        if len(numbers) < length(origin):
            if isinstance(origin, MappingNode) and any(
                entries(origin)[self._label(origin, n)[0]].shadowed for n in numbers
            ):
                raise _Impossible("a merge would bring it again", found.key)
            yield from self.layout.take_out(origin, numbers)
        elif origin.anchor is not None:
            raise _Impossible(f"it has the anchor `&{origin.anchor}`", origin)
        elif length(chain.mapping) == 1 or entries(chain.mapping)["labels"].shadowed is not None:
            yield from self.layout.empty(origin)
        else:
            yield from self.layout.take_out(chain.mapping, {found.number})

    def _put(self, chain: _Chain, origin: Branch, numbers: Sequence[int]) -> Iterator[Edit]:
        """Put labels of the containers among those of the service."""
        service, link, deploy, labels = chain.mapping, chain.link, chain.deploy, chain.labels
        if labels is not None:
            flow = labels.flow or not labels.children
            content = self._carried(labels, origin, numbers, flow=flow)
            yield from self.layout.add(labels, content, _last_of_docker(labels))
            return
        if chain.block is not None:  # nothing, or what is no labels: Docker takes neither
            raise _Impossible("its `deploy.labels` are none", chain.block.key)
        within = deploy if isinstance(deploy, MappingNode) else service
        new = Pairs((("labels", self._carried(origin, origin, numbers, flow=within.flow)),))
        if within is deploy:
            yield from self.layout.add(within, new)
        elif link is None:
            yield from self.layout.add(within, Pairs((("deploy", new),)))
        elif isinstance(deploy, Scalar) and self.resolver.is_null(deploy):
            yield from self.layout.give(within, link.key, link.written, new)
        else:
            raise _Impossible("its `deploy` is none", link.key)

    def _carried(
        self, target: Branch, origin: Branch, numbers: Sequence[int], *, flow: bool
    ) -> Pairs | Items:
        """Labels as they are written, or in the other form where those are of a target."""
        listed = isinstance(target, SequenceNode)
        if listed is not isinstance(origin, SequenceNode):
            found = [self._label(origin, number) for number in numbers]
            if any("$" in key for key, _ in found):
                raise _Impossible("Docker reads its name in one form only", origin)
            style = self._style(target)
            if listed:
                return Items(tuple(self._item(*each, style.quote, flow=flow) for each in found))
            return Pairs(tuple(self._pair(*each, style, flow=flow) for each in found))
        copies = [
            self.layout.copy(each, flow=flow)
            for number in numbers
            for each in self._scalars(origin, number)
        ]
        if listed:
            return Items(tuple(copies))
        return Pairs(tuple(zip(copies[::2], copies[1::2], strict=True)))

    def _scalars(self, labels: Branch, number: int) -> list[Scalar]:
        """What a label is written with: a key and a value, or an item."""
        width = 2 if isinstance(labels, MappingNode) else 1
        nodes = labels.children[number * width : (number + 1) * width]
        found = [each for each in nodes if isinstance(each, Scalar)]
        if len(found) < len(nodes):
            raise _Impossible("it comes by an alias, or is no text", nodes[0])
        return found

    def _label(self, labels: Branch, number: int) -> tuple[str, str]:
        """The name of a label, and its value as a string would stand in the file."""
        first, *rest = self._scalars(labels, number)
        if rest:
            return first.value, self.resolver.resolve(rest[0]).text
        key, _, value = first.value.partition("=")
        return key, value

    def _present(self, labels: Branch | None) -> dict[str, str]:
        """The labels that there are, also those that are merged."""
        if isinstance(labels, MappingNode):
            found = self.resolver.entries(labels).items()
            return {
                name: self.resolver.resolve(each.value).text
                for name, each in found
                if isinstance(each.value, Scalar)
            }
        items = map(follow, labels.children) if labels else ()
        texts = (each.value.partition("=") for each in items if isinstance(each, Scalar))
        return {key: value for key, _, value in texts}

    def _must_be_its_own(self, chain: _Chain, labels: _Found) -> None:
        """All on the way from a service to labels of both kinds is written there for it alone."""
        steps = (
            (self._top, chain.service),
            (chain.mapping, labels),
            (chain.mapping, chain.link),
            (chain.deploy, chain.block),
        )
        for holder, found in steps:
            if found is None:
                continue
            shared = isinstance(found.written, Alias) or self.sharing.is_aliased(found.written)
            if shared or found.holder is not holder or self.sharing.is_aliased(found.holder):
                raise _Impossible("it is used elsewhere in the file too", found.key)

    # -- Conditions --------------------------------------------------------------------------------

    @staticmethod
    def _only_for(users: AbstractSet[str], meant: AbstractSet[str]) -> bool:
        return users <= meant

    def _takers(self, branch: Branch) -> AbstractSet[str]:
        return self.sharing.takers(branch, "<<")

    def _must_be_only_for(self, branch: Branch, key: str, meant: AbstractSet[str]) -> None:
        takers = self.sharing.takers(branch, key)
        if not self._only_for(takers, meant):
            raise self._shared(branch, takers - meant)

    def _must_be_free(self, written: Node) -> None:
        if not isinstance(follow(written), Scalar):
            raise _Impossible("its value is no text", written)
        if self.sharing.is_aliased(written):
            raise _Impossible("its value has an anchor that is used elsewhere", written)
        if isinstance(written, Scalar) and written.tag not in ("", _STRING_TAG):
            raise _Impossible("its value has a tag", written)

    def _must_hold_no_anchor(self, collection: Branch, numbers: Iterable[int]) -> None:
        width = 2 if isinstance(collection, MappingNode) else 1
        for number in numbers:
            for node in collection.children[number * width : (number + 1) * width]:
                if not isinstance(node, Alias) and node.anchor is not None:
                    raise _Impossible(f"it has the anchor `&{node.anchor}`", node)

    def _shared(self, node: Node, others: AbstractSet[str]) -> _Impossible:
        if not others:
            return _Impossible("", node)
        names = [f"`{name}`" for name in nsmallest(_MOST_NAMED, others - {ELSEWHERE})]
        if not names:
            return _Impossible("it is used elsewhere in the file too", node, others)
        more = len(others - {ELSEWHERE}) - len(names)
        shown = ", ".join(names) + (f" and {more:,} more" if more else "")
        return _Impossible(f"it is shared with {shown}", node, others)

    def _anchor(self, node: Branch, offset: int) -> str | None:
        """The name by which an alias at an offset would stand for a node."""
        same = self._anchors.get(node.anchor, [])
        before = bisect_left(same, offset, key=lambda each: each.start)
        return node.anchor if node.anchor and before and same[before - 1] is node else None

    @cached_property
    def _everybody(self) -> set[str]:
        return {*self._services, ELSEWHERE}

    @cached_property
    def _usual_style(self) -> _Style:
        """How the labels of the last service with labels are written."""
        found = (self._chain(name).labels for name in reversed(self._services))
        labels = next((each for each in found if each and each.children), None)
        if labels is not None:
            return self._style(labels)
        quote = self._keys_quote(self._top) if self._top and self._top.flow else ""
        return _Style(key_quote=quote, quote=quote)

    def _style(self, labels: Branch | None) -> _Style:
        """How labels are written here: as those that there are, or else as those of others."""
        if labels is None or not labels.children:
            return self._usual_style
        if isinstance(labels, SequenceNode):
            return _Style(listed=True, quote=self.layout.quotes(labels.children))
        values = [value for key, value in labels.pairs if not is_merge(key)]
        return _Style(
            key_quote=self._keys_quote(labels),
            quote=self.layout.quotes(values),
        )

    def _keys_quote(self, mapping: MappingNode) -> str:
        return self.layout.quotes(key for key, _ in mapping.pairs if not is_merge(key))


_QUOTES = ("'", '"')
_MOST_NAMED = 5
_STRING_TAG = "tag:yaml.org,2002:str"


def _last_of_docker(labels: Branch) -> int | None:
    """The number of the last of Docker's own labels, behind which another one has its place."""
    width = 2 if isinstance(labels, MappingNode) else 1
    keys = [follow(each) for each in labels.children[::width]]
    ours = [n for n, each in enumerate(keys) if (_key_of(each) or "").startswith("com.docker.")]
    return ours[-1] if ours else None


def _items(labels: Branch, key: str) -> list[int]:
    """The numbers of the items of a list that give a label."""
    return [n for n, item in enumerate(labels.children) if _key_of(follow(item)) == key]


def _key_of(item: Node) -> str | None:
    return item.value.partition("=")[0] if isinstance(item, Scalar) else None


def _anchored(root: Node | None) -> Iterator[Value]:
    """Every node with an anchor, in the order of the text."""
    pending: list[Node] = [root] if root is not None else []
    while pending:
        node = pending.pop()
        if isinstance(node, Alias):
            continue
        if node.anchor is not None:
            yield node
        if isinstance(node, Collection):
            pending.extend(reversed(node.children))
