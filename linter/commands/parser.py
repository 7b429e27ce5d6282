"""The argument parser of a command, and its answers to mistakes."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from linter import commands
from linter.files.settings import UsageError
from linter.model.words import did_you_mean, listed
from linter.terminal import width

PROGRAM = "interlock-lint"

# Options that people know from other linters, and what to use instead.
_FAMILIAR = {
    "--fix": "`interlock-lint fix` applies fixes",
    "--strict": "--fail-on info makes every finding fail",
    "--json": "use --format json",
    "--output-format": "use --format",
    "--rules": "use --select",
    "--disable": "use --ignore",
    "--severity": "use --fail-on",
    "--file": "pass files as arguments, or the files of one stack with -c",
}
_READ_ONLY = {"--write": "changes nothing", "--dry-run": "never changes a file"}

# The first column of a help text: `  -q, --quiet   …`.
_OPTIONS = re.compile(r"^  (-.*?)(?:  |$)", re.MULTILINE)
_NAME = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
_ARGUMENT = re.compile(r"argument (?:\S+/)?(?P<name>[^\s:]+): (?P<rest>.*)", re.DOTALL)
_WORDS = {
    "expected one argument": "needs a value",
    "expected at least one argument": "needs a value",
}


class Parser(argparse.ArgumentParser):
    """Raises UsageError with a one-line message instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        if match := _ARGUMENT.fullmatch(message):
            rest = _WORDS.get(match["rest"], match["rest"])
            if rest.startswith("not allowed with argument "):
                rest = f"cannot be used with {rest.rpartition(' ')[2].rpartition('/')[2]}"
            message = f"{match['name']}: {rest}"
        message = message.replace("the following arguments are required: ", "missing ")
        raise UsageError(message, see_help(self.prog))


def see_help(program: str) -> str:
    """Where to find help."""
    return f"see `{program} --help`"


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
        raise UsageError(_unknown(unknown[0], name, parser), see_help(parser.prog))
    arguments.command = name
    return arguments


def make_parser(name: str) -> argparse.ArgumentParser:
    """The parser of a command, with its options."""
    command = commands.load(name)
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        usage=f"{PROGRAM} {name} [OPTION…] {command.USAGE}",
        description=command.DESCRIPTION,
        epilog=command.EPILOG,
        formatter_class=formatter,
    )
    command.configure(parser)
    return parser


def formatter(prog: str) -> argparse.HelpFormatter:
    """The layout of help texts."""
    # Without a width, argparse imports a slow module for every argument.
    return argparse.RawDescriptionHelpFormatter(prog, width=width() - 2)


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """The type of an option that accepts only these values."""
    known = tuple(choices)

    def check(text: str) -> str:
        if text in known:
            return text
        hint = did_you_mean(text, known) or f"; use {', '.join(known)}"
        raise argparse.ArgumentTypeError(f"unknown value `{text}`{hint}")

    return check


def _command(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The name of the command, and the words after it."""
    first, rest = words[0], words[1:]
    if first not in commands.SUMMARIES:
        raise UsageError(_unknown_command(first), see_help(PROGRAM))
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


def _unknown_command(word: str) -> str:
    known = list(commands.SUMMARIES)
    if word.startswith("-"):
        return f"`{word}` must come after the command: {PROGRAM} COMMAND {word}"
    if hint := did_you_mean(word, known):
        return f"unknown command `{word}`{hint}"
    if os.path.exists(word) or word == "." or "/" in word or word.endswith((".yml", ".yaml")):
        return f"`{word}` is not a command; did you mean `{PROGRAM} check {word}`?"
    return f"unknown command `{word}`; use {', '.join(known)}"


def _unknown(word: str, name: str, parser: argparse.ArgumentParser) -> str:
    """The message about an argument or option that a command does not have."""
    if not word.startswith("-") or word == "-":
        return f"unexpected argument `{word}`"
    option = word.partition("=")[0]
    if option in _READ_ONLY and option not in _options(parser):
        others = listed([f"`{each}`" for each in _commands_with(option)])
        return f"`{name}` {_READ_ONLY[option]}, so it has no option {option}; {others} have it"
    if option in _FAMILIAR:
        return f"`{name}` has no option {option}; {_FAMILIAR[option]}"
    if hint := did_you_mean(option, _options(parser)):
        return f"unknown option {option}{hint}"
    if others := listed([f"`{each}`" for each in _commands_with(option)]):
        return f"`{name}` has no option {option}; it is an option of {others}"
    return f"unknown option {option}"


def _commands_with(option: str) -> list[str]:
    """The commands that have an option."""
    names: list[str] = []
    for name in commands.SUMMARIES:
        group = commands.group(name)
        names += [f"{name} {action}" for action in group.ACTIONS] if group else [name]
    return [name for name in names if option in _options(make_parser(name))]


def _options(parser: argparse.ArgumentParser) -> set[str]:
    """The options that a parser shows in its help."""
    shown = _OPTIONS.findall(parser.format_help())
    return {name for each in shown for name in _NAME.findall(each)}
