"""The argument parser of a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator

from linter import TYPE_CHECKING, commands
from linter.commands import PROGRAM
from linter.files.settings import UsageError
from linter.model.words import did_you_mean
from linter.terminal import width

if TYPE_CHECKING:
    from typing import NoReturn

    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """Raises UsageError with a one-line message instead of printing the usage."""

    @property
    def groups(self) -> Iterator[tuple[str, list[argparse.Action]]]:
        """The titles of the help text, each with what it shows."""
        for group in self._action_groups:
            # argparse has no other way to ask a group for its options.
            actions: list[argparse.Action] = group._group_actions  # noqa: SLF001 - see above
            if shown := [each for each in actions if each.help != argparse.SUPPRESS]:
                yield group.title or "", shown

    @property
    def options(self) -> dict[str, argparse.Action]:
        """The options that the help text shows, by each of their names."""
        found = (each for _, actions in self.groups for each in actions)
        return {name: each for each in found for name in each.option_strings}

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help text; argparse would pass over errors."""
        (file or sys.stdout).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        raise UsageError(_explained(message), see_help(self.prog))


def see_help(program: str) -> str:
    """Where to find help."""
    return f"see `{program} --help`"


def make_parser(name: str) -> Parser:
    """The parser of a command, with its options."""
    command = commands.load(name)
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        usage=f"{PROGRAM} {name} [OPTION…] {command.USAGE}".rstrip(),
        description=command.DESCRIPTION,
        epilog=command.EPILOG,
        formatter_class=formatter,
        allow_abbrev=False,  # a new option must not change what an abbreviation means
    )
    command.configure(parser)
    return parser


def formatter(prog: str) -> argparse.HelpFormatter:
    """The layout of help texts."""
    # Without a width, argparse imports a slow module for every argument.
    return argparse.RawDescriptionHelpFormatter(prog, width=width() - 2)


class Choice:
    """The type of an option that accepts only some values."""

    def __init__(self, choices: Iterable[str]) -> None:
        self.choices = tuple(map(str, choices))

    def __call__(self, text: str) -> str:
        if text in self.choices:
            return text
        hint = did_you_mean(text, self.choices) or f"; use {', '.join(self.choices)}"
        raise argparse.ArgumentTypeError(f"unknown value `{text}`{hint}")


def one_of(choices: Iterable[str]) -> Choice:
    """The type of an option that accepts only these values."""
    return Choice(choices)


def _explained(message: str) -> str:
    """A message of argparse in plain words, with the option first."""
    import re

    match = re.fullmatch(r"argument (?:\S+/)?([^\s:]+): (.*)", message, re.DOTALL)
    if match is None:
        return message.replace("the following arguments are required: ", "missing ")
    option, reason = match.groups()
    if reason.startswith("expected "):
        reason = "needs a value"
    elif reason.startswith("not allowed with argument "):
        reason = f"cannot be used with {reason.rpartition(' ')[2].rpartition('/')[2]}"
    return f"{option}: {reason}"
