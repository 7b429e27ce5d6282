"""What `docker stack deploy` sends to the engine for each service, in the form it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from linter.syntax.interpolation import Expression, Parts, Variable

Value = tuple[Parts, ...]
"""The words of a value. A variable without a value has none, an empty text has one empty word."""

Values = Mapping[Parts, Value]
"""The values of a setting by name: of an environment, by variable. One without names has `()`."""


class Setting(StrEnum):
    """A kind of setting of a service, by the effect that a change of it has."""

    BACKEND_MODE = "backend-mode"
    ROUTING_LABEL = "routing-label"
    LABEL = "label"
    MODE = "mode"
    REPLICAS = "replicas"
    IMAGE = "image"
    COMMAND = "command"
    ENVIRONMENT = "environment"
    CONFIG = "config"
    SECRET = "secret"  # noqa: S105 - the name of a setting
    CONFIG_CONTENT = "config-content"
    SECRET_CONTENT = "secret-content"  # noqa: S105 - as above
    NETWORK = "network"
    ALIASES = "network-aliases"
    ENDPOINT_MODE = "endpoint-mode"
    PORT = "published-port"
    MOUNT = "mount"
    HEALTH_CHECK = "health-check"
    CONTAINER_LABEL = "container-label"
    CONTAINER = "container"
    RESOURCES = "resources"
    RESTART_POLICY = "restart-policy"
    LOGGING = "logging"
    CONSTRAINT = "placement-constraint"
    PLACEMENT = "placement"
    UPDATE_CONFIG = "update-config"
    NETWORK_OPTIONS = "network-options"

    @property
    def display_name(self) -> str:
        """The setting as words in a sentence."""
        return _NAMES.get(self, self.value.replace("-", " "))


_NAMES = {
    Setting.CONFIG_CONTENT: "content of config",
    Setting.SECRET_CONTENT: "content of secret",
    Setting.CONTAINER: "container settings",
    Setting.UPDATE_CONFIG: "update policy",
}

ORDERED = frozenset({Setting.MOUNT})
"""Settings of which the order of the names counts."""


class Rolling(NamedTuple):
    """
    How an update replaces tasks; None if not known.

    With a parallelism of 0, all at once. `delay` is the number of seconds between two batches.
    """

    parallelism: int | None = 1
    start_first: bool | None = False
    delay: int | None = 0


class Deployed(NamedTuple):
    """
    A service as it is deployed.

    `virtual_ips` are the networks on which it has a virtual IP, with `ingress` if it publishes a
    port there.
    """

    name: str
    settings: Mapping[Setting, Values] = MappingProxyType({})
    virtual_ips: frozenset[Parts] = frozenset()
    rolling: Rolling = Rolling()

    def values(self, setting: Setting) -> Values:
        """The values of a setting; empty if it is not set."""
        return self.settings.get(setting, {})


class DeployedStack(NamedTuple):
    """
    A stack as it is deployed.

    `objects` are what belongs to no single service: the content of its configs and secrets, and the
    options of the networks that it creates, each by name. `unread` are the files whose content
    would be needed, but was not read. `untold` are the configs and secrets that an engine has, but
    whose content it does not tell. In one that is `filled_in`, what is a default may not have been
    set.
    """

    services: tuple[Deployed, ...] = ()
    objects: Mapping[Setting, Values] = MappingProxyType({})
    unread: tuple[str, ...] = ()
    untold: Mapping[Setting, frozenset[Parts]] = MappingProxyType({})
    filled_in: bool = False


_DEFAULTS: Mapping[Setting, Values] = {
    Setting.CONTAINER: {("stop_grace_period",): (("10",),)},
    Setting.RESTART_POLICY: {
        ("",): (),
        ("condition",): (("any",),),
        ("delay",): (("5",),),
    },
    Setting.UPDATE_CONFIG: {
        (f"{policy}.{name}",): value
        for policy in ("update_config", "rollback_config")
        for name, value in (("", ()), ("parallelism", (("1",),)), ("monitor", (("5",),)))
    },
}
"""What `docker service inspect` fills in, and may be stored too; times are in seconds."""


def without_defaults(service: Deployed) -> Deployed:
    """A service as one that is filled in can be compared with it."""
    settings = dict(service.settings)
    for setting, defaults in _DEFAULTS.items():
        values = service.values(setting)
        kept = {name: each for name, each in values.items() if defaults.get(name) != each}
        settings[setting] = kept
    return service._replace(settings=settings)


_PUBLIC = (Setting.BACKEND_MODE, Setting.ROUTING_LABEL, Setting.REPLICAS, Setting.IMAGE)


def variables(stack: DeployedStack) -> frozenset[str]:
    """
    The variables that routes, images and replicas depend on, and whose values are not known.

    Others are left out: in a password, what follows a `$` looks like a variable.
    """
    return frozenset(
        part.name
        for service in stack.services
        for setting in _PUBLIC
        for value in service.values(setting).values()
        for parts in value
        for part in parts
        if isinstance(part, Variable) and not isinstance(part, Expression)
    )
