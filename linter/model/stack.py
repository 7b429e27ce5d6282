"""A stack: its services with their labels as Docker deploys them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from linter.model.context import Alternative, Context
from linter.model.deployment import NO_DEPLOYMENT, Attachment, Deployment, Port
from linter.model.diagnostic import Unjudged
from linter.model.host import Host, hosts_in
from linter.model.label import Label, LabelBlock, Misplaced, Shadowed
from linter.model.meaning import labels_as_meant
from linter.model.names import Resource
from linter.model.proxy import Cluster
from linter.model.redirects import NO_REDIRECTS, Redirects, redirects_in
from linter.model.refusal import Refusal
from linter.model.swarm import whole_name
from linter.model.targets import Target
from linter.model.text import Text
from linter.model.vocabulary import rows
from linter.record import Record
from linter.syntax.nodes import Document, DuplicateKey
from linter.syntax.scalars import whole_number
from linter.syntax.source import Source, Span

_NO_CONTEXT = Context()
_NO_ALTERNATIVE = Alternative()

_IMAGE = frozenset({"image", "build", "extends"})
"""Keys that say what a service runs; `extends` takes the image from another file."""

_OFF = frozenset({"false", "no", "off", "0"})


class Service:
    """
    One service, combined from all files of its stack.

    `labels` are the service labels (`deploy.labels`), `container_labels` those under `labels:`;
    `routing` are the service labels for Interlock, by name without the prefix, and `foreign` the
    others. `keys` are the names of all its settings; `image` and `build` are these keys, if it has
    them; `exposed` are the ports under `expose:`, each None if unknown. `shadowed` are merged
    labels that a setting of its own replaces. A service that `is_open` may have more labels,
    networks or ports, which an expression of a template adds, or which are not shown. If it
    `is_mended`, its labels are as they were meant, and some are written in another way.
    """

    def __init__(
        self,
        name: Text,
        *,
        labels: tuple[Label, ...] = (),
        container_labels: tuple[Label, ...] = (),
        blocks: tuple[LabelBlock, ...] = (),
        misplaced: tuple[Misplaced, ...] = (),
        shadowed: tuple[Shadowed, ...] = (),
        ports: tuple[Port, ...] = (),
        exposed: tuple[range | None, ...] = (),
        deployment: Deployment = NO_DEPLOYMENT,
        keys: frozenset[str] = frozenset(),
        image: Span | None = None,
        build: Span | None = None,
        is_open: bool = False,
    ) -> None:
        self.name = name
        self.container_labels = container_labels
        self.blocks = blocks
        self.misplaced = misplaced
        self.shadowed = shadowed
        self.attachments: tuple[Attachment, ...] = ()
        self.ports = ports
        self.exposed = exposed
        self.deployment = deployment
        self.keys = keys
        self.image = image
        self.build = build
        self.is_open = is_open
        self.is_mended = False
        self.context = _NO_CONTEXT
        self._take(labels)

    def _take(self, labels: tuple[Label, ...]) -> None:
        self.labels = labels
        self.routing = {each.name: each for each in labels if each.name is not None}
        mixed = len(self.routing) < len(labels)
        self.foreign = tuple([each for each in labels if each.name is None]) if mixed else ()

    @cached_property
    def as_meant(self) -> Service:
        """
        The service with the labels it was meant to have: rules judge those, Docker deploys others.

        It is the same service if nothing is wrong with the places, names and forms of its labels.
        """
        labels = labels_as_meant(self.labels, self.blocks, self.misplaced, self.container_labels)
        if labels is self.labels:
            return self
        meant = object.__new__(Service)  # a copy, without a module that is slow to import
        vars(meant).update(vars(self), as_meant=meant, is_mended=True)
        for made_of_labels in ("hosts", "redirects"):
            vars(meant).pop(made_of_labels, None)
        meant._take(labels)
        return meant

    @property
    def written(self) -> Iterator[Label]:
        """All labels in their place, including those overridden by a later one."""
        return (label for block in self.blocks for label in block.labels)

    @property
    def everywhere(self) -> Iterator[Label]:
        """All labels, wherever they are and in any form."""
        for block in self.every_block:
            yield from block.meant
        yield from (label for each in self.misplaced if not each.block for label in each.labels)
        yield from self.container_labels

    @property
    def every_block(self) -> tuple[LabelBlock, ...]:
        """All blocks of service labels, also those in a place where Docker does not read them."""
        elsewhere = [each.block for each in self.misplaced if each.block]
        return (*self.blocks, *elsewhere) if elsewhere else self.blocks

    @property
    def has_labels(self) -> bool:
        """Whether it has labels, in the right place or not."""
        return bool(self.blocks or self.container_labels or self.misplaced or self.shadowed)

    def intends(self, *names: str) -> bool:
        """Whether it was meant to have one of these labels, or any, in the right place or not."""
        if not names:
            return bool(self.routing or self._intended)
        return not (self.routing.keys().isdisjoint(names) and self._intended.isdisjoint(names))

    @cached_property
    def _intended(self) -> frozenset[str]:
        """Names of the labels it was meant to have, in the right place and form or not."""
        hidden = (label.name for shadowed in self.shadowed for label in shadowed.labels)
        return frozenset((*self.as_meant.routing, *filter(None, hidden)))

    def value(self, name: str) -> str | None:
        """The value of a routing label; None if it is absent or unknown."""
        label = self.routing.get(name)
        return label.value.value if label else None

    def given(self, name: str) -> Label | None:
        """A routing label that has a value, or may have one."""
        label = self.routing.get(name)
        return label if label is not None and label.value.parts else None

    def active(self, name: str) -> Label | None:
        """A routing label that has a value; a switch only if it is on."""
        row = rows().get(name)
        if row is not None and row.is_switch and not self.is_on(name):
            return None
        return self.given(name)

    def is_on(self, name: str) -> bool:
        """Whether a switch is on: only the value `true` is documented."""
        return self.value(name) == "true"

    def can_be_on(self, name: str) -> bool:
        """Whether a switch is on, or may be, because its value is not known."""
        label = self.routing.get(name)
        return self.is_open if label is None else label.value.value in (None, "true")

    def may_be_on(self, name: str) -> bool:
        """Whether a switch has a value that does not plainly mean that it is off."""
        return self.given(name) is not None and (self.value(name) or "").lower() not in _OFF

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts it is routed for."""
        label = self.routing.get("hosts")
        return hosts_in(label.value) if label else ()

    @cached_property
    def redirects(self) -> Redirects:
        """The redirects that it sets; none if the label is malformed."""
        label = self.given("redirects")
        return redirects_in(label.value) if label else NO_REDIRECTS

    @property
    def whole_name(self) -> str:
        """The name that an engine has for it, if it is one's; else the one in its file."""
        return whole_name(self.name, self.context.stack_name)

    @property
    def has_image(self) -> bool:
        """Whether it says what it runs; a service without needs a base that does."""
        return not _IMAGE.isdisjoint(self.keys)

    @property
    def in_vip_mode(self) -> bool:
        return self.value("backend_mode") == "vip"

    @property
    def can_be_in_vip_mode(self) -> bool:
        """Whether it is in VIP mode, or may be, because its mode is not known."""
        label = self.given("backend_mode")
        return self.is_open if label is None else label.value.value in (None, "vip")

    @property
    def is_routed(self) -> bool:
        """Whether it has hosts, or is a default backend, so that Interlock can route to it."""
        return self.given("hosts") is not None or self.is_on("default_backend")

    @property
    def tasks(self) -> int | None:
        """The number of tasks it should have; None if unknown, or if it depends on the nodes."""
        mode, replicas = self.deployment.mode, self.deployment.replicas
        if mode is not None and mode.value != "replicated":
            return None
        if replicas is None:
            return None if self.is_open else 1
        return whole_number(replicas.value or "")

    @property
    def publishes_in_host_mode(self) -> bool:
        """Whether it publishes a port directly on the nodes, or may do so."""
        return bool(self.ports) and any(port.mode != "ingress" for port in self.ports)

    @property
    def cluster(self) -> Cluster | None:
        """The service cluster that routes it, if the proxy configuration is known."""
        proxy, label = self.context.proxy, self.given("service_cluster")
        name = label.value.value if label else ""
        return proxy.cluster(name) if proxy is not None and name is not None else None


