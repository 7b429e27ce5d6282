"""Finds what runs in a swarm, and makes the jobs for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from linter.files.request import Job, Request
from linter.files.settings import Settings, UsageError
from linter.model.diagnostic import Unjudged
from linter.model.swarm import NoSwarm, Running
from linter.model.words import did_you_mean
from linter.syntax.interpolation import Environment


def find(
    name: str, request: Request, swarm: Callable[[str], Running]
) -> tuple[Running | None, list[Unjudged]]:
    """What runs, if `swarm` tells that of a source, and what is wrong with that."""
    try:
        found = swarm(name)
    except NoSwarm as error:
        return None, [Unjudged(name, str(error), help=error.help)]
    if found.stacks or found.unjudged or request.allow_empty:
        return found, list(found.unjudged)
    remedy = "use --allow-empty if this is expected"
    return found, [Unjudged(name, "no service runs in it", help=remedy)]


def jobs(name: str, request: Request, settings: Settings, found: Running) -> Iterator[Job]:
    """
    One for each stack; only for the one with a name, if the request has it. Raises UsageError.

    What Interlock itself is configured with counts if neither the command line nor a configuration
    says anything else.
    """
    settings = settings._replace(
        proxy=settings.proxy or found.proxy, target=settings.target or found.target
    )
    wanted = request.stack_name
    stacks = [each for each in found.stacks if wanted in (None, each.name)]
    if wanted is not None and not (stacks or request.allow_empty):
        known = [each.name for each in found.stacks if each.name]
        hint = did_you_mean(wanted, known) or (f"; stacks: {', '.join(known)}" if known else "")
        raise UsageError(f"--stack-name: no stack `{wanted}` runs in {name}{hint}")
    for each in stacks:
        yield Job(each.sources, settings, Environment(), each.name, swarm=each.swarm)
