"""Reads files, and converts bytes to a Source and back."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from linter.syntax.source import Source

MAX_BYTES = 10 * 1024 * 1024
"""Size limit of a file; real stack files have tens of kilobytes at most."""

# The byte order mark of each encoding; UTF-16 without one is not read.
_MARKS = {"utf-8-sig": BOM_UTF8, "utf-16-le": BOM_UTF16_LE, "utf-16-be": BOM_UTF16_BE}


class Unreadable(Exception):
    """A file cannot be read; the message is the reason."""


def read(path: str, *, stream: bool = False) -> Source:
    """
    Read a file; with `stream`, it may also be a pipe or a device, such as `/dev/null` or `<(…)`.

    Raises Unreadable for a file that is too large, is not text, or cannot be opened.
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable("it is a folder")
        if not (stream or stat.S_ISREG(status.st_mode)):
            raise Unreadable("not a regular file; use `-` and pipe its content in")
        if status.st_size > MAX_BYTES:
            raise Unreadable(f"larger than {MAX_BYTES // 1024**2} MiB")
        with open(path, "rb") as file:
            # Python allocates as much memory as is asked for, however little there is to read.
            data = file.read(MAX_BYTES + 1 if stream else -1)
    except OSError as error:
        raise Unreadable((error.strerror or str(error)).lower()) from None
    except ValueError:  # a NUL byte in the name
        raise Unreadable("not a valid file name") from None
    return decode(data, path)


def decode(data: bytes, shown: str) -> Source:
    """Decode bytes: UTF-8 with or without a byte order mark, or UTF-16 with one."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 1024**2} MiB")
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
