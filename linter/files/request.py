"""What is to be loaded, and what is loaded for one stack."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from linter.files.settings import Settings
from linter.files.sources import is_at_revision
from linter.model.diagnostic import Severity, Unjudged
from linter.model.fault import fault
from linter.model.proxy import Proxy
from linter.model.stack import Stack
from linter.model.swarm import Swarm, is_running
from linter.model.targets import Target
from linter.record import Record
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

STDIN = "-"


def is_folder(source: str) -> bool:
    """Whether a source of a command line is a folder."""
    other = source == STDIN or is_at_revision(source) or is_running(source)
    return not other and os.path.isdir(source)


class Request(Record):
    """
    What to load, from the command line; the current folder if nothing is named.

    `outputs` are files for reports, which must not be any of those that are loaded. `form` is that
    of all files, if the user says so. `timeout` is how many seconds an engine has for each answer.
    """

    __slots__ = (
        "allow_empty",
        "baseline",
        "compose_files",
        "config",
        "env",
        "env_files",
        "exclude",
        "fail_on",
        "force_exclude",
        "form",
        "isolated",
        "outputs",
        "proxy",
        "sources",
        "stack_name",
        "stdin_filename",
        "target",
        "timeout",
    )

    def __init__(
        self,
        sources: tuple[str, ...] = (),
        compose_files: tuple[str, ...] = (),
        stdin_filename: str = "<stdin>",
        config: str | None = None,
        isolated: bool = False,
        target: Target | None = None,
        proxy: Proxy | None = None,
        stack_name: str | None = None,
        env_files: tuple[str, ...] = (),
        env: bool = False,
        fail_on: Severity | None = None,
        force_exclude: bool = False,
        exclude: tuple[str, ...] = (),
        allow_empty: bool = False,
        outputs: tuple[str, ...] = (),
        timeout: float = 30.0,
        form: str | None = None,
        baseline: str | None = None,
    ) -> None:
        self.sources = sources
        self.compose_files = compose_files
        self.stdin_filename = stdin_filename
        self.config = config
        self.isolated = isolated
        self.target = target
        self.proxy = proxy
        self.stack_name = stack_name
        self.env_files = env_files
        self.env = env
        self.fail_on = fail_on
        self.force_exclude = force_exclude
        self.exclude = exclude
        self.allow_empty = allow_empty
        self.outputs = outputs
        self.timeout = timeout
        self.form = form
        self.baseline = baseline


class Job(Record):
    """
    The sources of one stack, with its settings.

    `protected` are files that may be read but not changed, with the reasons.
    `dotenv` are the variables in a `.env` file next to it, which `docker stack deploy` ignores.
    `swarm` is what it runs in, if it is no file.
    """

    __slots__ = (
        "dotenv",
        "env_files",
        "environment",
        "name",
        "protected",
        "settings",
        "sources",
        "swarm",
    )

    def __init__(
        self,
        sources: tuple[Source, ...],
        settings: Settings,
        environment: Environment,
        name: str | None,
        env_files: tuple[str, ...] = (),
        protected: tuple[Unjudged, ...] = (),
        dotenv: frozenset[str] = frozenset(),
        swarm: Swarm | None = None,
    ) -> None:
        self.sources = sources
        self.settings = settings
        self.environment = environment
        self.name = name
        self.env_files = env_files
        self.protected = protected
        self.dotenv = dotenv
        self.swarm = swarm

    def read(self) -> Stack:
        """Read the stack. Raises NotYaml."""
        # In many folders there is no stack to read, and this is half of what a run imports.
        from linter.reading.stack_reader import ReadOptions, read

        options = ReadOptions(
            environment=self.environment,
            extra_labels=self.settings.extra_labels,
            stack_name=self.name,
            target=self.settings.target,
            proxy=self.settings.proxy,
            dotenv=self.dotenv.difference(self.environment.variables),
            swarm=self.swarm,
        )
        return read(self.sources, options)

    def attempt(self, reader: Reader) -> tuple[Stack | None, Sequence[Unjudged]]:
        """The stack as a reader reads it, or why it cannot be read."""
        try:
            return reader(self), ()
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            from linter.syntax.composer import NotYaml  # as above

            if isinstance(error, NotYaml):
                return None, (Unjudged(error.span.source.path, error.reason, error.span),)
            return None, (fault(self.sources[0].path, error),)


Reader = Callable[[Job], Stack]
"""Reads the stack of a job. Raises NotYaml."""
