"""What a running swarm has, as far as it matters for the labels of its services."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from linter.model.proxy import Proxy
from linter.model.targets import Target
from linter.record import Record
from linter.syntax.source import Source

PREFIX = "swarm:"
"""How a source is named that runs; a file with such a name can be written as `./swarm:…`."""


class NoSwarm(Exception):
    """A swarm cannot be asked, or does not answer as it should; `help` says what to do."""

    def __init__(self, reason: str, help_text: str = "") -> None:
        super().__init__(reason)
        self.help = help_text


class Swarm:
    """
    The swarm that the services of a stack run in.

    `networks` and `secrets` are the names of all it has; None if the engine does not tell.
    `running` is the number of tasks that run, by service.
    """

    def __init__(
        self,
        networks: frozenset[str] | None = None,
        secrets: frozenset[str] | None = None,
        running: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.networks = networks
        self.secrets = secrets
        self.running = running


class RunningStack(Record):
    """
    Services that were deployed together, or one by itself, which has no `name`.

    `sources` have one service each, as a stack file would have it.
    """

    __slots__ = ("name", "sources", "swarm")

    def __init__(self, name: str | None, sources: tuple[Source, ...], swarm: Swarm) -> None:
        self.name = name
        self.sources = sources
        self.swarm = swarm


class Running(Record):
    """
    What runs in a swarm.

    `proxy` is Interlock's own configuration, `target` the product, if they are found there.
    `warnings` say what the engine does not tell.
    """

    __slots__ = ("proxy", "stacks", "target", "warnings")

    def __init__(
        self,
        stacks: tuple[RunningStack, ...],
        proxy: Proxy | None = None,
        target: Target | None = None,
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.stacks = stacks
        self.proxy = proxy
        self.target = target
        self.warnings = warnings


FOLDER = "swarm/"
"""What the paths of running services begin with, wherever a path is shown."""


def name_of(source: Source) -> str:
    """The whole name of the running service that a source has."""
    return source.path.removeprefix(FOLDER)


def is_running(source: str) -> bool:
    """Whether a source is what runs in a swarm."""
    return source.startswith(PREFIX)
