"""Terminal input, warnings and capabilities."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import TextIO

from linter.files import decoding
from linter.model.diagnostic import Unjudged
from linter.report.escape import escape
from linter.syntax.scalars import whole_number


def nowhere() -> TextIO:
    """A stream that discards everything."""
    return open(os.devnull, "w", encoding="utf-8")


def standard_input() -> bytes:
    """Standard input, up to one byte over the size limit; empty if it is closed."""
    return sys.stdin.buffer.read(decoding.MAX_BYTES + 1) if sys.stdin else b""


class _Closed(io.TextIOBase):
    """Standard output if it is closed: an error only when there is something to print."""

    encoding = "utf-8"

    @property
    def buffer(self) -> _Closed:
        return self

    def write(self, text: str | bytes) -> int:
        if text:
            raise OSError(errno.EBADF, "standard output is closed")
        return 0


def prepare() -> None:
    """Make the standard streams accept any text, and replace those that are closed."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _occupy_closed_streams()
    sys.stdout = sys.stdout or _Closed()
    sys.stderr = sys.stderr or nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _occupy_closed_streams() -> None:
    """Otherwise, a file that is opened later gets the number of a stream that others write to."""
    while (number := os.open(os.devnull, os.O_RDWR)) < _STREAMS:
        pass
    os.close(number)


def stream_of(path: str) -> TextIO | None:
    """The standard stream that a path stands for, such as `/dev/stdout`; None for other files."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if os.path.samestat(os.stat(path), os.fstat(stream.fileno())):
                return stream
        except (OSError, ValueError):  # no such file, or not a stream of the process
            continue
    return None


def warn(*texts: str) -> None:
    """Print lines to standard error, if possible; they are not part of the results."""
    try:
        for text in filter(None, texts):
            print(escape(text), file=sys.stderr)
    except OSError:
        sys.stderr = nowhere()  # flushing the buffer at exit would fail again


def warn_unjudged(unjudged: Unjudged) -> None:
    """Report what was not judged, where, and why."""
    place = unjudged.path
    if unjudged.span:
        line, column = unjudged.span.position
        place += f":{line}:{column}"
    help_text = f"; {unjudged.help}" if unjudged.help else ""
    warn(f"{place}: not judged: {unjudged.reason}{help_text}")


def progress(what: str, total: int) -> Callable[[int], None]:
    """A function that shows the progress of a long task when called with the number done."""
    if total < _LONG or not sys.stderr.isatty():
        return lambda _: None

    def show(done: int) -> None:
        text = f"{what} {done:,} of {total:,}" if done < total else ""
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    return show


_LONG = 20
_STREAMS = 3


def shows_color(choice: str) -> bool:
    """Whether to color standard output: `always`, `never`, or `auto` to detect support."""
    if choice != "auto" or os.environ.get("NO_COLOR"):
        return choice == "always"
    return bool(os.environ.get("FORCE_COLOR")) or (
        sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    )


def width() -> int:
    """The width in columns from COLUMNS, else of the terminal; 80 for a pipe."""
    columns = os.environ.get("COLUMNS", "")
    if count := whole_number(columns):
        return count
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):  # not a terminal, or not a file
        return 80
