"""
Reads stacks the way Docker does: through aliases, merges and several files.

Anything that Docker would reject and no rule covers is recorded as a Refusal; the rest is still
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from linter.model.label import Label, LabelBlock, Shadowed
from linter.model.names import STACK_NAME, Names, Resource
from linter.model.proxy import Proxy
from linter.model.refusal import Refusal, RefusalKind
from linter.model.service_parts import NO_DEPLOYMENT, Attachment, Deployment
from linter.model.stack import Context, Service, Stack
from linter.model.targets import Target
from linter.model.text import Text
from linter.reading import ports
from linter.reading.dollars import unreadable_scalars
from linter.reading.judge import Judge
from linter.reading.label_reader import LabelReader
from linter.reading.resolver import Entries, Entry, Resolver
from linter.reading.typed import BOOLEAN_WORDS
from linter.syntax.composer import NotYaml
from linter.syntax.documents import document_of
from linter.syntax.interpolation import Environment, Parts
from linter.syntax.nodes import Document, MappingNode, ScalarNode, SequenceNode
from linter.syntax.source import Source, Span

_OF_COMPOSE = frozenset({"develop", "extends", "platform", "profiles", "pull_policy"})
"""Keys that only Docker Compose takes."""

_SERVICE_NAME = re.compile(r"[a-zA-Z0-9._-]+")


class ReadOptions(NamedTuple):
    """What is known in addition to the files."""

    environment: Environment = Environment()
    extra_labels: frozenset[str] = frozenset()
    stack_name: str | None = None
    target: Target | None = None
    proxy: Proxy | None = None
    dotenv: frozenset[str] = frozenset()


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
            services[name] = _over(services[name], service) if name in services else service
            keys = joined.get(name, ()) + layer.joined[name]
            joined[name] = tuple({key.parts: key for key in keys}.values())
        networks |= layer.networks
        secrets |= layer.secrets
    context = Context(
        options.stack_name,
        options.target,
        options.proxy,
        Names(secrets.values(), is_open=layers[0].document.literal),
        options.dotenv,
        _is_for_compose(frozenset(chain(*(service.keys for service in services.values())))),
    )
    for name, service in services.items():
        service.context = context
        keys = joined[name]
        if not (keys or layers[0].document.literal):
            keys = (_default_network(service.name),)
        service.attachments = tuple(_attachment(key, networks, options) for key in keys)
    return Stack(
        documents=tuple(layer.document for layer in layers),
        services=tuple(services.values()),
        networks=tuple(networks.values()),
        context=context,
        duplicates=tuple(each for layer in layers for each in layer.document.duplicates),
        ignored_documents=tuple(span for layer in layers for span in layer.ignored_documents()),
        services_key=next((layer.services_key for layer in layers if layer.services_key), None),
        refusals=(*chain(*(layer.refusals() for layer in layers)), *_different_versions(layers)),
        dollars=tuple(chain(*(layer.dollars() for layer in layers))),
        ignored_keys=tuple(chain(*(layer.ignored_keys() for layer in layers))),
    )


def _different_versions(layers: Sequence[_Layer]) -> Iterator[Refusal]:
    """All files of a stack must have the same version of the format."""
    first = layers[0].judge
    for layer in layers[1:]:
        judge = layer.judge
        if first.version is None or judge.version in (None, first.version):
            continue
        span = judge.version_span or Span(layer.source, 0, 0)
        message = (
            f"this file has version `3.{judge.version}` of the file format, but "
            f"{layers[0].source.path} has `3.{first.version}`"
        )
        help_text = "use the same `version` in all files of the stack, or remove it from all"
        yield Refusal(span, RefusalKind.VALUE, message, help_text)


def _is_for_compose(keys: frozenset[str]) -> bool:
    """Whether services with these keys are for Docker Compose alone."""
    return ("build" in keys and "deploy" not in keys) or not keys.isdisjoint(_OF_COMPOSE)


def _over(base: Service, top: Service) -> Service:
    """A service of one file with the overrides of a later file; labels are merged one by one."""
    return Service(
        name=base.name,
        labels=_merged(base.labels, top.labels),
        container_labels=_merged(base.container_labels, top.container_labels),
        blocks=base.blocks + top.blocks,
        misplaced=base.misplaced + top.misplaced,
        shadowed=base.shadowed + top.shadowed,
        ports=base.ports + top.ports,
        exposed=base.exposed + top.exposed,
        deployment=top.deployment.over(base.deployment),
        keys=base.keys | top.keys,
        image=top.image or base.image,
        build=top.build or base.build,
        is_partial=base.is_partial or top.is_partial,
    )


def _merged(base: tuple[Label, ...], top: tuple[Label, ...] = ()) -> tuple[Label, ...]:
    """The last label with each name."""
    return tuple({label.key.parts: label for label in base + top}.values())


def _default_network(service: Text) -> Text:
    """The network of a service that lists none; its position is the name of the service."""
    return Text(service.source, service.start, service.end, ("default",))


def _attachment(key: Text, networks: dict[str, Resource], options: ReadOptions) -> Attachment:
    """A network that a service joins, with its declaration in the files of the stack."""
    name = str(key)
    return Attachment(key, networks.get(name) or _implicit(name, options))


def _implicit(key: str, options: ReadOptions) -> Resource | None:
    """The network of services that list none; Docker creates it without a declaration."""
    if key != "default":
        return None
    return Resource(key, _prefixed(key, options), external=False)


def _prefixed(key: str, options: ReadOptions) -> Parts:
    if options.stack_name is None:
        return (STACK_NAME, f"_{key}")
    return (f"{options.stack_name}_{key}",)


class _Layer:
    """One file of a stack, while it is being read."""

    def __init__(self, document: Document, options: ReadOptions) -> None:
        self.document = document
        self.source = document.source
        self.options = options
        self.services: dict[str, Service] = {}
        self.services_key: Span | None = None
        self.joined: dict[str, tuple[Text, ...]] = {}
        self.networks: dict[str, Resource] = {}
        self.secrets: dict[str, Resource] = {}
        self.resolver = Resolver(document, options.environment)
        self.labels = LabelReader(self.resolver, options.extra_labels)
        self.judge = Judge(self.resolver)
        self.is_cut = bool(document.source.view and document.source.view.cut)

    def read(self) -> None:
        root = self.document.root
        if not isinstance(root, MappingNode):
            place = self.resolver.span(root) if root else Span(self.source, 0, 0)
            raise NotYaml("the top level of a stack file must be a mapping", place)
        top = self.resolver.entries(root)
        if not self.document.literal:
            self.judge.document(root, top.get("version"))
        for key, entry in self.resolver.section(top, "networks"):
            self.networks[key] = self._resource(key, entry)
        for key, entry in self.resolver.section(top, "secrets"):
            self.secrets[key] = self._resource(key, entry)
        if "services" in top:
            self.services_key = self.resolver.span(top["services"].key)
        for key, entry in self.resolver.section(top, "services"):
            is_name = self.document.literal or _SERVICE_NAME.fullmatch(key)
            if isinstance(entry.value, MappingNode) and is_name:
                self.services[key] = self._service(entry, entry.value)
                self.joined[key] = tuple(self._joined(self.resolver.entries(entry.value)))

    def refusals(self) -> Iterator[Refusal]:
        """What Docker rejects; labels in the wrong place are left to a rule."""
        found = self.resolver.refusals
        if found:
            misplaced = {
                each.span for service in self.services.values() for each in service.misplaced
            }
            yield from (each for span, each in found.items() if span not in misplaced)

    def dollars(self) -> Iterator[Text]:
        """Texts that Docker cannot interpolate, except for service labels."""
        for scalar in unreadable_scalars(self.document, self.options.environment):
            text = self.resolver.text(scalar)
            if text.invalid is not None:
                yield text

    def ignored_keys(self) -> Iterator[Text]:
        """The keys without effect in a swarm."""
        return map(self.resolver.literal, self.judge.ignored)

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
            container = _merged(self.labels.block(entries["labels"], via).meant)
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
                labels = _merged(block.labels)
                misplaced.extend(self.labels.nested(own, via + deploy.via))
            deployment = self._deployment(inner)
        image, build = entries.get("image"), entries.get("build")
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
            keys=frozenset(entries),
            image=self.resolver.span(image.key) if image else None,
            build=self.resolver.span(build.key) if build else None,
            is_partial=self.is_cut or entry.key.value in self.document.partial,
        )

    def _deployment(self, deploy: Entries) -> Deployment:
        if not deploy:
            return NO_DEPLOYMENT
        update = deploy.get("update_config")
        inner: Entries = {}
        if update and isinstance(update.value, MappingNode):
            inner = self.resolver.entries(update.value)
        return Deployment(
            mode=self.resolver.scalar(deploy, "mode"),
            replicas=self.resolver.scalar(deploy, "replicas"),
            endpoint_mode=self.resolver.scalar(deploy, "endpoint_mode"),
            update_order=self.resolver.scalar(inner, "order"),
            update_config=self.resolver.span(update.key) if update else None,
        )

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
        if isinstance(networks.value, MappingNode):
            for entry in self.resolver.entries(networks.value).values():
                yield self.resolver.literal(entry.key)
        elif isinstance(networks.value, SequenceNode):
            for item in networks.value.children:
                scalar, _ = self.resolver.follow(item)
                if isinstance(scalar, ScalarNode):
                    yield self.resolver.text(scalar)

    def _resource(self, key: str, entry: Entry) -> Resource:
        span = self.resolver.span(entry.key)
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
            deployed = (key,) if external else _prefixed(key, self.options)
        labels = self.labels.block(entries["labels"], ()).labels if "labels" in entries else ()
        driver = self.resolver.scalar(entries, "driver")
        return Resource(key, deployed, external, span, labels, driver)
