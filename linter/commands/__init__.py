"""
The commands, one module each.

A command has `DESCRIPTION`, `USAGE`, `EPILOG`, `configure(parser)` and `run(arguments)`, which
returns the exit status. A group of commands, such as `labels`, has `ACTIONS` instead of the last
two. Each is imported only when it is called.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any, Protocol

SUMMARIES = {
    "check": "find what is wrong with the labels in stack files",
    "fix": "fix what rules find and can fix",
    "routes": "show which service gets which share of the requests",
    "labels": "list, get, set and unset labels of services",
    "migrate": "switch services between task mode and VIP mode",
    "rules": "list the rules",
    "explain": "show the manual of a rule",
}


class Command(Protocol):
    """What the module of a command has; `USAGE` is what follows its name."""

    DESCRIPTION: str
    USAGE: str
    EPILOG: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


class Group(Protocol):
    """What the package of a group has; `ACTIONS` are its commands with a summary each."""

    DESCRIPTION: str
    EPILOG: str
    ACTIONS: dict[str, str]


def load(name: str) -> Command:
    """The module of a command, such as `check` or `labels set`."""
    module: Any = import_module(f"{__name__}.{name.replace(' ', '.')}")
    command: Command = module
    return command


def group(name: str) -> Group | None:
    """The package of a group; None for a command."""
    module: Any = import_module(f"{__name__}.{name}")
    return module if hasattr(module, "ACTIONS") else None
