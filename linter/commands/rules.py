"""The command `rules`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from linter import terminal
from linter.checking import registry
from linter.checking.rule import Rule
from linter.commands.parser import one_of
from linter.commands.status import FINDINGS
from linter.report import Style
from linter.report import rules as report

USAGE = "[WORD…]"
DESCRIPTION = "List the rules: name, severity, kind of fix (safe, unsafe or -), summary."
EPILOG = """\
examples:
  interlock-lint rules
  interlock-lint rules sticky vip
  interlock-lint rules --format json    with their manuals
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    group = parser.add_argument_group("arguments")
    group.add_argument(
        "words", nargs="*", metavar="WORD", help="list only rules that mention all of these words"
    )
    group.add_argument(
        "-f",
        "--format",
        type=one_of(report.NAMES),
        metavar="FORMAT",
        default=report.NAMES[0],
        help=f"output format: {', '.join(report.NAMES)} (default: {report.NAMES[0]})",
    )


def run(arguments: argparse.Namespace) -> int:
    """List rules; returns the exit status."""
    found = [rule for rule in registry.load().values() if _mentions(rule, arguments.words)]
    if arguments.format == "json":
        text = report.as_json(found)
    else:
        text = report.as_text(found, Style(width=terminal.width(), terminal=sys.stdout.isatty()))
    sys.stdout.write(text)
    if not found:
        words = " and ".join(f"`{word}`" for word in arguments.words)
        terminal.warn(f"no rule mentions {words}")
    return 0 if found else FINDINGS


def _mentions(rule: Rule, words: Sequence[str]) -> bool:
    text = f"{rule.name} {rule.severity} {rule.fix or '-'} {rule.heading} {rule.summary}".lower()
    return all(word.lower() in text for word in words)
