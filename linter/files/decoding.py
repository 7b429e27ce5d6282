"""Reads files, and turns bytes into a Source and back."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from linter.syntax.source import Source

MAX_BYTES = 10 * 1024 * 1024
"""Largest file that is read; real stack files have tens of kilobytes at most."""

# The mark that a file of each encoding begins with; UTF-16 without one is not read.
_MARKS = {"utf-8-sig": BOM_UTF8, "utf-16-le": BOM_UTF16_LE, "utf-16-be": BOM_UTF16_BE}


class Unreadable(Exception):
    """A file that cannot be read, with the reason in words."""


def read(path: str, *, stream: bool = False) -> Source:
    """
    Read a file; with `stream` it may also be a pipe or a device, as `/dev/null` and `<(…)` are.

    Raises Unreadable for what is no such file, too large, not to be opened, or not text.
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable("it is a folder")
        if not (stream or stat.S_ISREG(status.st_mode)):
            raise Unreadable("not a regular file; pipe its content in and name `-`")
        if status.st_size > MAX_BYTES:
            raise Unreadable(f"larger than {MAX_BYTES // 1024**2} MiB")
        with open(path, "rb") as file:
            # For as much as is asked for Python takes memory at once, however little there is.
            data = file.read(MAX_BYTES + 1 if stream else -1)
    except OSError as error:
        raise Unreadable((error.strerror or str(error)).lower()) from None
    except ValueError:  # a NUL byte in the name
        raise Unreadable("not the name of a file") from None
    return decode(data, path)


def decode(data: bytes, shown: str) -> Source:
    """Turn bytes into a Source: UTF-8 with or without a byte order mark, or UTF-16 with one."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 1024**2} MiB")
    encoding = next((name for name, mark in _MARKS.items() if data.startswith(mark)), "utf-8")
    content = data.removeprefix(_MARKS.get(encoding, b""))
    try:
        return Source(shown, content.decode(_codec(encoding)), encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
        raise Unreadable(f"not {name} text, in line {line}") from None


def encode(source: Source, text: str) -> bytes:
    """
    Turn a text into bytes in the way of the file that a source was decoded from.

    What `decode` took comes back exactly. Raises UnicodeEncodeError for half a surrogate pair.
    """
    mark = _MARKS.get(source.encoding, b"")
    return mark + text.encode(_codec(source.encoding))


def _codec(encoding: str) -> str:
    """The codec for what follows the mark; `utf-16` itself would write the machine's endianness."""
    return "utf-8" if encoding == "utf-8-sig" else encoding
