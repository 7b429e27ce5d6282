"""Makes the loaders of the commands, which show on a terminal how far they are."""

from __future__ import annotations

from collections.abc import Callable

from linter import terminal
from linter.checking import registry
from linter.commands import deferred
from linter.files.loader import Loader
from linter.files.request import Job, Request
from linter.model.progress import Progress, nobody, silent
from linter.model.stack import Stack
from linter.swarm.finder import finder


def loader(
    request: Request,
    stdin: Callable[[], bytes] = terminal.standard_input,
    *,
    is_quiet: bool = False,
) -> Loader:
    """A loader that shows its progress, unless it is quiet."""
    progress = silent if is_quiet else terminal.Progress
    swarm = finder(request.timeout, nobody if is_quiet else asking())
    return Loader(request, registry.names(), stdin, read, progress, swarm)


def asking() -> Progress:
    """Shows how far an engine has answered."""
    return terminal.Progress("asking the engine, question", waits=True)


def warn_about_search(loader: Loader) -> None:
    """Show what should be known about the search of folders; all stacks must be loaded."""
    for sentence in loader.warnings:
        terminal.warn(f"warning: {sentence}")


def prepare() -> None:
    """Import what reads stacks, which the first stack does otherwise: many folders have none."""
    deferred.load("linter.reading.stack_reader")


def read(job: Job) -> Stack:
    """Read the stack of a job. Raises NotYaml."""
    prepare()
    return job.read()
