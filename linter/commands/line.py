"""Finds the command in a command line, and parses its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from linter import commands
from linter.commands.parser import PROGRAM, make_parser, see_help
from linter.files.settings import UsageError
from linter.model.words import did_you_mean


def parse(words: Sequence[str]) -> argparse.Namespace:
    """
    The arguments of a command line; `command` is the name of its command.

    Raises UsageError for a mistake, and SystemExit for `--help`.
    """
    name, rest = _command(words)
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


def _command(words: Sequence[str]) -> tuple[str, Sequence[str]]:
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
