"""Reads files, and converts bytes to a Source and back."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from io import FileIO

from linter.syntax.source import Source

MAX_BYTES = 10 * 1024 * 1024
"""Size limit of a stack file; real ones have tens of kilobytes at most."""

MAX_SETTINGS_BYTES = 1024 * 1024
"""Size limit of a configuration, of Interlock's own, and of a file with variables."""

_CHUNK = 64 * 1024
_BY_FOLDER = os.open in os.supports_dir_fd  # not on Windows, where links need a privilege
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)

# The byte order mark of each encoding; UTF-16 without one is not read.
_MARKS = {"utf-8-sig": BOM_UTF8, "utf-16-le": BOM_UTF16_LE, "utf-16-be": BOM_UTF16_BE}


class Unreadable(Exception):
    """A file cannot be read; the message is the reason."""


class TooLarge(Unreadable):
    """A file is larger than its limit."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most // 1024**2} MiB")


def read(path: str) -> Source:
    """Read a stack file. Raises Unreadable."""
    return decode(read_bytes(path, remedy="; use `-` and pipe its content in"), path)


def read_bytes(
    path: str, most: int = MAX_BYTES, *, pipe: bool = False, below: str = "", remedy: str = ""
) -> bytes:
    """
    The content of a regular file of at most so many bytes.

    With `pipe`, it may also be a pipe such as `<(…)`, or `/dev/null`; nothing `below` a folder may
    be a link. Raises Unreadable; `remedy` says what to do about anything but a regular file.
    """

    def opener(name: str, flags: int) -> int:
        flags |= getattr(os, "O_NONBLOCK", 0)  # waits for nobody to write to a pipe
        return _open_below(below, name, flags) if below else os.open(name, flags)

    try:
        # Before it is opened, because that alone can have an effect on a device.
        _check_kind(os.stat(path), pipe=pipe, remedy=remedy)
        with open(path, "rb", buffering=0, opener=opener) as file:
            status = os.fstat(file.fileno())  # it may not be the same file as before
            _check_kind(status, pipe=pipe, remedy=remedy)
            if status.st_size > most:
                raise TooLarge(most)
            return _content(file, most, status)
    except OSError as error:
        raise Unreadable((error.strerror or str(error)).lower()) from None
    except ValueError:  # a NUL byte in the name
        raise Unreadable("not a valid file name") from None


def _open_below(folder: str, path: str, flags: int) -> int:
    """Open a file folder by folder, so that none can have been replaced by a link meanwhile."""
    if not _BY_FOLDER:
        return os.open(path, flags)
    *parents, name = os.path.relpath(path, folder).split(os.sep)
    here = os.open(folder, _FOLDER)
    try:
        for parent in parents:
            inner = os.open(parent, _FOLDER, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(name, flags | os.O_NOFOLLOW, dir_fd=here)
    finally:
        os.close(here)


def _check_kind(status: os.stat_result, *, pipe: bool, remedy: str) -> None:
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise Unreadable("it is a folder")
    if stat.S_ISREG(mode):
        return
    if not pipe:
        raise Unreadable(f"not a regular file{remedy}")
    if not (stat.S_ISFIFO(mode) or os.path.samestat(status, os.stat(os.devnull))):
        raise Unreadable("not a regular file or a pipe")


def _content(file: FileIO, most: int, status: os.stat_result) -> bytes:
    """All bytes of a file. Raises Unreadable if there are too many, or none come from a pipe."""
    if stat.S_ISFIFO(status.st_mode):
        data = file.read(_CHUNK)  # does not wait: None if somebody may still write something
        os.set_blocking(file.fileno(), True)
        data = file.read(_CHUNK) if data is None else data
        if not data:
            raise Unreadable("nothing was written to this pipe; check the command that writes it")
    else:
        # As many bytes are allocated as are asked for, however few there are to read. There are
        # none yet in some files of the system, which would be waited for.
        data = file.read(min(status.st_size, most) + 1) or b""
    pieces, size = [data], len(data)
    while size <= most and (piece := file.read(_CHUNK)):
        pieces.append(piece)
        size += len(piece)
    if size > most:
        raise TooLarge(most)
    return b"".join(pieces)


def decode(data: bytes, shown: str) -> Source:
    """Decode bytes: UTF-8 with or without a byte order mark, or UTF-16 with one."""
    if len(data) > MAX_BYTES:
        raise TooLarge(MAX_BYTES)
    encoding = next((name for name, mark in _MARKS.items() if data.startswith(mark)), "utf-8")
    content = data.removeprefix(_MARKS.get(encoding, b""))
    try:
        return Source(shown, content.decode(_codec(encoding)), encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
        raise Unreadable(f"invalid {name} on line {line}") from None


def encode(source: Source, text: str) -> bytes:
    """
    Encode a text the way the source was encoded.

    This is the exact inverse of `decode`. Raises UnicodeEncodeError for half a surrogate pair.
    """
    mark = _MARKS.get(source.encoding, b"")
    return mark + text.encode(_codec(source.encoding))


def _codec(encoding: str) -> str:
    """The codec for what follows the mark; `utf-16` would use the byte order of the machine."""
    return "utf-8" if encoding == "utf-8-sig" else encoding
