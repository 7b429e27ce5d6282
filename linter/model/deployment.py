"""The networks that a service joins, its ports, and how many tasks of it there are."""

from __future__ import annotations

from linter.model.names import Resource
from linter.model.text import Text
from linter.record import Record
from linter.syntax.source import Span


class Attachment(Record):
    """
    A network that a service joins; `network` is None if the stack does not declare it.

    `key` is the place where the service joins it, or the service name if it lists no networks.
    """

    __slots__ = ("key", "network")

    def __init__(self, key: Text, network: Resource | None) -> None:
        self.key = key
        self.network = network


class Port(Record):
    """
    An entry of `ports:`.

    `targets` are the container ports, `published` the published ones; each is empty if not written,
    and None if unknown. `mode` is `ingress`, `host`, or whatever else is written; `protocol` is
    `tcp`, `udp` and so on.
    """

    __slots__ = ("mode", "protocol", "published", "span", "targets")

    def __init__(
        self,
        span: Span,
        targets: range | None = range(0),
        published: range | None = range(0),
        mode: str = "ingress",
        protocol: str = "tcp",
    ) -> None:
        self.span = span
        self.targets = targets
        self.published = published
        self.mode = mode
        self.protocol = protocol

    @property
    def may_be_tcp(self) -> bool:
        """Whether it may carry HTTP; not if it is certain to be UDP or SCTP."""
        return self.protocol not in ("udp", "sctp")


class Deployment(Record):
    """The settings in `deploy:` other than labels; None if not set."""

    __slots__ = ("endpoint_mode", "mode", "replicas", "update_config", "update_order")

    def __init__(
        self,
        mode: Text | None = None,
        replicas: Text | None = None,
        endpoint_mode: Text | None = None,
        update_order: Text | None = None,
        update_config: Span | None = None,
    ) -> None:
        self.mode = mode
        self.replicas = replicas
        self.endpoint_mode = endpoint_mode
        self.update_order = update_order
        self.update_config = update_config

    @property
    def settings(self) -> tuple[Text | None, ...]:
        """What is set, in a fixed order."""
        return self.mode, self.replicas, self.endpoint_mode, self.update_order

    def over(self, base: Deployment) -> Deployment:
        """These settings over those of an earlier file."""
        return Deployment(
            self.mode or base.mode,
            self.replicas or base.replicas,
            self.endpoint_mode or base.endpoint_mode,
            self.update_order or base.update_order,
            self.update_config or base.update_config,
        )


NO_DEPLOYMENT = Deployment()
