"""Terminal input, warnings and capabilities."""

from __future__ import annotations

import errno
import io
import os
import sys

from linter import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from linter.model.diagnostic import Unjudged


def nowhere() -> TextIO:
    """A stream that discards everything."""
    return io.StringIO()  # not the null device, because to open it could fail as well


def standard_input() -> bytes:
    """Standard input, up to one byte over the size limit; empty if it is closed."""
    from linter.files import decoding

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
    from linter.report.escape import escape

    try:
        Progress.clear()
        for text in filter(None, texts):
            print(_fitted(escape(text)), file=sys.stderr)
    except OSError:
        sys.stderr = nowhere()  # flushing the buffer at exit would fail again


def _fitted(text: str) -> str:
    """A text that is wrapped if a terminal would break its words; programs get it in one line."""
    if not sys.stderr.isatty() or len(text) <= width():
        return text
    from linter.report import Style
    from linter.report.lines import wrapped

    return "\n".join(wrapped(text, Style(width=width()), "", "    "))


def warn_unjudged(*unjudged: Unjudged) -> None:
    """Report what was not judged, where, and why."""
    for each in unjudged:
        place = each.span.place if each.span else each.path
        help_text = f"; {each.help}" if each.help else ""
        warn(f"{place}: not judged: {each.reason}{help_text}")


class Progress:
    """
    Shows how far a long task is, in a line of the terminal that is cleared at the end.

    Call it with how much is done, and how much there is as far as is known. A task is long if there
    is much to do, or has taken a second; with `waits`, from the beginning, because each part of it
    may take any time.
    """

    _is_shown = False

    def __init__(self, what: str, *, waits: bool = False) -> None:
        self._what, self._is_long = what, waits
        self._since: float | None = None
        self._is_used = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._percent = -1

    def __call__(self, done: int, total: int) -> None:
        """Show the number if the percentage is new: terminals are slow."""
        if not self._is_used or not total or not self._takes_long(total):
            return
        percent = done * 100 // total
        if done >= total:
            self.clear()
        elif percent != self._percent:
            self._percent = percent
            sys.stderr.write(f"{_CLEAR}{self._what} {done + 1:,} of {total:,}")
            sys.stderr.flush()
            Progress._is_shown = True

    def _takes_long(self, total: int) -> bool:
        if not (self._is_long or total >= _LONG):
            import time  # not for a short run, or one without a terminal

            now = time.monotonic()
            self._since = now if self._since is None else self._since
            self._is_long = now - self._since >= _SECONDS
        return self._is_long or total >= _LONG

    @staticmethod
    def clear() -> None:
        """Remove the line, if there is one."""
        if Progress._is_shown:
            Progress._is_shown = False
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


_LONG = 20
_SECONDS = 1
_CLEAR = "\r\x1b[K"
_STREAMS = 3
_WIDEST = 1_000
"""Columns to fill; with more, COLUMNS could make any line as long as it wants."""


def shows_color(choice: str) -> bool:
    """Whether to color standard output: `always`, `never`, or `auto` to detect support."""
    if choice != "auto" or os.environ.get("NO_COLOR"):
        return choice == "always"
    return bool(os.environ.get("FORCE_COLOR")) or (
        sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    )


def width() -> int:
    """The width in columns from COLUMNS, else of the terminal; 80 for a pipe."""
    from linter.syntax.scalars import whole_number

    columns = os.environ.get("COLUMNS", "")
    if count := whole_number(columns):
        return min(count, _WIDEST)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):  # not a terminal, or not a file
        return 80
