"""
How a run of the program ends: with an exit status, and at most one line if it fails.

It imports next to nothing, because that would take longer than to print the version.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from linter import __version__, terminal
from linter.commands import HELP, PROGRAM, SUMMARIES, table
from linter.commands.status import DESCRIPTION, FINDINGS, MISUSED, NOT_JUDGED

_EXAMPLES = """\
examples:
  interlock-lint check stack.yml
  interlock-lint routes --what-if vip stacks/
  interlock-lint explain not-routed
"""


def run(words: Sequence[str]) -> int:
    """Run a command line; the return value is the exit status."""
    terminal.prepare()
    try:
        return _run(words)
    except BrokenPipeError:
        # The reader is gone, so nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except OSError as error:  # errors of files are handled elsewhere
        terminal.warn(f"error: {_trouble(error)}")
        sys.stdout = terminal.nowhere()  # the rest of the buffer would fail again at exit
        return NOT_JUDGED
    except Exception as error:  # noqa: BLE001 - there must be one line, and no traceback
        from linter.model.fault import BUG, described

        terminal.warn(f"error: interlock-lint failed: {described(error)}; {BUG}")
        return NOT_JUDGED


def _trouble(error: OSError) -> str:
    """What is wrong with the current folder, with a file, or else with standard output."""
    try:
        os.getcwd()
    except OSError:
        return "the current folder no longer exists"
    reason = (error.strerror or str(error)).lower()
    if error.filename:
        return f"{os.fsdecode(error.filename)}: {reason}"
    return f"cannot write output: {reason}"


def _run(words: Sequence[str]) -> int:
    if not words:
        sys.stderr.write(_help())
        return MISUSED
    if words == ["--version"]:
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        status = 0
    elif words[0] in HELP:
        sys.stdout.write(_help())
        status = 0
    else:
        status = _command(words)
    sys.stdout.flush()
    return status


def _command(words: Sequence[str]) -> int:
    from linter.commands import deferred

    deferred.load("argparse")
    from linter.commands import line
    from linter.files.settings import UsageError

    try:
        return line.run(words)
    except UsageError as error:
        terminal.warn(f"error: {error}", error.see)
        return MISUSED
    except SystemExit as done:  # argparse has printed a help text
        return done.code if isinstance(done.code, int) else 0


def _help() -> str:
    return (
        f"usage: {PROGRAM} COMMAND [OPTION…]\n\n"
        "Linter for Docker Interlock labels (com.docker.lb.*) in Swarm stack files.\n\n"
        f"commands:\n{table(SUMMARIES)}\n"
        "options:\n"
        "  -h, --help  show this help\n"
        "  --version   show the version; with --verbose, also of Python and libraries\n\n"
        f"{_EXAMPLES}\n{DESCRIPTION}\n"
        f"Run `{PROGRAM} COMMAND --help` for the options of a command.\n"
    )
