"""What is to be loaded, and what is loaded for one stack."""

from __future__ import annotations

from typing import NamedTuple

from linter.files.settings import Settings
from linter.model.diagnostic import Severity, Unjudged
from linter.model.proxy import Proxy
from linter.model.swarm import Swarm
from linter.model.targets import Target
from linter.reading.stack_reader import ReadOptions
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

STDIN = "-"


class Request(NamedTuple):
    """
    What to load, from the command line; the current folder if nothing is named.

    `outputs` are files for reports, which must not be any of those that are loaded. `form` is that
    of all files, if the user says so. `timeout` is how many seconds an engine has for each answer.
    """

    sources: tuple[str, ...] = ()
    compose_files: tuple[str, ...] = ()
    stdin_filename: str = "<stdin>"
    config: str | None = None
    isolated: bool = False
    target: Target | None = None
    proxy: Proxy | None = None
    stack_name: str | None = None
    env_files: tuple[str, ...] = ()
    env: bool = False
    fail_on: Severity | None = None
    force_exclude: bool = False
    exclude: tuple[str, ...] = ()
    allow_empty: bool = False
    outputs: tuple[str, ...] = ()
    timeout: float = 30.0
    form: str | None = None
    baseline: str | None = None


class Job(NamedTuple):
    """
    The sources of one stack, with its settings.

    `protected` are files that may be read but not changed, with the reasons.
    `dotenv` are the variables in a `.env` file next to it, which `docker stack deploy` ignores.
    `swarm` is what it runs in, if it is no file.
    """

    sources: tuple[Source, ...]
    settings: Settings
    environment: Environment
    name: str | None
    env_files: tuple[str, ...] = ()
    protected: tuple[Unjudged, ...] = ()
    dotenv: frozenset[str] = frozenset()
    swarm: Swarm | None = None

    @property
    def options(self) -> ReadOptions:
        """What is known in addition to the sources."""
        return ReadOptions(
            environment=self.environment,
            extra_labels=self.settings.extra_labels,
            stack_name=self.name,
            target=self.settings.target,
            proxy=self.settings.proxy,
            dotenv=self.dotenv.difference(self.environment.variables),
            swarm=self.swarm,
        )
