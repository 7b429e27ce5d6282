"""
Reads services as an engine stores them: what `docker service inspect` prints.

Each becomes the tree of a stack file that would deploy it, with the positions of what it is made
of. Labels that Docker itself adds are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from linter.model.images import whole_name
from linter.reading import make
from linter.reading import recorded_parts as parts
from linter.reading.json_values import Json
from linter.reading.recorded_parts import IMAGE, STACK
from linter.syntax.nodes import MappingNode, Node, ScalarNode


class Resources(NamedTuple):
    """
    What is known besides the services: the names of networks by identifier.

    If `written_out`, the engine has filled in defaults, and what is like them counts as absent.
    """

    networks: Mapping[str, str] = MappingProxyType({})
    written_out: bool = False


class Recorded(NamedTuple):
    """
    A service with its whole name, and its short one, which leaves out the name of its stack.

    `root` is the tree of a stack file with this service alone; `stack` is None for a service by
    itself.
    """

    name: str
    short: str
    stack: str | None
    root: MappingNode


def is_recorded(entry: Json) -> bool:
    """Whether an entry is a service as an engine stores it."""
    return entry.at("Spec", "TaskTemplate").is_object and entry.at("Spec", "Name").text != ""


def recorded(entry: Json, resources: Resources) -> Recorded:
    """A service as a stack file would have it."""
    spec = entry.at("Spec")
    name = spec.at("Name")
    stack = spec.at("Labels", STACK).text or None
    start = f"{stack}_"
    short = name.text.removeprefix(start) or name.text
    reader = _Reader(spec, short, resources)
    service = reader.service()
    top: list[make.Pair] = [
        ("services", make.mapping([(make.key_of(short, name.node), service)], name.node))
    ]
    top += ((section, make.mapping(found.items())) for section, found in reader.declared.items())
    return Recorded(
        name.text,
        short,
        stack,
        make.mapping(top, entry.node) or MappingNode(0, "", None, flow=True),
    )


class _Reader:
    """Reads one service; `declared` is what the sections of the stack file need to have for it."""

    def __init__(self, spec: Json, short: str, resources: Resources) -> None:
        self.spec = spec
        self.task = spec.at("TaskTemplate")
        self.container = self.task.at("ContainerSpec")
        self.short = short
        self.resources = resources
        self.declared: dict[str, dict[str, Node]] = {}

    def service(self) -> MappingNode | None:
        container, task = self.container, self.task
        ports = self.spec.at("EndpointSpec", "Ports")
        return make.mapping(
            [
                ("image", self._image()),
                ("command", make.texts(container.at("Args"))),
                ("entrypoint", make.texts(container.at("Command"))),
                ("hostname", make.text(container.at("Hostname"))),
                ("environment", make.texts(container.at("Env"))),
                ("working_dir", make.text(container.at("Dir"))),
                ("user", make.text(container.at("User"))),
                ("stop_signal", make.text(container.at("StopSignal"))),
                (
                    "stop_grace_period",
                    make.duration(
                        self._unlike(container.at("StopGracePeriod"), parts.GRACE), zero=True
                    ),
                ),
                ("tty", make.switch(container.at("TTY"))),
                ("stdin_open", make.switch(container.at("OpenStdin"))),
                ("read_only", make.switch(container.at("ReadOnly"))),
                ("init", make.boolean(container.at("Init"))),
                ("isolation", make.unless(container.at("Isolation"), "default")),
                ("cap_add", make.texts(container.at("CapabilityAdd"))),
                ("cap_drop", make.texts(container.at("CapabilityDrop"))),
                ("dns", make.texts(container.at("DNSConfig", "Nameservers"))),
                ("dns_search", make.texts(container.at("DNSConfig", "Search"))),
                ("extra_hosts", make.sequence(map(parts.extra_host, container.at("Hosts").items))),
                ("sysctls", make.texts_by_name(container.at("Sysctls"))),
                ("ulimits", make.mapping(map(parts.ulimit, container.at("Ulimits").items))),
                (
                    "credential_spec",
                    parts.credentials(
                        container.at("Privileges", "CredentialSpec"), self._credentials()
                    ),
                ),
                ("healthcheck", parts.health_check(container.at("Healthcheck"))),
                ("logging", parts.logging(task.at("LogDriver"))),
                ("labels", parts.labels(container.at("Labels"))),
                ("volumes", make.sequence(map(self._mount, container.at("Mounts").items))),
                ("configs", self._files(container.at("Configs"), "configs", "ConfigName")),
                ("secrets", self._files(container.at("Secrets"), "secrets", "SecretName")),
                (
                    "ports",
                    make.sequence(map(parts.port, ports.items)),
                ),
                ("networks", self._networks()),
                ("deploy", self._deploy()),
            ],
            self.spec.node,
        )

    def _unlike(self, found: Json, default: str = "") -> Json:
        """A setting; absent if it may be a default that was filled in."""
        is_default = parts.is_default_policy(found) if found.is_object else found.text == default
        return Json(None) if self.resources.written_out and is_default else found

    def _update(self, name: str) -> Node | None:
        config = self._unlike(self.spec.at(name))
        return parts.update(config, self._unlike(config.at("Monitor"), parts.MONITOR))

    def _image(self) -> Node | None:
        """The image without the digest that deploying a stack adds to it."""
        image = self.container.at("Image")
        asked = self.spec.at("Labels", IMAGE)
        plain = image.text.partition("@")[0]
        is_asked = bool(asked.text) and whole_name((plain,)) == whole_name((asked.text,))
        return make.text(asked if is_asked else image)

    def _credentials(self) -> Json:
        """The name of the config that describes credentials; it is not mounted anywhere."""
        configs = self.container.at("Configs").items
        found = (each.at("ConfigName") for each in configs if each.at("Runtime").is_object)
        return next(found, Json(None))

    def _mount(self, mount: Json) -> Node | None:
        options = mount.at("VolumeOptions")
        name = mount.at("Source")
        if mount.at("Type").text == "volume" and name.text:
            driver = options.at("DriverConfig")
            declared = [
                ("name", make.text(name)),
                ("driver", make.text(driver.at("Name"))),
                ("driver_opts", make.texts_by_name(driver.at("Options"))),
                ("labels", parts.labels(options.at("Labels"))),
            ]
            self._declare("volumes", name.text, make.mapping(declared))
        return make.mapping(
            [
                ("type", make.text(mount.at("Type"))),
                ("source", make.text(name)),
                ("target", make.text(mount.at("Target"))),
                ("read_only", make.switch(mount.at("ReadOnly"))),
                (
                    "bind",
                    make.mapping(
                        [("propagation", make.text(mount.at("BindOptions", "Propagation")))]
                    ),
                ),
                ("volume", make.mapping([("nocopy", make.switch(options.at("NoCopy")))])),
                (
                    "tmpfs",
                    make.mapping([("size", make.number(mount.at("TmpfsOptions", "SizeBytes")))]),
                ),
            ],
            mount.node,
        )

    def _files(self, used: Json, section: str, key: str) -> Node | None:
        found: list[Node | None] = []
        for each in used.items:
            name, file = each.at(key), each.at("File")
            self._declare(
                section, name.text, make.mapping([("external", make.plain("true", name.node))])
            )
            if each.at("Runtime").is_object:
                continue
            found.append(
                make.mapping(
                    [
                        ("source", make.text(name)),
                        ("target", make.text(file.at("Name"))),
                        ("uid", make.text(file.at("UID"))),
                        ("gid", make.text(file.at("GID"))),
                        ("mode", make.number(file.at("Mode"), zero=True)),
                    ],
                    each.node,
                )
            )
        return make.sequence(found)

    def _networks(self) -> Node | None:
        """
        The networks by name; a list of unknown ones, if a name is not known.

        Only the items of a list can depend on a variable.
        """
        joined = self.task.at("Networks").items or self.spec.at("Networks").items
        names = {each.at("Target").text: self._network_name(each) for each in joined}
        if None in names.values():
            return make.sequence(parts.network(each, names) for each in joined)
        pairs: list[make.Pair] = []
        for each in joined:
            target = each.at("Target")
            name = names[target.text] or ""
            declared = [
                ("external", make.plain("true", target.node)),
                ("name", make.string(name, target.node)),
            ]
            self._declare("networks", name, make.mapping(declared))
            aliases = each.at("Aliases").items
            if aliases and aliases[-1].text == self.short:  # which deploying a stack adds
                aliases.pop()
            options = [
                (
                    "aliases",
                    make.sequence(make.string(alias.text, alias.node) for alias in aliases),
                ),
                ("driver_opts", make.texts_by_name(each.at("DriverOpts"))),
            ]
            empty = ScalarNode("", *make.place(target.node))
            pairs.append((make.key_of(name, target.node), make.mapping(options) or empty))
        return make.mapping(pairs)

    def _network_name(self, joined: Json) -> str | None:
        target = joined.at("Target").text
        names = self.resources.networks
        return names.get(target) or (target if target in names.values() else None)

    def _declare(self, section: str, name: str, declared: Node | None) -> None:
        if declared is not None:
            self.declared.setdefault(section, {})[name] = declared

    def _deploy(self) -> Node | None:
        spec, task = self.spec, self.task
        mode = next((key for key, _ in spec.at("Mode").entries), None)
        name = mode.value if mode else "replicated"
        job = spec.at("Mode", "ReplicatedJob", "MaxConcurrent")
        replicas = spec.at("Mode", "Replicated", "Replicas")
        return make.mapping(
            [
                ("mode", make.string(parts.MODES.get(name, name.lower()), mode)),
                ("replicas", make.number(job if job.text else replicas, zero=True)),
                ("endpoint_mode", make.text(spec.at("EndpointSpec", "Mode"))),
                ("labels", parts.labels(spec.at("Labels"))),
                ("placement", parts.placement(task.at("Placement"))),
                ("resources", parts.resources(task.at("Resources"))),
                ("restart_policy", parts.restart(self._unlike(task.at("RestartPolicy")))),
                ("update_config", self._update("UpdateConfig")),
                ("rollback_config", self._update("RollbackConfig")),
            ]
        )
