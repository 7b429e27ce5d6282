"""Knows what a stack is: services with their labels as Docker deploys them, each with its place."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from linter.diagnostic import Unjudged
from linter.interpolation import Parts, Variable, can_be_equal, display, lowered, split
from linter.labels import PREFIX, meant, rows
from linter.proxy import Cluster, Proxy
from linter.scalars import STRING, Kind, whole_number
from linter.source import Source, Span
from linter.syntax import DuplicateKey
from linter.targets import Target

STACK_NAME = Variable("stack name")
"""Stands for the name of a stack where it is not known: deployed names begin with it."""

# The command line of Docker asks only that something is there; but the names of the services begin
# with it, and a swarm wants those to be parts of DNS names.
_STACK_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")


class Misnamed(ValueError):
    """A text that cannot be the name of a stack; the message says what to write."""


def stack_name(text: str) -> str:
    """The name of a stack, as it is. Raises Misnamed for what no stack can be deployed under."""
    if _STACK_NAME.fullmatch(text):
        return text
    remedy = "write letters, digits, `_` and `-`, and a letter or a digit first"
    if not text:
        raise Misnamed(f"it is empty; {remedy}, or leave it out")
    raise Misnamed(f"`{text}` cannot be the name of a stack; {remedy}")


class Text:
    """
    One scalar: what it says, and where.

    `parts` is the text as Docker will see it, with the variables that are not known; `value` is the
    text, or None while it depends on one of them. `span` is the text as written, quotes and all,
    `style` how it is quoted. `kind` is what YAML takes it for. `invalid` tells why Docker cannot
    interpolate it; then `parts` is as written. `unset` are the variables of which nothing is left,
    because they are not set.
    """

    # There are many, and nobody asks where most of them stand: a span is made for who does.
    __slots__ = (
        *("source", "start", "end", "parts", "kind", "style", "invalid", "unset", "value"),
        "_literal",
    )

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        parts: Parts,
        kind: Kind = STRING,
        style: str = "",
        invalid: str | None = None,
        unset: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.parts = parts
        self.kind = kind
        self.style = style
        self.invalid = invalid
        self.unset = unset
        self._literal: int | None = None
        self.value: str | None = None
        if not parts:
            self.value = ""
        elif len(parts) == 1 and invalid is None:
            self.value = parts[0] if isinstance(parts[0], str) else None

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    @property
    def written(self) -> str:
        """The text as written."""
        return self.source.text[self.start : self.end]

    @property
    def plain(self) -> bool:
        """Written without quotes, so that YAML may take it for something else than a string."""
        return not self.style

    def __str__(self) -> str:
        return display(self.parts) if self.value is None else self.value

    @property
    def is_rewritten(self) -> bool:
        """Whether it is a number or a date that Docker prints in another way than it is written."""
        kind = self.kind
        if kind is STRING or kind is Kind.NULL or kind is Kind.BOOLEAN:
            return False
        return self.plain and self.written != self.value

    def part(self, start: int, end: int) -> Span:
        """
        The span of a part of the value, given by two offsets in it.

        It is the span of the whole text where that is not written literally: with escapes, folded
        lines or variables.
        """
        if self._literal is None:
            value = str(self)
            offset = self.start + (self.end - self.start - len(value)) // 2
            found = offset >= self.start and self.source.text.startswith(value, offset, self.end)
            self._literal = offset if found else -1
        if self._literal < 0:
            return self.span
        return Span(self.source, self._literal + start, self._literal + end)


class Form(StrEnum):
    """How a `labels:` block is written."""

    MAP = "map"
    LIST = "list"


class Label(NamedTuple):
    """
    One label, and how a service comes by it.

    `span` runs from key to value. `via` are the aliases through which the service gets the label,
    outermost first; it is empty for a label that is written in the service itself. `name` is the
    key without the prefix, None for a label that is no business of Interlock; `known` tells whether
    Interlock reads it, `meant` which one its author meant by a near miss.
    """

    key: Text
    value: Text
    start: int
    end: int
    form: Form
    via: tuple[Span, ...] = ()
    name: str | None = None
    known: bool = False
    meant: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.key.source, self.start, self.end)

    @property
    def wording(self) -> Hashable:
        """
        All that it says, as written and as read, wherever it stands.

        Of labels that have it in common, a rule on labels says the same under one configuration.
        """
        key, value = self.key, self.value
        read = (key.parts, value.parts, value.kind, value.invalid, value.unset)
        return (key.written, value.written, self.form, read)

    @property
    def routes(self) -> bool:
        """Whether this is a label that Interlock looks at."""
        return self.name is not None

    @property
    def is_ours(self) -> bool:
        """Whether it is a label that Interlock looks at, or was meant to be one."""
        return self.name is not None or self.meant is not None

    @property
    def quote(self) -> str:
        """The quotation mark that Docker leaves around the value, if it does."""
        value = self.value.value
        if not value or value[-1] not in "'\"":
            return ""
        return value[0] if len(value) > 1 and value[0] == value[-1] else ""

    @property
    def is_spaced(self) -> bool:
        """Whether it is written `- key = value`, so that spaces belong to key or value."""
        if self.form is not Form.LIST:
            return False
        return str(self.key).endswith(" ") or str(self.value).startswith(" ")


class StrayItem(NamedTuple):
    """
    An item of a `labels:` list that is no string; key and value where it is `key: value`.

    `meant` is the string that it should have been, before interpolation, where that is clear.
    """

    span: Span
    key: Text | None = None
    value: Text | None = None
    meant: str | None = None


class LabelBlock(NamedTuple):
    """
    One `labels:` of a service, with all that is written in it.

    `form` is None where it is neither a map nor a list. `shadowed` are labels that a merge would
    have brought, had this block not taken their place, with the span where they stand;
    `shadowing` is the key that takes it: this `labels`, or the `deploy` around it.
    """

    key: Span
    form: Form | None
    value: Span
    labels: tuple[Label, ...] = ()
    stray: tuple[StrayItem, ...] = ()
    shadowed: tuple[Label, ...] = ()
    shadowing: Span | None = None


class Misplaced(NamedTuple):
    """A routing label, or a block of them, where Docker takes it for something else."""

    span: Span
    parent: str
    names: tuple[str, ...]
    key: Text


class Resource(NamedTuple):
    """
    A network or a secret that a stack declares, or that Docker adds.

    `deployed` is its name in the swarm, `span` the key where it is declared, if it is.
    """

    key: str
    deployed: Parts
    external: bool
    span: Span | None = None
    labels: tuple[Label, ...] = ()


class Names:
    """
    The names that resources of a stack have in the swarm, to be asked what a label means by one.

    Asking takes as long whether there are few or many, but for texts that hold variables.
    """

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources = tuple(resources)

    def can_be(self, text: Text) -> bool:
        """Whether a text can be the name of one of them. Errs towards yes."""
        value = text.value
        if value is None:
            some = self.resources[:_MOST_COMPARED]
            return len(self.resources) > len(some) or _any_equal(text.parts, some)
        return (
            value in self._certain
            or any(tail in self._prefixed for tail in _tails(value))
            or _any_equal(text.parts, self._uncertain)
        )

    def nearly(self, text: Text) -> Resource | None:
        """The one whose key a text is or ends with, or whose name in the swarm it ends with."""
        shown = str(text)
        for candidate in (shown, *_tails(shown)):
            if candidate in self._by_key:
                return self._by_key[candidate]
        return None

    def implied_stack_name(self, value: str) -> str | None:
        """
        What the stack must be called for a text to be the name of one of them.

        None where it is one whatever the stack is called, or cannot be. Of several keys that fit,
        the longest is meant.
        """
        if value in self._certain or _any_equal((value,), self._uncertain):
            return None
        tail = next((tail for tail in _tails(value) if tail in self._prefixed), None)
        return value.removesuffix(f"_{tail}") or None if tail else None

    @cached_property
    def _certain(self) -> frozenset[str]:
        """Names that are known altogether."""
        names = (each.deployed[0] for each in self.resources if len(each.deployed) == 1)
        return frozenset(name for name in names if isinstance(name, str))

    @cached_property
    def _prefixed(self) -> frozenset[str]:
        """What follows the name of the stack, where that is not known."""
        return frozenset(
            display(each.deployed[1:]).removeprefix("_")
            for each in self.resources
            if each.deployed[0] == STACK_NAME
        )

    @cached_property
    def _uncertain(self) -> tuple[Resource, ...]:
        """Those with other variables in their names."""
        found = (
            each
            for each in self.resources
            if each.deployed[0] != STACK_NAME
            and any(isinstance(part, Variable) for part in each.deployed)
        )
        return tuple(islice(found, _MOST_COMPARED))

    @cached_property
    def _by_key(self) -> dict[str, Resource]:
        found = {display(r.deployed): r for r in reversed(self.resources) if r.external}
        return found | {each.key: each for each in reversed(self.resources)}


_MOST_COMPARED = 100
_LONGEST_NAME = 1_000


def _any_equal(parts: Parts, resources: Iterable[Resource]) -> bool:
    return any(can_be_equal(parts, each.deployed) for each in resources)


def _tails(text: str) -> Iterator[str]:
    """What follows each underscore of a name, the longest first."""
    start = text.find("_") if len(text) <= _LONGEST_NAME else -1
    while start >= 0:
        yield text[start + 1 :]
        start = text.find("_", start + 1)


class Attachment(NamedTuple):
    """
    A network that a service joins; `network` is None where the stack does not declare it.

    `key` stands where the service joins it, or is the name of a service that joins none.
    """

    key: Text
    network: Resource | None


class Port(NamedTuple):
    """
    An entry of `ports:`.

    `targets` are the ports of the container, `published` those outside; each is empty where none is
    written, and None where it is not known. `mode` is `ingress`, `host`, or what else is written.
    """

    span: Span
    targets: range | None = range(0)
    published: range | None = range(0)
    mode: str = "ingress"


class Host(NamedTuple):
    """One of the hosts of a service, in lower case, and where it stands in its label."""

    name: Parts
    text: Text
    start: int
    end: int

    def __str__(self) -> str:
        return display(self.name)

    @property
    def span(self) -> Span:
        return self.text.part(self.start, self.end)


class Deployment(NamedTuple):
    """What `deploy:` says beside the labels; None where it says nothing."""

    mode: Text | None = None
    replicas: Text | None = None
    endpoint_mode: Text | None = None
    update_order: Text | None = None
    update_config: Span | None = None

    def over(self, base: Deployment) -> Deployment:
        """What it says, and where it says nothing what an earlier file does."""
        return Deployment(
            self.mode or base.mode,
            self.replicas or base.replicas,
            self.endpoint_mode or base.endpoint_mode,
            self.update_order or base.update_order,
            self.update_config or base.update_config,
        )


class Surroundings(NamedTuple):
    """What all services of a stack have around them, and what the stack will run on."""

    stack_name: str | None = None
    target: Target | None = None
    proxy: Proxy | None = None
    secrets: Names = Names()


NO_DEPLOYMENT = Deployment()
_NOWHERE = Surroundings()


class Service:
    """
    One service, as all files of its stack make it.

    `labels` are the service labels (`deploy.labels`), `container_labels` those under `labels:`;
    `routing` are the service labels that Interlock looks at, by name without the prefix, and
    `foreign` the others.
    """

    def __init__(
        self,
        name: Text,
        *,
        labels: tuple[Label, ...] = (),
        container_labels: tuple[Label, ...] = (),
        blocks: tuple[LabelBlock, ...] = (),
        misplaced: tuple[Misplaced, ...] = (),
        ports: tuple[Port, ...] = (),
        deployment: Deployment = NO_DEPLOYMENT,
    ) -> None:
        self.name = name
        self.labels = labels
        self.container_labels = container_labels
        self.blocks = blocks
        self.misplaced = misplaced
        self.attachments: tuple[Attachment, ...] = ()
        self.ports = ports
        self.deployment = deployment
        self.surroundings = _NOWHERE
        self.routing: dict[str, Label] = {}
        foreign: list[Label] = []
        for label in labels:
            if label.name is None:
                foreign.append(label)
            else:
                self.routing[label.name] = label
        self.foreign = tuple(foreign)

    @property
    def written(self) -> Iterator[Label]:
        """All labels that Docker reads, also those that a later one of the same name replaces."""
        return (label for block in self.blocks for label in block.labels)

    @property
    def has_labels(self) -> bool:
        """Whether anybody gave it labels, in the right place or not."""
        return bool(self.blocks or self.container_labels or self.misplaced)

    def intends(self, *names: str) -> bool:
        """Whether somebody tried to give it one of these labels, in the right place or not."""
        return not (self.routing.keys().isdisjoint(names) and self.intended.isdisjoint(names))

    @cached_property
    def intended(self) -> frozenset[str]:
        """Names of the labels that somebody tried to give, in the right place and form or not."""

        def names() -> Iterator[str | None]:
            for label in (*self.labels, *self.container_labels):
                yield label.name
                yield label.meant
            for misplaced in self.misplaced:
                for name in misplaced.names:
                    yield name
                    yield meant(PREFIX + name)
            for block in self.blocks:
                yield from (label.name for label in block.shadowed)
                for item in block.stray:
                    if item.key is not None and item.key.value is not None:
                        yield item.key.value.removeprefix(PREFIX)
                        yield meant(item.key.value)

        return frozenset(name for name in names() if name)

    def value(self, name: str) -> str | None:
        """The value of a routing label; None where it is absent or not known."""
        label = self.routing.get(name)
        return label.value.value if label else None

    def given(self, name: str) -> Label | None:
        """A routing label that has a value, or may have one."""
        label = self.routing.get(name)
        return label if label is not None and label.value.parts else None

    def asks_for(self, name: str) -> Label | None:
        """A routing label that has a value; a switch only when it is on."""
        row = rows().get(name)
        if row is not None and row.is_switch and not self.is_on(name):
            return None
        return self.given(name)

    def is_on(self, name: str) -> bool:
        """Whether a switch is on: only the value `true` is documented."""
        return self.value(name) == "true"

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts that it answers for."""
        label = self.routing.get("hosts")
        if label is None:
            return ()
        return tuple(
            Host(lowered(parts), label.value, start, end)
            for start, end, parts in split(label.value.parts, ",")
            if parts
        )

    @property
    def in_vip_mode(self) -> bool:
        return self.value("backend_mode") == "vip"

    @property
    def is_routed(self) -> bool:
        """Whether it has what Interlock routes by: hosts, or the mark of the default backend."""
        return self.given("hosts") is not None or self.is_on("default_backend")

    @property
    def tasks(self) -> int | None:
        """How many tasks it is to have; None where that is not known, or up to the nodes."""
        mode, replicas = self.deployment.mode, self.deployment.replicas
        if mode is not None and mode.value != "replicated":
            return None
        if replicas is None:
            return 1
        return whole_number(replicas.value or "")

    @property
    def publishes_in_host_mode(self) -> bool:
        """Whether it publishes a port on the nodes themselves, or may do so."""
        return any(port.mode != "ingress" for port in self.ports)

    @property
    def cluster(self) -> Cluster | None:
        """The service cluster that it is routed in, where the proxy configuration is known."""
        proxy, label = self.surroundings.proxy, self.given("service_cluster")
        name = label.value.value if label else ""
        return proxy.cluster(name) if proxy is not None and name is not None else None


class Stack(NamedTuple):
    """Services that are deployed together, from one file or from several."""

    sources: tuple[Source, ...]
    services: tuple[Service, ...] = ()
    networks: tuple[Resource, ...] = ()
    surroundings: Surroundings = _NOWHERE
    duplicates: tuple[DuplicateKey, ...] = ()
    ignored_documents: tuple[Span, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def path(self) -> str:
        return self.sources[0].path

    @property
    def name(self) -> str | None:
        return self.surroundings.stack_name

    @property
    def target(self) -> Target | None:
        return self.surroundings.target

    @property
    def unjudged(self) -> Iterator[Unjudged]:
        """What of it nobody can judge, because Docker refuses it."""
        for span, reason in self.refusals:
            text = f"`docker stack deploy` refuses it: {reason}"
            yield Unjudged(span.source.path, text, span)


class Refusal(NamedTuple):
    """Something for which `docker stack deploy` refuses the file, so that it cannot be judged."""

    span: Span
    reason: str
