"""
The commands.

Each is a module with `DESCRIPTION`, `EPILOG`, `configure(parser)` and `run(arguments)`, which
returns the exit status. One is imported only when it is called.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any, Protocol

SUMMARIES = {
    "check": "find what is wrong with the labels in stack files",
    "fix": "mend what rules find and can mend",
    "routes": "show which service gets which share of the requests, and what would change it",
    "labels": "list, read, set and take out labels of services",
    "migrate": "switch services between task mode and VIP mode",
    "rules": "list the rules",
    "explain": "show the manual of a rule",
}


class Command(Protocol):
    """What a module of this package has."""

    DESCRIPTION: str
    EPILOG: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def load(name: str) -> Command:
    """The module of a command."""
    module: Any = import_module(f"{__name__}.{name}")  # what it has is known when it is there
    command: Command = module
    return command
