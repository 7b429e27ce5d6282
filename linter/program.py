"""Finds the command in a command line, runs it, and turns the outcome into an exit status."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from linter import commands, terminal
from linter.commands.parser import PROGRAM, make_parser, see_help
from linter.commands.status import DESCRIPTION, FINDINGS, MISUSED, NOT_JUDGED
from linter.files.settings import UsageError
from linter.model.fault import BUG, described
from linter.model.words import did_you_mean

_HELP = ("-h", "--help", "help")
# Not for users: the scripts of `completion` call it.
_COMPLETE = "__complete"
_EXAMPLES = """\
examples:
  interlock-lint check stack.yml
  interlock-lint routes --what-if vip stacks/
  interlock-lint explain not-routed
"""


def run(words: Sequence[str]) -> int:
    """Run a command line; the return value is the exit status."""
    terminal.prepare()
    # No reference cycles are created, and looking for them doubles the time for a large file.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _run(words)
    except UsageError as error:
        terminal.warn(f"error: {error}", error.see)
        return MISUSED
    except BrokenPipeError:
        # The reader is gone, so nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except OSError as error:  # errors of files are handled elsewhere
        terminal.warn(f"error: {_trouble(error)}")
        sys.stdout = terminal.nowhere()  # the rest of the buffer would fail again at exit
        return NOT_JUDGED
    except Exception as error:  # noqa: BLE001 - there must be one line, and no traceback
        terminal.warn(f"error: interlock-lint failed: {described(error)}; {BUG}")
        return NOT_JUDGED
    finally:
        if collecting:
            gc.enable()


def _trouble(error: OSError) -> str:
    """What is wrong with the current folder, or else with standard output."""
    try:
        os.getcwd()
    except OSError:
        return "the current folder no longer exists"
    return f"cannot write output: {(error.strerror or str(error)).lower()}"


def _run(words: Sequence[str]) -> int:
    try:
        status = _command(words)
    except SystemExit as done:  # argparse has printed a help text
        status = done.code if isinstance(done.code, int) else 0
    sys.stdout.flush()
    return status


def _command(words: Sequence[str]) -> int:
    first = words[0] if words else ""
    if not words or first in _HELP:
        (sys.stdout if words else sys.stderr).write(_help())
        return 0 if words else MISUSED
    if first == "--version":
        return _version(words[1:])
    if first == _COMPLETE:
        from linter.commands import completing

        sys.stdout.write(completing.answer(words[1:]))
        return 0
    group = commands.group(first) if first in commands.SUMMARIES else None
    if group and words[1:2] and words[1] in _HELP:
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


def _help() -> str:
    return (
        f"usage: {PROGRAM} COMMAND [OPTION…]\n\n"
        "Linter for Docker Interlock labels (com.docker.lb.*) in Swarm stack files.\n\n"
        f"commands:\n{_table(commands.SUMMARIES)}\n"
        "options:\n"
        "  -h, --help  show this help\n"
        "  --version   show the version; with --verbose, also of Python and libraries\n\n"
        f"{_EXAMPLES}\n{DESCRIPTION}\n"
        f"Run `{PROGRAM} COMMAND --help` for the options of a command.\n"
    )


def _group_help(name: str, group: commands.Group) -> str:
    return (
        f"usage: {PROGRAM} {name} ACTION [OPTION…]\n\n"
        f"{group.DESCRIPTION}\n\nactions:\n{_table(group.ACTIONS)}\n{group.EPILOG}"
    )


def _table(summaries: dict[str, str]) -> str:
    size = max(map(len, summaries))
    return "".join(f"  {name:{size}}  {text}\n" for name, text in summaries.items())
