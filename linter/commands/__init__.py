"""
The commands, one module each, and what several of them share.

A command has `DESCRIPTION`, `USAGE`, `EPILOG`, `configure(parser)` and `run(arguments)`, which
returns the exit status. A group of commands, such as `labels`, has `DESCRIPTION`, `EPILOG` and
`ACTIONS`. Each is imported only when it is used.
"""

from __future__ import annotations

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any, Protocol

    class Command(Protocol):
        """The module of a command; `USAGE` is what follows its name on the command line."""

        DESCRIPTION: str
        USAGE: str
        EPILOG: str

        def configure(self, parser: argparse.ArgumentParser) -> None: ...

        def run(self, arguments: argparse.Namespace) -> int: ...

    class Group(Protocol):
        """The package of a group; `ACTIONS` maps its commands to their summaries."""

        DESCRIPTION: str
        EPILOG: str
        ACTIONS: dict[str, str]


PROGRAM = "interlock-lint"

HELP = ("-h", "--help", "help")

SUMMARIES = {
    "check": "check the labels in stack files",
    "fix": "fix findings",
    "routes": "show which service gets what share of the requests",
    "plan": "show what a deployment does to the proxy",
    "labels": "list, get, set and remove labels of services",
    "migrate": "switch services between task mode and VIP mode",
    "init": "propose a configuration for a folder",
    "rules": "list the rules",
    "explain": "show the manual of a rule",
    "server": "answer an editor",
    "completion": "print the completion script for a shell",
}


def load(name: str) -> Command:
    """The module of a command, such as `check` or `labels set`."""
    command: Command = _module(name)
    return command


def group(name: str) -> Group | None:
    """The package of a group; None for a command."""
    module = _module(name)
    return module if hasattr(module, "ACTIONS") else None


def _module(name: str) -> Any:
    from linter.commands import deferred  # not imported to print the version

    return deferred.load(f"{__name__}.{name.replace(' ', '.')}")


def names() -> Iterator[str]:
    """The names of all commands, with their groups."""
    for name in SUMMARIES:
        actions = getattr(group(name), "ACTIONS", None)
        yield from [name] if actions is None else [f"{name} {action}" for action in actions]


def table(summaries: dict[str, str]) -> str:
    """The names of commands or actions, with their summaries."""
    size = max(map(len, summaries))
    return "".join(f"  {name:{size}}  {text}\n" for name, text in summaries.items())
