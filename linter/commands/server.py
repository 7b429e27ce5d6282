"""The command `server`."""

from __future__ import annotations

import argparse
import gc
import sys

from linter.commands.status import FINDINGS
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
  0  the editor ended the session
  1  the connection was lost
"""


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_arguments: argparse.Namespace) -> int:
    """Serve until the editor ends the connection."""
    from linter.server.serving import serve

    if sys.stdin is None or not hasattr(sys.stdout, "buffer"):
        raise UsageError("standard input and output must be connected to an editor")
    if sys.stdin.isatty():
        raise UsageError("this command is started by an editor; see docs/editors.md")
    gc.enable()  # unlike other commands, this one runs for days
    target = sys.stdout.buffer
    sys.stdout = sys.stderr  # what is printed by mistake must not get between the messages
    return 0 if serve(sys.stdin.buffer, target) else FINDINGS
