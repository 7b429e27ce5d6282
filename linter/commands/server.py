"""The command `server`."""

from __future__ import annotations

import argparse
import gc

from linter.files.settings import UsageError

USAGE = ""
DESCRIPTION = """\
Answer an editor over standard input and output, in the language server
protocol: findings as you type, manuals of labels, completion, fixes, and the
share of each service next to its hosts."""

EPILOG = """\
example:
  interlock-lint server

An editor starts this command; docs/editors.md says how to set that up.

exit status:
  0  the editor ended the connection
  2  what the server needs is not installed
"""


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_arguments: argparse.Namespace) -> int:
    """Serve until the editor ends the connection."""
    try:
        from linter.server.editor import server
    except ImportError:
        raise UsageError("the server needs pygls: pip install 'interlock-lint[server]'") from None
    gc.enable()  # unlike other commands, this one runs for days
    server().start_io()
    return 0
