"""The command line: runs the command in it, and turns its end into an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from linter import __version__, commands, terminal
from linter.commands import line
from linter.commands.parser import PROGRAM
from linter.commands.status import DESCRIPTION, FINDINGS, INTERRUPTED, MISUSED, NOT_JUDGED
from linter.files.settings import UsageError

_HELP = ("-h", "--help", "help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the return value is the exit status."""
    terminal.prepare()
    # Nothing here makes cycles, and looking for them doubles the time that a large file takes.
    collecting = gc.isenabled()
    gc.disable()
    try:
        status = _run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except UsageError as error:
        terminal.warn(f"error: {error}", error.see)
        return MISUSED
    except BrokenPipeError:
        # The reader has gone; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # of the streams: files have been dealt with
        terminal.warn(f"error: cannot print: {(error.strerror or str(error)).lower()}")
        sys.stdout = terminal.nowhere()  # what is left in the buffer would fail once more at exit
        return NOT_JUDGED
    except Exception as error:
        if os.environ.get("INTERLOCK_LINT_TRACEBACK"):
            raise
        terminal.warn(
            f"error: interlock-lint failed: {type(error).__name__}: {error}; this is a bug in "
            "interlock-lint, please report it (INTERLOCK_LINT_TRACEBACK=1 shows where)"
        )
        return NOT_JUDGED
    finally:
        if collecting:
            gc.enable()
    return status


def _run(words: Sequence[str]) -> int:
    first = words[0] if words else ""
    if not words or first in _HELP:
        (sys.stdout if words else sys.stderr).write(_help())
        return 0 if words else MISUSED
    if first == "--version":
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return 0
    group = commands.group(first) if first in commands.SUMMARIES else None
    if group and words[1:2] and words[1] in _HELP:
        sys.stdout.write(_group_help(first, group))
        return 0
    arguments = line.parse(words)
    return commands.load(arguments.command).run(arguments)


def _help() -> str:
    return (
        f"usage: {PROGRAM} COMMAND [OPTION…]\n\n"
        "Linter for Docker Interlock labels (com.docker.lb.*) in Swarm stack files.\n\n"
        f"commands:\n{_table(commands.SUMMARIES)}\n"
        "options:\n"
        "  -h, --help  show this help, or that of a command: interlock-lint check --help\n"
        "  --version   show the version\n\n"
        f"{DESCRIPTION}"
    )


def _group_help(name: str, group: commands.Group) -> str:
    return (
        f"usage: {PROGRAM} {name} ACTION [OPTION…]\n\n"
        f"{group.DESCRIPTION}\n\nactions:\n{_table(group.ACTIONS)}\n{group.EPILOG}"
    )


def _table(summaries: dict[str, str]) -> str:
    size = max(map(len, summaries))
    return "".join(f"  {name:{size}}  {text}\n" for name, text in summaries.items())
