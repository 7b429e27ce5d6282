"""
Reads stacks the way Docker does: through aliases, merges and several files.

Anything that Docker would reject and no rule covers is recorded as a Refusal; the rest is still
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from linter.model.context import Context
from linter.model.deployment import NO_DEPLOYMENT, Deployment
from linter.model.label import Label, LabelBlock, Shadowed
from linter.model.names import Names, Resource
from linter.model.proxy import Proxy
from linter.model.refusal import Refusal
from linter.model.stack import Service, Stack
from linter.model.swarm import Swarm, is_record
from linter.model.targets import Target
from linter.model.text import Text
from linter.reading import ports
from linter.reading.attaching import attachment, default_network, prefixed
from linter.reading.dollars import misread_scalars
from linter.reading.label_reader import LabelReader
from linter.reading.overriding import merged, over
from linter.reading.resolver import Entries, Entry, Resolver
from linter.reading.typed import BOOLEAN_WORDS
from linter.reading.validator import Validator
from linter.record import Record
from linter.syntax.composer import NotYaml
from linter.syntax.documents import document_of
from linter.syntax.interpolation import Environment, Variable
from linter.syntax.nodes import Document, MappingNode, ScalarNode, SequenceNode, Value
from linter.syntax.source import Source, Span

_OF_COMPOSE = frozenset({"develop", "extends", "platform", "profiles", "pull_policy"})
"""Keys that only Docker Compose takes."""

_SERVICE_NAME = re.compile(r"[a-zA-Z0-9._-]+")


_NOTHING_KNOWN = Environment()


class ReadOptions(Record):
    """What is known in addition to the files."""

    __slots__ = ("dotenv", "environment", "extra_labels", "proxy", "stack_name", "swarm", "target")

    def __init__(
        self,
        environment: Environment = _NOTHING_KNOWN,
        extra_labels: frozenset[str] = frozenset(),
        stack_name: str | None = None,
        target: Target | None = None,
        proxy: Proxy | None = None,
        dotenv: frozenset[str] = frozenset(),
        swarm: Swarm | None = None,
    ) -> None:
        self.environment = environment
        self.extra_labels = extra_labels
        self.stack_name = stack_name
        self.target = target
        self.proxy = proxy
        self.dotenv = dotenv
        self.swarm = swarm


def read(sources: Iterable[Source], options: ReadOptions) -> Stack:
    """
    Read the files of one stack like `docker stack deploy -c … -c …`; later ones override earlier.

    Raises NotYaml for a file that is not YAML.
    """
    layers = [_Layer(document_of(source), options) for source in sources]
    for layer in layers:
        layer.read()
    services: dict[str, Service] = {}
    joined: dict[str, tuple[Text, ...]] = {}
    networks: dict[str, Resource] = {}
    secrets: dict[str, Resource] = {}
    for layer in layers:
        for name, service in layer.services.items():
            services[name] = over(services[name], service) if name in services else service
            keys = joined.get(name, ()) + layer.joined[name]
            joined[name] = tuple({key.parts: key for key in keys}.values())
        networks |= layer.networks
        secrets |= layer.secrets
    first = layers[0].document
    context = Context(
        options.stack_name,
        options.target,
        options.proxy,
        Names(secrets.values()),
        options.dotenv,
        _is_for_compose(frozenset().union(*[service.keys for service in services.values()])),
        first.source.view.form if first.source.view else "",
        options.swarm is None and not any(layer.document.literal for layer in layers),
        options.swarm,
    )
    for name, service in services.items():
        service.context = context
        keys = joined[name]
        if not keys and context.declares:
            keys = (default_network(service.name),)
        service.attachments = tuple([attachment(key, networks, options.stack_name) for key in keys])
    return Stack(
        documents=tuple([layer.document for layer in layers]),
        services=tuple(services.values()),
        networks=tuple(networks.values()),
        context=context,
        duplicates=tuple(chain(*[layer.document.duplicates for layer in layers])),
        ignored_documents=tuple(chain(*[layer.ignored_documents() for layer in layers])),
        services_key=next((layer.services_key for layer in layers if layer.services_key), None),
        refusals=tuple(chain(*[layer.refusals() for layer in layers], _different_versions(layers))),
        dollars=tuple(chain(*[layer.dollars() for layer in layers])),
        ignored_keys=tuple(chain(*[layer.ignored_keys() for layer in layers])),
        is_open=any(layer.is_open for layer in layers),
    )


def _different_versions(layers: Sequence[_Layer]) -> Iterator[Refusal]:
    """All files of a stack must have the same version of the format."""
    first = layers[0].validator
    for layer in layers[1:]:
        validator = layer.validator
        if first.version is None or validator.version in (None, first.version):
            continue
        span = validator.version_span or Span(layer.source, 0, 0)
        message = (
            f"this file has version `3.{validator.version}` of the file format, but "
            f"{layers[0].source.path} has `3.{first.version}`"
        )
        help_text = "use the same `version` in all files of the stack, or remove it from all"
        yield Refusal(span, "refused-value", message, help_text)


def _is_for_compose(keys: frozenset[str]) -> bool:
    """Whether services with these keys are for Docker Compose alone."""
    return ("build" in keys and "deploy" not in keys) or not keys.isdisjoint(_OF_COMPOSE)


class _Layer:
    """One file of a stack, while it is being read."""

    def __init__(self, document: Document, options: ReadOptions) -> None:
        self.document = document
        self.source = document.source
        self.options = options
        self.services: dict[str, Service] = {}
        self.is_open = False
        self.services_key: Span | None = None
        self.joined: dict[str, tuple[Text, ...]] = {}
        self.networks: dict[str, Resource] = {}
        self.secrets: dict[str, Resource] = {}
        self.resolver = Resolver(document, options.environment)
        self.labels = LabelReader(self.resolver, options.extra_labels)
        self.validator = Validator(self.resolver)
        self.is_cut = bool(document.source.view and document.source.view.cut)

    def read(self) -> None:
        root = self.document.root
        if not isinstance(root, MappingNode):
            if not self.source.text.strip():
                raise NotYaml("the file is empty", Span(self.source, 0, 0))
            place = self.resolver.span(root) if root else Span(self.source, 0, 0)
            raise NotYaml("the top level of a stack file must be a mapping", place)
        top = self.resolver.entries(root)
        if not (self.document.literal or is_record(self.source)):  # what runs is accepted
            self.validator.document(root, top.get("version"))
        self.is_open = (
            self.is_cut or self._inserts(root) or self.resolver.is_open(top.get("services"))
        )
        self._resources(self.networks, top, "networks")
        self._resources(self.secrets, top, "secrets")
        if "services" in top:
            self.services_key = self.resolver.span(top["services"].key)
        for key, entry in self.resolver.section(top, "services"):
            name = self.source.shown(key)
            if isinstance(entry.value, MappingNode) and (
                self.document.literal or name != key or _SERVICE_NAME.fullmatch(key)
            ):
                name = key if name in self.services else name  # two loops over unknown services
                self.services[name] = self._service(entry, entry.value)
                self.joined[name] = tuple(self._joined(self.resolver.entries(entry.value)))

    def _resources(self, found: dict[str, Resource], top: Entries, section: str) -> None:
        """The networks or secrets; one whose name is not known stands for those not seen."""
        unknown = self.is_open or self.resolver.is_open(top.get(section))
        for key, entry in self.resolver.section(top, section):
            name = self.source.shown(key)
            unknown = unknown or name != key
            found[name] = self._resource(name, entry)
        if unknown:
            found[""] = Resource("", (Variable(section),), external=True)

    def _inserts(self, mapping: MappingNode) -> bool:
        return self.resolver.has_holes and any(map(self.resolver.is_inserted, mapping.children))

    def refusals(self) -> Iterator[Refusal]:
        """What Docker rejects; labels in the wrong place are left to a rule."""
        found = self.resolver.refusals
        if found:
            misplaced = {
                each.span for service in self.services.values() for each in service.misplaced
            }
            yield from (each for span, each in found.items() if span not in misplaced)

    def dollars(self) -> Iterator[Text]:
        """Texts with a `$` that Docker rejects or misreads."""
        return map(self.resolver.text, misread_scalars(self.document, self.options.environment))

    def ignored_keys(self) -> Iterator[Text]:
        """The keys without effect in a swarm."""
        return map(self.resolver.literal, self.validator.ignored)

    def ignored_documents(self) -> Iterator[Span]:
        """The `services` keys of later documents."""
        for node in self.document.later:
            if isinstance(node, MappingNode):
                for key, _ in node.pairs:
                    if isinstance(key, ScalarNode) and key.value == "services":
                        yield self.resolver.span(key)

    def _service(self, entry: Entry, mapping: MappingNode) -> Service:
        entries = self.resolver.entries(mapping)
        name = self.resolver.literal(entry.key)
        via = entry.via
        misplaced = list(self.labels.misplaced(entries, "the service", via))
        blocks: list[LabelBlock] = []
        container: tuple[Label, ...] = ()
        if "labels" in entries:
            container = merged(self.labels.block(entries["labels"], via).meant)
        deploy = entries.get("deploy")
        deployment = NO_DEPLOYMENT
        labels: tuple[Label, ...] = ()
        own: Entry | None = None
        if deploy and isinstance(deploy.value, MappingNode):
            inner = self.resolver.entries(deploy.value)
            misplaced.extend(self.labels.misplaced(inner, "`deploy`", via + deploy.via))
            own = inner.get("labels")
            if own:
                block = self.labels.block(own, via + deploy.via)
                blocks.append(block)
                labels = merged(block.labels)
                misplaced.extend(self.labels.nested(own, via + deploy.via))
            deployment = self._deployment(inner)
        image, build = entries.get("image"), entries.get("build")
        hides = self.is_cut or entry.key.value in self.document.partial
        keys = frozenset(entries)
        return Service(
            name=name,
            labels=labels,
            container_labels=container,
            blocks=tuple(blocks),
            misplaced=tuple(misplaced),
            shadowed=tuple(self._shadowed(deploy, own)) if deploy else (),
            ports=tuple(ports.published(self.resolver, entries)),
            exposed=tuple(ports.exposed(self.resolver, entries)),
            deployment=deployment,
            keys=keys | {"image"} if hides or self._inserts(mapping) else keys,
            image=self.resolver.span(image.key) if image else None,
            build=self.resolver.span(build.key) if build else None,
            is_open=hides or (self.resolver.has_holes and self._is_open(mapping, entries, blocks)),
        )

    def _is_open(
        self, mapping: MappingNode, entries: Entries, blocks: Iterable[LabelBlock]
    ) -> bool:
        """Whether a service may have more labels, networks or ports than can be seen."""
        deploy = entries.get("deploy")
        own = Entry(mapping, ScalarNode("", mapping.start, mapping.start), mapping, ())
        parts = (own, deploy, *map(entries.get, ("networks", "ports", "expose")))
        return any(map(self.resolver.is_open, parts)) or any(each.is_open for each in blocks)

    def _deployment(self, deploy: Entries) -> Deployment:
        if not deploy:
            return NO_DEPLOYMENT
        update = deploy.get("update_config")
        unseen = update.value if update and self.resolver.is_open(update) else None
        inner: Entries = {}
        if update and isinstance(update.value, MappingNode):
            inner = self.resolver.entries(update.value)
        return Deployment(
            mode=self.resolver.scalar(deploy, "mode"),
            replicas=self.resolver.scalar(deploy, "replicas"),
            endpoint_mode=self.resolver.scalar(deploy, "endpoint_mode"),
            update_order=self._unseen(unseen) or self.resolver.scalar(inner, "order"),
            update_config=self.resolver.span(update.key) if update else None,
        )

    def _unseen(self, node: Value | None) -> Text | None:
        """A text that is not known, because an expression of a template may set it."""
        if node is None:
            return None
        return Text(self.source, node.start, node.end, (Variable("a template"),))

    def _shadowed(self, deploy: Entry, labels: Entry | None) -> Iterator[Shadowed]:
        """The merged labels that the service's own `labels` replace, or its own `deploy`."""
        hidden, by = (labels.shadowed, labels) if labels else (None, deploy)
        if hidden is None and deploy.shadowed and isinstance(deploy.shadowed.value, MappingNode):
            hidden, by = self.resolver.entries(deploy.shadowed.value).get("labels"), deploy
        if hidden is not None:
            lost = self.labels.block(hidden, ()).labels
            own = self.resolver.span(labels.key) if labels else None
            yield Shadowed(self.resolver.span(by.key), lost, own)

    def _joined(self, entries: Entries) -> Iterator[Text]:
        """The networks that a service lists."""
        networks = entries.get("networks")
        if networks is None:
            return
        if self.resolver.is_open(networks) and isinstance(networks.value, ScalarNode):
            yield self.resolver.text(networks.value)
        elif isinstance(networks.value, MappingNode):
            for entry in self.resolver.entries(networks.value).values():
                yield self.resolver.literal(entry.key)
        elif isinstance(networks.value, SequenceNode):
            for item in networks.value.children:
                scalar, _ = self.resolver.follow(item)
                if isinstance(scalar, ScalarNode):
                    yield self.resolver.text(scalar)

    def _resource(self, key: str, entry: Entry) -> Resource:
        span, own = self.resolver.span(entry.key), self.resolver.literal(entry.key).parts
        entries = self.resolver.entries(entry.value) if isinstance(entry.value, MappingNode) else {}
        name = self.resolver.scalar(entries, "name")
        external = False
        if "external" in entries:
            value = entries["external"].value
            if isinstance(value, MappingNode):
                external = True
                name = name or self.resolver.scalar(self.resolver.entries(value), "name")
            elif isinstance(value, ScalarNode):
                external = BOOLEAN_WORDS.get(str(self.resolver.text(value)).lower(), False)
        if name and name.parts:
            deployed = name.parts
        else:
            deployed = own if external else prefixed(own, self.options.stack_name)
        labels = self.labels.block(entries["labels"], ()).labels if "labels" in entries else ()
        driver = self.resolver.scalar(entries, "driver")
        return Resource(key, deployed, external, span, labels, driver)
