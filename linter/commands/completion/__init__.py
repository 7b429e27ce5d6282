"""The command `completion`; the scripts are next to it, one for each shell."""

from __future__ import annotations

import argparse
import os
import sys

from linter.commands.parser import one_of

USAGE = "SHELL"
DESCRIPTION = """\
Print a script that completes commands, options, rules, formats, services and
labels in a shell."""

EPILOG = """\
examples:
  eval "$(interlock-lint completion bash)"   in ~/.bashrc
  eval "$(interlock-lint completion zsh)"    in ~/.zshrc, after compinit
  interlock-lint completion fish | source    in config.fish

The script asks the installed interlock-lint for what can come next, so it never
becomes out of date. Services and their labels are read from the file or folder
that the command line names before them.
"""

SHELLS = ("bash", "zsh", "fish")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the argument of the command."""
    group = parser.add_argument_group("arguments")
    group.add_argument(
        "shell", type=one_of(SHELLS), metavar="SHELL", help=f"one of {', '.join(SHELLS)}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script; returns the exit status."""
    path = os.path.join(os.path.dirname(__file__), f"interlock-lint.{arguments.shell}")
    with open(path, encoding="utf-8") as script:
        sys.stdout.write(script.read())
    return 0
