"""The arguments after `labels ACTION`: a source, services and labels."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from linter.commands import choosing, options
from linter.files.request import Job
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.stack import Stack

DESCRIPTION = """\
SOURCE is a file, a folder, swarm: for what runs, or - for standard input; leave
it out if you use -c.
SERVICE is a name or a glob, or several separated by commas: web,'shop*', or '*'
for all services. NAME without a dot is a label of Interlock: `port` stands for
com.docker.lb.port.
"""


def add_word_options(parser: argparse.ArgumentParser, usage: str) -> None:
    """Add the arguments, and the options for what they name."""
    parser.add_argument("words", nargs="*", metavar=usage, help=argparse.SUPPRESS)
    options.add_source_options(parser, positional=False)
    group = parser.add_argument_group("services")
    choosing.add_glob_option(group, "--host", "only services with a matching host")


def take_source(arguments: argparse.Namespace, usage: str) -> list[str]:
    """Move the source to `arguments.sources`; returns the other words. Raises UsageError."""
    words = list(arguments.words)
    if not arguments.compose_file and not words:
        raise unexpected("SOURCE", arguments, usage)
    arguments.sources = [] if arguments.compose_file else [words.pop(0)]
    return words


def unexpected(what: str, arguments: argparse.Namespace, usage: str) -> UsageError:
    """The error for missing or extra arguments, with the usage."""
    return UsageError(f"expected {what}; usage: interlock-lint {arguments.command} {usage}")


def chosen(
    arguments: argparse.Namespace,
    stacks: Iterable[Stack],
    globs: Sequence[str],
    unread: Sequence[Unjudged],
) -> set[int]:
    """The ids of the services that are named. Raises UsageError if there are none."""
    globs = [each for several in globs for each in several.split(",")]
    return choosing.services(stacks, globs, arguments.host, "SERVICE", complete=not unread)


def extra_labels(jobs: Iterable[Job]) -> frozenset[str]:
    """The labels that configurations add to those of Interlock."""
    return frozenset().union(*(job.settings.extra_labels for job in jobs))
