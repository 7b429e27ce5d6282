"""The command `explain`."""

from __future__ import annotations

import argparse

from linter import terminal
from linter.checking import manual, registry
from linter.report import Style
from linter.report.manual import write

USAGE = "RULE…"
DESCRIPTION = "Show the manual of a rule: what is wrong, why, and how to fix it."
EPILOG = "example:\n  interlock-lint explain sticky-session-in-vip-mode"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    group = parser.add_argument_group("arguments")
    group.add_argument("rules", nargs="+", metavar="RULE", help="name of a rule")


def run(arguments: argparse.Namespace) -> int:
    """Show the manuals of rules; returns the exit status."""
    rules = registry.load()
    style = Style(terminal.shows_color("auto"), terminal.width())
    pages = [manual.page(rules[name]) for name in registry.named(arguments.rules)]
    print("\n".join(write(page, style) for page in pages), end="")
    return 0
