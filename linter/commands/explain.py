"""The command `explain`."""

from __future__ import annotations

import argparse

from linter.checking import manual, registry
from linter.commands import options

USAGE = "RULE…"
DESCRIPTION = "Show the manual of a rule: what is wrong, why, and how to mend it."
EPILOG = "example:\n  interlock-lint explain sticky-session-in-vip-mode"


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    parser.add_argument("rules", nargs="+", metavar="RULE", help="name of a rule")


def run(arguments: argparse.Namespace) -> int:
    """Show the manuals of the rules that are named; returns the exit status."""
    rules = registry.load()
    pages = [manual.page(rules[name]) for name in options.names(arguments.rules, rules)]
    print("\n".join(pages), end="")
    return 0
