"""The command line: dispatches to a command, and turns its end into an exit status."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from linter import __version__, commands, terminal
from linter.commands.options import FINDINGS, MISUSED, NOT_JUDGED, STATUS
from linter.files.settings import UsageError
from linter.report.escape import escape


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the return value is the exit status."""
    sys.stdout = sys.stdout or terminal.nowhere()  # None where it was closed before the start
    sys.stderr = sys.stderr or terminal.nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Nothing here makes cycles, and looking for them doubles the time that a large file takes.
    collecting = gc.isenabled()
    gc.disable()
    try:
        arguments = make_parser().parse_args(argv)
        status = commands.load(arguments.command).run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        terminal.warn(f"error: {error}")
        return MISUSED
    except BrokenPipeError:
        # The reader has gone; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # of the streams: files have been dealt with
        terminal.warn(f"error: cannot print: {(error.strerror or str(error)).lower()}")
        sys.stdout = terminal.nowhere()  # what is left in the buffer would fail once more at exit
        return NOT_JUDGED
    except Exception as error:
        if os.environ.get("INTERLOCK_LINT_TRACEBACK"):
            raise
        terminal.warn(
            f"error: interlock-lint failed: {type(error).__name__}: {error}; this is a fault of "
            "interlock-lint, please report it (INTERLOCK_LINT_TRACEBACK=1 shows where)"
        )
        return NOT_JUDGED
    finally:
        if collecting:
            gc.enable()
    return status


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints do not command a terminal, whatever a file among them is called."""

    def error(self, message: str) -> NoReturn:
        super().error(escape(message))


class _CommandParser(_Parser):
    """The parser of one command, which gets its options when the command is called."""

    command: str | None = None
    _words_are_together = False

    def parse_known_args(self, *args: Any, **kwargs: Any) -> Any:
        if self.command is not None:
            name, self.command = self.command, None
            module = commands.load(name)
            self.description, self.epilog = module.DESCRIPTION, module.EPILOG
            self.set_defaults(command=name)
            module.configure(self)
        # Words may stand between options; argparse then asks once more, for the words alone, and
        # forgets what `--` has said of them.
        if self._subparsers is not None or self._words_are_together or "--" in args[0]:
            return super().parse_known_args(*args, **kwargs)
        self._words_are_together = True
        return self.parse_known_intermixed_args(*args, **kwargs)


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; its result names the `command`."""
    parser = _Parser(
        prog="interlock-lint",
        description="Linter for Docker Interlock labels (com.docker.lb.*) in Swarm stack files.",
        epilog=STATUS,
        formatter_class=_formatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=_CommandParser
    )
    for name, summary in commands.SUMMARIES.items():
        parsers.add_parser(name, help=summary, formatter_class=_formatter).command = name
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Without a width argparse imports a slow module, for every argument that is added.
    return argparse.RawDescriptionHelpFormatter(prog, width=terminal.width() - 2)
