"""What a running swarm has, as far as it matters for the labels of its services."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from linter.model.diagnostic import Unjudged
from linter.model.proxy import Proxy
from linter.model.targets import Target
from linter.model.text import Text
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
    `configs` are digests of the content, by name; None also if they were not asked for.
    `running` is the number of tasks that run, by service; `wanted` is that of the tasks that should
    run, for services that have one on each node.
    """

    def __init__(
        self,
        networks: frozenset[str] | None = None,
        secrets: frozenset[str] | None = None,
        running: Mapping[str, int] = MappingProxyType({}),
        wanted: Mapping[str, int] = MappingProxyType({}),
        configs: Mapping[str, str] | None = None,
    ) -> None:
        self.networks = networks
        self.secrets = secrets
        self.running = running
        self.wanted = wanted
        self.configs = configs

    @property
    def as_asked(self) -> Swarm:
        """The same with as many tasks as were asked for, as in a file."""
        return Swarm(self.networks, self.secrets, configs=self.configs)


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
    `warnings` say what the engine does not tell, `unjudged` which services cannot be read.
    """

    __slots__ = ("proxy", "stacks", "target", "unjudged", "warnings")

    def __init__(
        self,
        stacks: tuple[RunningStack, ...],
        proxy: Proxy | None = None,
        target: Target | None = None,
        warnings: tuple[str, ...] = (),
        unjudged: tuple[Unjudged, ...] = (),
    ) -> None:
        self.stacks = stacks
        self.proxy = proxy
        self.target = target
        self.warnings = warnings
        self.unjudged = unjudged


FOLDER = "swarm/"
"""What the paths of running services begin with, wherever a path is shown."""


def name_of(source: Source) -> str:
    """The whole name of the running service that a source has."""
    return source.path.removeprefix(FOLDER)


def is_running(source: str) -> bool:
    """Whether a source is what runs in a swarm."""
    return source.startswith(PREFIX)


def is_record(source: Source) -> bool:
    """Whether a text is what an engine has, or had, rather than what somebody wrote."""
    return source.view is not None and source.view.form in ("inspect", "running")


def whole_name(name: Text, stack: str | None) -> str:
    """The name of a service of a stack with that of the stack, if it is in a record."""
    if not name.source.is_written:
        return name_of(name.source)
    return f"{stack}_{name}" if stack and is_record(name.source) else str(name)
