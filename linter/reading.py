"""
Knows how Docker reads a stack: from nodes to services, through aliases, merges and several files.

What Docker would refuse, and no rule is about, is kept as a Refusal; the rest is still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linter.interpolation import Environment, InvalidInterpolation, Parts, interpolate
from linter.labels import PREFIX, meant, rows
from linter.scalars import Kind, Resolved, Undecodable, is_plainly_a_string, resolve
from linter.source import Source, Span
from linter.stack import (
    STACK_NAME,
    Attachment,
    Form,
    Label,
    LabelBlock,
    Misplaced,
    Network,
    Refusal,
    Service,
    Stack,
    StrayItem,
    Text,
)
from linter.syntax import (
    BLOCK_STYLES,
    Alias,
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Value,
    compose,
)
from linter.targets import Target

# Keys that are `labels` but for a slip; Docker knows none of them.
_NEARLY_LABELS = frozenset({"label", "Label", "Labels", "LABEL", "LABELS"})
_SERVICE_NAME = re.compile(r"[a-zA-Z0-9._-]+")


class Context(NamedTuple):
    """What is known beside the files themselves."""

    environment: Environment = Environment()
    extra_labels: frozenset[str] = frozenset()
    stack_name: str | None = None
    target: Target | None = None


def read(sources: Iterable[Source], context: Context) -> Stack:
    """
    Read the files of one stack, later ones over earlier ones, as `docker stack deploy -c … -c …`.

    Raises NotYaml for a file that is not YAML.
    """
    layers = [_Layer(compose(source), context) for source in sources]
    for layer in layers:
        layer.read()
    services: dict[str, Service] = {}
    networks: dict[str, Network] = {}
    for layer in layers:
        for name, service in layer.services.items():
            services[name] = _over(services[name], service) if name in services else service
        networks |= layer.networks
    for service in services.values():
        service.attachments = tuple(_attachments(service, networks, context))
    return Stack(
        sources=tuple(layer.source for layer in layers),
        services=tuple(services.values()),
        networks=tuple(networks.values()),
        name=context.stack_name,
        target=context.target,
        duplicates=tuple(each for layer in layers for each in layer.document.duplicates),
        ignored_documents=tuple(span for layer in layers for span in layer.ignored_documents()),
        refusals=tuple(dict.fromkeys(each for layer in layers for each in layer.refusals)),
    )


def _over(base: Service, top: Service) -> Service:
    """A service of one file with what a later file says about it: labels one by one."""
    return Service(
        name=base.name,
        labels=_merged(base.labels, top.labels),
        container_labels=_merged(base.container_labels, top.container_labels),
        blocks=base.blocks + top.blocks,
        misplaced=base.misplaced + top.misplaced,
        attachments=tuple(
            {each.key.parts: each for each in base.attachments + top.attachments}.values()
        ),
        endpoint_mode=top.endpoint_mode or base.endpoint_mode,
    )


def _merged(base: tuple[Label, ...], top: tuple[Label, ...] = ()) -> tuple[Label, ...]:
    """The last label of each name."""
    return tuple({label.key.parts: label for label in base + top}.values())


def _attachments(
    service: Service, networks: dict[str, Network], context: Context
) -> Iterator[Attachment]:
    """The networks that a service joins, with what the files of its stack say of each."""
    joined = service.attachments or (Attachment(Text(service.name.span, ("default",)), None),)
    for each in joined:
        key = str(each.key)
        yield Attachment(each.key, networks.get(key) or _implicit(key, context))


def _implicit(key: str, context: Context) -> Network | None:
    """The network that services join who join none; Docker creates it without a declaration."""
    if key != "default":
        return None
    return Network(key, _prefixed(key, context), external=False)


def _prefixed(key: str, context: Context) -> Parts:
    if context.stack_name is None:
        return (STACK_NAME, f"_{key}")
    return (f"{context.stack_name}_{key}",)


class _Entry(NamedTuple):
    """A key of a mapping with its value, and the aliases through which the mapping has it."""

    key: Scalar
    value: Value
    via: tuple[Span, ...]
    shadowed: _Entry | None = None


_Entries = dict[str, _Entry]


class _Layer:
    """One file of a stack while it is read."""

    def __init__(self, document: Document, context: Context) -> None:
        self.document = document
        self.source = document.source
        self.context = context
        self.services: dict[str, Service] = {}
        self.networks: dict[str, Network] = {}
        self.refusals: list[Refusal] = []
        self._entries: dict[int, _Entries] = {}

    def read(self) -> None:
        if not isinstance(self.document.root, Mapping):
            place = self.document.root or Scalar("", 0, 0, "", "", None)
            self._refuse(place, "the top of a stack file must be a mapping")
            return
        top = self.entries(self.document.root)
        for key, entry in self._section(top, "networks"):
            self.networks[key] = self._network(key, entry)
        for key, entry in self._section(top, "services"):
            if not _SERVICE_NAME.fullmatch(key):
                self._refuse(entry.key, f"`{key}` cannot be the name of a service")
            elif isinstance(entry.value, Mapping):
                self.services[key] = self._service(entry, entry.value)
            else:
                self._refuse(entry.key, f"service `{key}` must be a mapping")

    def ignored_documents(self) -> Iterator[Span]:
        """The roots of later documents that hold services."""
        for node in self.document.later:
            if isinstance(node, Mapping):
                for key, _ in node.pairs:
                    if isinstance(key, Scalar) and key.value == "services":
                        yield self._span(key)

    # -- Mappings ------------------------------------------------------------------------------

    def entries(self, mapping: Mapping) -> _Entries:
        """Keys and values of a mapping with its merges: own keys win, then the first merge."""
        known = self._entries.get(id(mapping))
        if known is not None:
            return known
        own: _Entries = {}
        merged: list[_Entries] = []
        for key, value in mapping.pairs:
            if isinstance(key, Scalar):
                if key.value == "<<" and key.plain and not key.tag:
                    merged.extend(self._merged(value))
                    continue
                name = self._key(key)
            else:
                self._refuse(key, "a key must be a string")
                continue
            target, via = self._follow(value)
            own[name] = _Entry(key, target, via)
        for entries in merged:
            for name, entry in entries.items():
                if name not in own:
                    own[name] = entry
                elif own[name].shadowed is None:
                    own[name] = own[name]._replace(shadowed=entry)
        self._entries[id(mapping)] = own
        return own

    def _merged(self, value: Node) -> Iterator[_Entries]:
        target, via = self._follow(value)
        if isinstance(target, Mapping):
            entries = self.entries(target)
            yield {name: self._through(via, entry) for name, entry in entries.items()}
        elif isinstance(target, Sequence) and all(
            isinstance(self._follow(item)[0], Mapping) for item in target.children
        ):
            for item in target.children:
                for entries in self._merged(item):
                    yield {name: self._through(via, entry) for name, entry in entries.items()}
        else:
            self._refuse(value, "`<<` takes a mapping or a list of mappings")

    @staticmethod
    def _through(via: tuple[Span, ...], entry: _Entry) -> _Entry:
        return entry._replace(via=via + entry.via) if via else entry

    def _follow(self, node: Node) -> tuple[Value, tuple[Span, ...]]:
        if isinstance(node, Alias):
            return node.target, (self._span(node),)
        return node, ()

    def _key(self, key: Scalar) -> str:
        if not is_plainly_a_string(key) and self._resolve(key).kind is not Kind.STRING:
            self._refuse(key, f"a key must be a string: put `{key.value}` in quotes")
        return key.value

    def _section(self, entries: _Entries, name: str) -> list[tuple[str, _Entry]]:
        entry = entries.get(name)
        if entry is None:
            return []
        if not isinstance(entry.value, Mapping):
            # Docker accepts none of these sections empty.
            self._refuse(entry.key, f"`{name}` must be a mapping")
            return []
        return list(self.entries(entry.value).items())

    # -- Scalars -------------------------------------------------------------------------------

    def _span(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    def _refuse(self, node: Node, reason: str) -> None:
        self.refusals.append(Refusal(self._span(node), reason))

    def _resolve(self, scalar: Scalar) -> Resolved:
        try:
            return resolve(scalar)
        except Undecodable as error:
            self._refuse(scalar, str(error))
            return Resolved(Kind.STRING, scalar.value)

    def _text(self, scalar: Scalar) -> Text:
        if is_plainly_a_string(scalar):
            kind, value = Kind.STRING, scalar.value
        else:
            kind, value = self._resolve(scalar)
        parts, invalid = self._interpolated(value) if kind is Kind.STRING else ((value,), None)
        return Text(self._span(scalar), parts if value else (), kind, scalar.plain, invalid)

    def _interpolated(self, value: str) -> tuple[Parts, str | None]:
        if "$" not in value:
            return (value,), None
        try:
            return interpolate(value, self.context.environment), None
        except InvalidInterpolation as error:
            return (value,), error.reason

    # -- Services ------------------------------------------------------------------------------

    def _service(self, entry: _Entry, mapping: Mapping) -> Service:
        entries = self.entries(mapping)
        name = Text(self._span(entry.key), (entry.key.value,), plain=entry.key.plain)
        via = entry.via
        misplaced = list(self._misplaced(entries, "the service"))
        blocks: list[LabelBlock] = []
        container: tuple[Label, ...] = ()
        if "labels" in entries:
            container = _merged(self._block(entries["labels"], via).labels)
        deploy = entries.get("deploy")
        endpoint_mode: Text | None = None
        labels: tuple[Label, ...] = ()
        if deploy and isinstance(deploy.value, Mapping):
            inner = self.entries(deploy.value)
            misplaced.extend(self._misplaced(inner, "`deploy`"))
            if "labels" in inner:
                block = self._block(inner["labels"], via + deploy.via)
                blocks.append(self._with_shadowed(block, deploy, inner["labels"]))
                labels = _merged(block.labels)
                misplaced.extend(self._nested(inner["labels"]))
            mode = inner.get("endpoint_mode")
            if mode and isinstance(mode.value, Scalar):
                endpoint_mode = self._text(mode.value)
        elif deploy and not _is_null(deploy.value):
            self._refuse(deploy.key, "`deploy` must be a mapping")
        return Service(
            name=name,
            labels=labels,
            container_labels=container,
            blocks=tuple(blocks),
            misplaced=tuple(misplaced),
            attachments=tuple(self._attachments(entries)),
            endpoint_mode=endpoint_mode,
        )

    def _with_shadowed(self, block: LabelBlock, deploy: _Entry, labels: _Entry) -> LabelBlock:
        """Add the labels that a merge would have brought, had the service no block of its own."""
        hidden, shadowing = labels.shadowed, labels
        if hidden is None and deploy.shadowed and isinstance(deploy.shadowed.value, Mapping):
            hidden, shadowing = self.entries(deploy.shadowed.value).get("labels"), deploy
        if hidden is None:
            return block
        lost = self._block(hidden, ()).labels
        return block._replace(shadowed=lost, shadowing=self._span(shadowing.key))

    def _attachments(self, entries: _Entries) -> Iterator[Attachment]:
        networks = entries.get("networks")
        if networks is None:
            return
        if isinstance(networks.value, Mapping):
            for key, entry in self.entries(networks.value).items():
                yield Attachment(Text(self._span(entry.key), (key,)), None)
        elif isinstance(networks.value, Sequence):
            for item in networks.value.children:
                scalar, _ = self._follow(item)
                if isinstance(scalar, Scalar):
                    yield Attachment(self._text(scalar), None)

    def _network(self, key: str, entry: _Entry) -> Network:
        entries = self.entries(entry.value) if isinstance(entry.value, Mapping) else {}
        name: Parts | None = None
        if "name" in entries and isinstance(entries["name"].value, Scalar):
            name = self._text(entries["name"].value).parts
        external = False
        if "external" in entries:
            value = entries["external"].value
            if isinstance(value, Mapping):
                external = True
                old_name = self.entries(value).get("name")
                if old_name and isinstance(old_name.value, Scalar):
                    name = name or self._text(old_name.value).parts
            elif isinstance(value, Scalar):
                external = str(self._text(value)) == "true"
        if not name:
            name = (key,) if external else _prefixed(key, self.context)
        return Network(key, name, external)

    # -- Labels --------------------------------------------------------------------------------

    def _block(self, entry: _Entry, via: tuple[Span, ...]) -> LabelBlock:
        key, value = self._span(entry.key), entry.value
        via += entry.via
        if isinstance(value, Mapping):
            labels = tuple(self._map_labels(value, via))
            return LabelBlock(key, Form.MAP, self._span(value), labels)
        if isinstance(value, Sequence):
            written: list[Label] = []
            stray: list[StrayItem] = []
            seen: set[Parts] = set()
            for item in value.children:
                scalar, item_via = self._follow(item)
                if isinstance(scalar, Scalar) and self._resolve(scalar).kind is Kind.STRING:
                    whole = self._text(scalar)
                    if whole.parts in seen:
                        self._refuse(item, f"the item `{scalar.value}` stands in the list twice")
                    seen.add(whole.parts)
                    written.append(self._list_label(scalar, whole, via + item_via))
                else:
                    stray.append(self._stray(item, scalar))
            return LabelBlock(key, Form.LIST, self._span(value), tuple(written), tuple(stray))
        return LabelBlock(key, None, self._span(value))

    def _map_labels(self, mapping: Mapping, via: tuple[Span, ...]) -> Iterator[Label]:
        for entry in self.entries(mapping).values():
            if not isinstance(entry.value, Scalar):
                self._refuse(entry.value, f"label `{entry.key.value}` must be a string")
                continue
            if not entry.key.value:
                self._refuse(entry.key, "a label must have a name")
                continue
            # Docker interpolates values, and leaves the keys of a mapping as they are.
            key = Text(self._span(entry.key), (entry.key.value,), plain=entry.key.plain)
            value = self._text(entry.value)
            inside = entry.key.start < entry.value.start  # not so for the value of an alias
            span = Span(self.source, key.span.start, value.span.end if inside else key.span.end)
            yield self._label(key, value, span, Form.MAP, via + entry.via)

    def _list_label(self, item: Scalar, whole: Text, via: tuple[Span, ...]) -> Label:
        """`key=value`: Docker interpolates the whole, then splits at the first `=`."""
        key_parts, value_parts = _split(whole.parts)
        key_span = value_span = whole.span
        written, margin = whole.span.text, 0 if item.plain else 1
        prefix = "".join(map(str, key_parts))
        if written.startswith(prefix, margin) and item.style not in BLOCK_STYLES:
            start = whole.span.start + margin
            end = whole.span.end - margin
            key_span = Span(self.source, start, start + len(prefix))
            value_span = Span(self.source, min(key_span.end + 1, end), end)
        key = Text(key_span, key_parts, plain=item.plain, invalid=whole.invalid)
        value = Text(value_span, value_parts, plain=item.plain, invalid=whole.invalid)
        return self._label(key, value, whole.span, Form.LIST, via)

    def _label(
        self, key: Text, value: Text, span: Span, form: Form, via: tuple[Span, ...]
    ) -> Label:
        text = key.value or ""
        name = text.removeprefix(PREFIX) if text.startswith(PREFIX) else None
        known = name is not None and (name in rows() or text in self.context.extra_labels)
        near = None if known or not text else meant(text)
        return Label(key, value, span, form, via, name, known, near)

    def _stray(self, item: Node, value: Value) -> StrayItem:
        span = self._span(item)
        if isinstance(value, Mapping) and isinstance(item, Mapping) and len(value.children) == 2:
            key, inner = value.children
            if isinstance(key, Scalar) and isinstance(inner, Scalar):
                meant = self._meant(item, key, inner)
                return StrayItem(span, self._text(key), self._text(inner), meant)
        if isinstance(value, Scalar):
            return StrayItem(span, self._text(value), meant=self._meant(item, value))
        return StrayItem(span)

    def _meant(self, item: Node, *scalars: Scalar) -> str | None:
        """
        The string for an item that is none; not for null, nor where others share the item.

        In `- rule=Host: a.example.com` the key holds the `=` already: the whole was meant.
        """
        if isinstance(item, Alias) or any(each.tag or each.anchor for each in (item, *scalars)):
            return None
        if any(self._resolve(scalar).kind is Kind.NULL for scalar in scalars):
            return None
        if len(scalars) > 1 and "=" in scalars[0].value:
            plain = all(scalar.plain for scalar in scalars)
            return self.source.text[scalars[0].start : scalars[-1].end] if plain else None
        return "=".join(scalar.value for scalar in scalars)

    # -- Labels in the wrong place -----------------------------------------------------------------

    def _misplaced(self, entries: _Entries, parent: str) -> Iterator[Misplaced]:
        """Routing labels as keys of a service or of `deploy`, and `label:` for `labels:`."""
        for name, entry in entries.items():
            if name.startswith(PREFIX):
                names: tuple[str, ...] = (name.removeprefix(PREFIX),)
            elif name in _NEARLY_LABELS:
                names = self._routing_names(entry.value)
            else:
                continue
            if names:
                key = Text(self._span(entry.key), (name,), plain=entry.key.plain)
                yield Misplaced(key.span, parent, names, key)

    def _nested(self, labels: _Entry) -> Iterator[Misplaced]:
        """`labels:` inside `labels:`, with or without something below."""
        if isinstance(labels.value, Mapping):
            for name, entry in self.entries(labels.value).items():
                if name == "labels":
                    key = Text(self._span(entry.key), (name,), plain=entry.key.plain)
                    names = self._routing_names(entry.value)
                    if names or _is_null(entry.value):
                        yield Misplaced(key.span, "`labels`", names, key)

    def _routing_names(self, value: Value) -> tuple[str, ...]:
        keys: Iterable[str] = ()
        if isinstance(value, Mapping):
            keys = self.entries(value)
        elif isinstance(value, Sequence):
            keys = (item.value for item in value.children if isinstance(item, Scalar))
        return tuple(
            key.removeprefix(PREFIX).partition("=")[0] for key in keys if key.startswith(PREFIX)
        )


def _is_null(value: Value) -> bool:
    return isinstance(value, Scalar) and resolve(value).kind is Kind.NULL


def _split(parts: Parts) -> tuple[Parts, Parts]:
    """Split at the first `=` of the known text; without one, all of it is the key."""
    for index, part in enumerate(parts):
        if isinstance(part, str) and "=" in part:
            left, _, right = part.partition("=")
            head = (*parts[:index], left) if left else parts[:index]
            tail = (right, *parts[index + 1 :]) if right else parts[index + 1 :]
            return head, tail
    return parts, ()
