"""What the words after `labels ACTION` name: a source, services, labels."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from linter.commands import choosing, options
from linter.files.loader import Job
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.stack import Stack

DESCRIPTION = """\
SOURCE is a file, a folder, or - for standard input; with -c there is none.
SERVICE is a name or a glob: 'shop*', or '*' for all services. NAME without a
dot is a label of Interlock: `port` stands for com.docker.lb.port.
"""


def add_word_options(parser: argparse.ArgumentParser, usage: str) -> None:
    """The words, and the options on what they name."""
    parser.add_argument("words", nargs="*", metavar=usage, help=argparse.SUPPRESS)
    options.add_source_options(parser, positional=False)
    group = parser.add_argument_group("which services")
    choosing.add_glob_option(group, "--host", "only services with such a host")


def take_source(arguments: argparse.Namespace, usage: str) -> list[str]:
    """The words behind the source, which becomes that of the arguments. Raises UsageError."""
    words = list(arguments.words)
    if not arguments.compose_file and not words:
        raise missing("a file", arguments, usage)
    arguments.sources = [] if arguments.compose_file else [words.pop(0)]
    return words


def missing(what: str, arguments: argparse.Namespace, usage: str) -> UsageError:
    """That words are missing, and which there are."""
    return UsageError(f"name {what}: interlock-lint {arguments.command} [OPTION…] {usage}")


def chosen(
    arguments: argparse.Namespace,
    stacks: Iterable[Stack],
    globs: Sequence[str],
    unread: Sequence[Unjudged],
) -> set[int]:
    """The identities of the services that are named. Raises UsageError where there are none."""
    return choosing.services(stacks, globs, arguments.host, "SERVICE", complete=not unread)


def extra_labels(jobs: Iterable[Job]) -> frozenset[str]:
    """Labels that a configuration adds to those of Interlock."""
    return frozenset().union(*(job.settings.extra_labels for job in jobs))
