"""What the help of a command says, for the man page and the pages of the commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linter.commands.parser import make_parser


class Option(NamedTuple):
    """An option or an argument: its names, which are empty for an argument, and its value."""

    names: tuple[str, ...]
    value: str
    text: str


class Block(NamedTuple):
    """Lines that are filled, such as a paragraph, followed by lines that stay as they are."""

    filled: tuple[str, ...]
    kept: tuple[str, ...]


def options(name: str) -> Iterator[tuple[str, list[Option]]]:
    """The options of a command by the titles of their groups, without `--help`."""
    for title, actions in make_parser(name).groups:
        shown = []
        for action in actions:
            if action.dest == "help":
                continue
            names = tuple(action.option_strings)
            value = "" if action.nargs == 0 else str(action.metavar)
            if action.nargs == "?" and names:
                value = f"[{value}]"
            shown.append(Option(names, value, (action.help or "").replace("%%", "%")))
        yield title, shown


def blocks(text: str) -> Iterator[Block]:
    """The parts of a text that are separated by empty lines."""
    for block in text.strip("\n").split("\n\n"):
        lines = block.split("\n")
        yield Block(
            tuple(line for line in lines if not line.startswith("  ")),
            tuple(line.removeprefix("  ") for line in lines if line.startswith("  ")),
        )
