"""Finds the command in a command line, reads its arguments, and runs it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from linter import commands
from linter.commands import HELP, PROGRAM, table
from linter.commands.parser import make_parser, see_help
from linter.files.settings import UsageError
from linter.model.words import did_you_mean

# Not for users: the scripts of `completion` call it.
_COMPLETE = "__complete"


def run(words: Sequence[str]) -> int:
    """Run a command; returns its exit status. Raises what `parse` raises."""
    first = words[0]
    if first == "--version":
        return _version(words[1:])
    if first == _COMPLETE:
        from linter.commands import completing

        sys.stdout.write(completing.answer(words[1:]))
        return 0
    group = commands.group(first) if first in commands.SUMMARIES else None
    if group and words[1:2] and words[1] in HELP:
        sys.stdout.write(_group_help(first, group))
        return 0
    arguments = parse(words)
    return commands.load(arguments.command).run(arguments)


def _version(options: Sequence[str]) -> int:
    from linter.commands import version

    if unknown := [word for word in options if word not in ("-v", "--verbose")]:
        raise UsageError(f"--version: unexpected argument `{unknown[0]}`", see_help(PROGRAM))
    sys.stdout.write(version.details() if options else version.version())
    return 0


def parse(words: Sequence[str]) -> argparse.Namespace:
    """
    The arguments of a command line; `command` is the name of its command.

    Raises UsageError for a mistake, and SystemExit for `--help`.
    """
    name, rest = _named(words)
    parser = make_parser(name)
    # Arguments and options may be mixed. After `--` there are no more options, but argparse forgets
    # that when it parses them mixed.
    read = parser.parse_known_args if "--" in rest else parser.parse_known_intermixed_args
    arguments, unknown = read(rest)
    if unknown:
        from linter.commands import mistakes

        raise UsageError(mistakes.unknown(unknown[0], name, parser), see_help(parser.prog))
    arguments.command = name
    return arguments


def _named(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The name of the command, and the words after it."""
    first, rest = words[0], words[1:]
    if first not in commands.SUMMARIES:
        from linter.commands import mistakes

        raise UsageError(mistakes.unknown_command(first), see_help(PROGRAM))
    group = commands.group(first)
    if group is None:
        return first, rest
    known = list(group.ACTIONS)
    program = f"{PROGRAM} {first}"
    if not rest:
        raise UsageError(f"missing action; use {', '.join(known)}", see_help(program))
    if rest[0] not in known:
        hint = did_you_mean(rest[0], known) or f"; use {', '.join(known)}"
        raise UsageError(f"unknown action `{first} {rest[0]}`{hint}", see_help(program))
    return f"{first} {rest[0]}", rest[1:]


def _group_help(name: str, group: commands.Group) -> str:
    return (
        f"usage: {PROGRAM} {name} ACTION [OPTION…]\n\n"
        f"{group.DESCRIPTION}\n\nactions:\n{table(group.ACTIONS)}\n{group.EPILOG}"
    )
