"""Answers to mistakes on the command line."""

from __future__ import annotations

import os

from linter import commands
from linter.commands import parser
from linter.model.words import did_you_mean, listed

# Options that people know from other linters, and what to use instead.
_FAMILIAR = {
    "--fix": "`interlock-lint fix` applies fixes",
    "--strict": "--fail-on info makes every finding fail",
    "--json": "use --format json",
    "--output-format": "use --format",
    "--rules": "use --select",
    "--disable": "use --ignore",
    "--severity": "use --min-severity",
    "--file": "pass files as arguments, or the files of one stack with -c",
}
_READ_ONLY = {"--write": "changes nothing", "--dry-run": "never changes a file"}


def unknown_command(word: str) -> str:
    """The message about a word that is not a command, but stands in its place."""
    known = list(commands.SUMMARIES)
    if word.startswith("-"):
        return f"`{word}` must come after the command: {commands.PROGRAM} COMMAND {word}"
    if hint := did_you_mean(word, known):
        return f"unknown command `{word}`{hint}"
    if os.path.exists(word) or word == "." or "/" in word or word.endswith((".yml", ".yaml")):
        return f"`{word}` is not a command; did you mean `{commands.PROGRAM} check {word}`?"
    return f"unknown command `{word}`; use {', '.join(known)}"


def unknown(word: str, name: str, own: parser.Parser) -> str:
    """The message about an argument or option that a command does not have."""
    if not word.startswith("-") or word == "-":
        return f"unexpected argument `{word}`"
    option = word.partition("=")[0]
    if option in _READ_ONLY and option not in own.options:
        others = listed([f"`{each}`" for each in _commands_with(option)])
        return f"`{name}` {_READ_ONLY[option]}, so it has no option {option}; {others} have it"
    if option in _FAMILIAR:
        return f"`{name}` has no option {option}; {_FAMILIAR[option]}"
    if hint := did_you_mean(option, own.options):
        return f"unknown option {option}{hint}"
    if others := listed([f"`{each}`" for each in _commands_with(option)]):
        return f"`{name}` has no option {option}; it is an option of {others}"
    return f"unknown option {option}"


def _commands_with(option: str) -> list[str]:
    """The commands that have an option."""
    return [name for name in commands.names() if option in parser.make_parser(name).options]
