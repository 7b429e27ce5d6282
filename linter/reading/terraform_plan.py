"""
Reads what `terraform show -json` prints of a plan or a state: the services of the Docker provider.

What is known only after `apply`, and what is sensitive, is unknown here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from linter.reading import make
from linter.reading.json_values import Json
from linter.syntax.composer import NotYaml, compose
from linter.syntax.documents import document_of
from linter.syntax.nodes import Document, MappingNode, Node, ScalarNode, UnknownNode
from linter.syntax.source import Source, Span, View

_FIXED = "it is a plan or a state of Terraform; change the configuration that it is made from"
_VERSION = re.compile(r"1\.[0-9]+")
_IN_MODULE = re.compile(r"module\.([\w-]+)(?:\[[^\]]*\])?\.")
_NETWORK = re.compile(r"(?:data\.)?docker_network\.[\w-]+")
_SWARM_ID = re.compile(r"[0-9a-z]{25}|[0-9a-f]{64}")
_INDEX = re.compile(r"\[[^\[\]]*\]$")

_NOTHING = Json(None)


class Resource(NamedTuple):
    """
    A resource, and the address of the module it is in.

    `configured` is what the configuration says of it, `later` what is known only after `apply`.
    """

    found: Json
    module: str
    configured: Json
    later: Json

    @property
    def address(self) -> str:
        return self.found.at("address").text

    @property
    def values(self) -> Json:
        return self.found.at("values")

    def hides(self, *path: str) -> bool:
        """Whether a value is sensitive or not known yet; of a list, whether any item may be."""
        return any(_marks(each, path) for each in (self.found.at("sensitive_values"), self.later))

    def setting(self, *path: str) -> ScalarNode | None:
        """A value in blocks, which may be unknown."""
        *blocks, name = path
        found = _block(self.values, *blocks).at(name)
        if not self.hides(*path):
            return make.text(found)
        node = found.node or self.found.at("address").node
        return UnknownNode(f"{self.address}.{name}", *make.place(node), '"')


def views(source: Source) -> Iterator[View]:
    """One for all services of a plan or a state."""
    try:
        root = Json(compose(source).root)
    except NotYaml as error:
        yield View("terraform-json", tree=partial(_fails, error=error), fixed=_FIXED)
        return
    if any(each.found.at("type").text == "docker_service" for each in resources(root)):
        yield View("terraform-json", tree=_document, fixed=_FIXED, address=_address)


def _document(source: Source) -> Document:
    """A stack file with all services. Raises NotYaml."""
    written = compose(source).root
    root = Json(written)
    version = root.at("format_version")
    if not _VERSION.fullmatch(version.text):
        place = Span(source, *make.place(version.node))
        raise NotYaml("the version of this format is not known; 1.x is", place)
    every = list(resources(root))
    networks = _Networks(root, every)
    services: dict[str, tuple[ScalarNode, Node | None]] = {}
    declared: dict[str, tuple[ScalarNode, Node | None]] = {}
    for each in every:
        if each.found.at("type").text == "docker_service" and each.found.at("values").is_object:
            joined = networks.of(each)
            name, service = _service(each, joined)
            services.setdefault(name.value, (name, service))
            declared.update((network.value, _external(network)) for network in joined)
    pairs: list[make.Pair] = [("services", make.mapping(services.values()))]
    pairs += [("networks", make.mapping(declared.values()))]
    return Document(source, make.mapping(pairs), literal=True, written=written)


def _fails(source: Source, error: NotYaml) -> Document:
    """Fail as reading the text did. Raises NotYaml."""
    del source
    raise error


def _address(source: Source, offset: int) -> str:
    """The address of the resource at an offset."""
    places = _places(source)
    number = bisect_right(places, (offset, len(source.text), "")) - 1
    start, end, address = places[number] if number >= 0 else (0, 0, "")
    return address if start <= offset < end else ""


@lru_cache(maxsize=4)  # for every finding
def _places(source: Source) -> list[tuple[int, int, str]]:
    """Where the resources are in a text, with their addresses, in order."""
    try:
        root = Json(document_of(source).written)
    except NotYaml:
        return []
    return sorted((*make.place(each.found.node), each.address) for each in resources(root))


def resources(root: Json) -> Iterator[Resource]:
    """The resources of a state, or those after a plan is applied."""
    values = root.at("planned_values") if root.at("planned_values").is_object else root.at("values")
    changes = root.at("resource_changes").items
    later = {each.at("address").text: each.at("change", "after_unknown") for each in changes}
    pending = [(values.at("root_module"), "", root.at("configuration", "root_module"))]
    while pending:
        module, prefix, configured = pending.pop()
        by_address = {each.at("address").text: each for each in configured.at("resources").items}
        for each in module.at("resources").items:
            address, kind = each.at("address").text, each.at("type").text
            name = f"{kind}.{each.at('name').text}"
            name = f"data.{name}" if each.at("mode").text == "data" else name
            own = by_address.get(name, _NOTHING)
            yield Resource(each, prefix, own, later.get(address, _NOTHING))
        calls = {
            name.value: call.at("module") for name, call in configured.at("module_calls").entries
        }
        for child in module.at("child_modules").items:
            address = child.at("address").text
            call = _IN_MODULE.match(f"{address.removeprefix(prefix)}.")
            inner = calls.get(call[1], _NOTHING) if call else _NOTHING
            pending.append((child, f"{address}.", inner))


def _marks(found: Json, path: tuple[str, ...]) -> bool:
    """Whether `true` is anywhere on a path, or below its end."""
    if found.text == "true":
        return True
    if found.items:
        return any(_marks(each, path) for each in found.items)
    if path:
        return _marks(found.at(path[0]), path[1:])
    return any(_marks(each, ()) for _, each in found.entries)


# -- One service ----------------------------------------------------------------------------------


def _service(
    resource: Resource, networks: list[ScalarNode]
) -> tuple[ScalarNode, MappingNode | None]:
    """The name of a service, and its settings in a stack file."""
    name, ports = resource.values.at("name"), ("endpoint_spec", "ports")
    is_global = _block(resource.values, "mode").at("global")
    update = make.mapping([("order", resource.setting("update_config", "order"))])
    deploy: list[make.Pair] = [
        ("labels", _labels(resource, "labels")),
        ("mode", make.string("global", is_global.node) if is_global.text == "true" else None),
        ("replicas", resource.setting("mode", "replicated", "replicas")),
        ("endpoint_mode", resource.setting("endpoint_spec", "mode")),
        ("update_config", update),
    ]
    published = _block(resource.values, ports[0]).at(ports[1]).items
    service = make.mapping(
        [
            ("image", resource.setting("task_spec", "container_spec", "image")),
            ("labels", _labels(resource, "task_spec", "container_spec", "labels")),
            ("networks", make.sequence(networks)),
            ("ports", None if resource.hides(*ports) else make.sequence(map(_port, published))),
            ("deploy", make.mapping(deploy)),
        ],
        resource.found.node,
    )
    shown = "" if resource.hides("name") else name.text
    text = shown or re.sub(r"[^a-zA-Z0-9._-]+", "-", resource.address)
    return make.key_of(text, name.node or resource.found.at("address").node), service


def _block(values: Json, *names: str) -> Json:
    """A block in blocks, of which each is a list with one item."""
    for name in names:
        items = values.at(name).items
        values = items[0] if items else Json(None)
    return values


def _labels(resource: Resource, *path: str) -> Node | None:
    """Labels as a mapping; those that are sensitive or not known yet have unknown values."""
    *blocks, name = path
    found = _block(resource.values, *blocks).at(name)
    marks = resource.found.at("sensitive_values")
    pairs: list[make.Pair] = []
    for each in found.items:
        key, value = each.at("label"), each.at("value")
        if key.scalar is None:
            continue
        # The marks of the items of a set are not in the same order.
        if value.scalar is None or _marks(marks, path):
            unknown = f"{resource.address}.labels.{key.text}"
            hidden = UnknownNode(unknown, *make.place(key.node), '"')
            pairs.append((make.string(key.text, key.node), hidden))
        else:
            pairs.append((make.string(key.text, key.node), make.string(value.text, value.node)))
    return make.mapping(pairs, found.node)


def _port(port: Json) -> Node | None:
    return make.mapping(
        [
            ("target", make.text(port.at("target_port"))),
            ("published", make.text(port.at("published_port"))),
            ("protocol", make.text(port.at("protocol"))),
            ("mode", make.text(port.at("publish_mode"))),
        ],
        port.node,
    )


def _external(network: ScalarNode) -> tuple[ScalarNode, Node | None]:
    """A network that is there already, under its own name."""
    pairs: list[make.Pair] = [("external", make.plain("true", network)), ("name", network)]
    return make.key_of(str(network.value), network), make.mapping(pairs, network)


class _Networks:
    """The networks of a plan: their names by identifier, and by address."""

    def __init__(self, root: Json, every: list[Resource]) -> None:
        self._by_id: dict[str, ScalarNode] = {}
        self._by_address: dict[str, ScalarNode] = {}
        for each in (*resources(root.at("prior_state")), *every):
            name = each.setting("name")
            if each.found.at("type").text == "docker_network" and name is not None:
                address = _INDEX.sub("", each.address)
                several = address in self._by_address and each.address != address
                index = UnknownNode(f"{address}.name", name.start, name.end, '"')
                self._by_address[address] = index if several else name
                if identifier := each.values.at("id").text:
                    self._by_id[identifier] = name

    def of(self, service: Resource) -> list[ScalarNode]:
        """The names of the networks that a service joins; of what is not known, an unknown one."""
        task = _block(service.values, "task_spec")
        joined = [(each, each.at("name")) for each in task.at("networks_advanced").items]
        joined += [(each, each) for each in task.at("networks").items]
        blocks = _block(service.configured.at("expressions"), "task_spec").at("networks_advanced")
        if not joined and blocks.items:
            joined = [(service.found.at("address"), _NOTHING)]
        names = [self._by_id.get(name.text) or _literal(name) for _, name in joined]
        referred = iter(self._referred(service, blocks) if names.count(None) else ())
        found: list[ScalarNode] = []
        for number, ((item, _), name) in enumerate(zip(joined, names, strict=True)):
            unknown = UnknownNode(
                f"{service.address}.networks.{number}", *make.place(item.node), '"'
            )
            found.append(name or next(referred, unknown))
        return found

    def _referred(self, service: Resource, blocks: Json) -> list[ScalarNode]:
        """The networks that the configuration refers to; none if one of them is not known."""
        found: list[ScalarNode] = []
        for each in blocks.items:
            references = each.at("name", "references").items
            matches = (_NETWORK.match(reference.text) for reference in references)
            names = (self._by_address.get(service.module + match[0]) for match in matches if match)
            name = next(filter(None, names), None)
            if name is not None:
                found.append(name)
            elif references:
                return []
        return found


def _literal(name: Json) -> ScalarNode | None:
    """A name as written; an identifier of a network that is not here says nothing."""
    return None if _SWARM_ID.fullmatch(name.text) else make.text(name)