class Stack(Record):
    """
    Services that are deployed together, from one or more files.

    `services_key` is the key `services` of the first file that has one. `refusals` say what Docker
    rejects, except for what rules find by themselves; `dollars` are texts with a `$` that Docker
    rejects or misreads, `ignored_keys` have no effect in a swarm. `rejection` is the reason that
    the Docker CLI itself gives, if it was asked. A stack that `is_open` may have more of the same.
    """

    __slots__ = (
        "context",
        "documents",
        "dollars",
        "duplicates",
        "ignored_documents",
        "ignored_keys",
        "is_open",
        "networks",
        "refusals",
        "rejection",
        "services",
        "services_key",
    )

    def __init__(
        self,
        documents: tuple[Document, ...],
        services: tuple[Service, ...] = (),
        networks: tuple[Resource, ...] = (),
        context: Context = _NO_CONTEXT,
        duplicates: tuple[DuplicateKey, ...] = (),
        ignored_documents: tuple[Span, ...] = (),
        services_key: Span | None = None,
        refusals: tuple[Refusal, ...] = (),
        dollars: tuple[Text, ...] = (),
        ignored_keys: tuple[Text, ...] = (),
        rejection: str | None = None,
        is_open: bool = False,
    ) -> None:
        self.documents = documents
        self.services = services
        self.networks = networks
        self.context = context
        self.duplicates = duplicates
        self.ignored_documents = ignored_documents
        self.services_key = services_key
        self.refusals = refusals
        self.dollars = dollars
        self.ignored_keys = ignored_keys
        self.rejection = rejection
        self.is_open = is_open

    def __eq__(self, other: object) -> bool:
        """Each is a stack of its own, whatever it has in common with another one."""
        return self is other

    __hash__ = object.__hash__

    @property
    def as_meant(self) -> Stack:
        """The stack with all services as they were meant."""
        services = tuple(service.as_meant for service in self.services)
        return self if services == self.services else self._replace(services=services)

    @property
    def is_override(self) -> bool:
        """Whether no service has an image, so that its files change a base that is not here."""
        return bool(self.services) and not any(service.has_image for service in self.services)

    def is_partial(self, service: Service) -> bool:
        """Whether it is one that is made elsewhere, of which only changes are seen."""
        return any(str(service.name) in document.partial for document in self.documents)

    @property
    def is_alone(self) -> bool:
        """Whether it never runs together with other stacks."""
        return any(source.view is not None and source.view.alone for source in self.sources)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple([document.source for document in self.documents])

    @property
    def path(self) -> str:
        return self.documents[0].source.path

    @property
    def alternative(self) -> Alternative:
        """Which of the stacks it is that templates among its files can become."""
        views = [source.view for source in self.sources if source.view]
        if not views:
            return _NO_ALTERNATIVE
        return Alternative(max(view.number for view in views), max(view.of for view in views))

    @property
    def name(self) -> str | None:
        return self.context.stack_name

    @property
    def target(self) -> Target | None:
        return self.context.target

    @property
    def is_rejected(self) -> bool:
        """Whether Docker rejects it, as far as can be told without asking Docker."""
        invalid = any(text.invalid is not None for text in self.dollars)
        return bool(self.refusals or invalid or self.duplicates) or any(
            block.form is None or block.stray or any(each.is_rejected for each in block.labels)
            for service in self.services
            for block in service.blocks
        )

    @property
    def unjudged(self) -> Iterator[Unjudged]:
        """What cannot be changed or compared, because Docker rejects it."""
        for refusal in self.refusals:
            text = f"`docker stack deploy` rejects it: {refusal.message}"
            yield Unjudged(refusal.span.source.path, text, refusal.span)
