"""Decides which of the files found in a folder are judged, by their bytes."""

from __future__ import annotations

import os
import re
import stat

from linter.files import decoding
from linter.files.decoding import MAX_BYTES, Unreadable
from linter.files.reach import system_folder
from linter.reading.forms import form_of, is_list
from linter.syntax.source import Source

MOST_SEARCHED = 64 * 1024**2
"""How much of a large file is searched for labels."""

_CHUNK = 1024**2
_OVERLAP = 256  # longer than anything searched for, also in UTF-32

# A file that has become a pipe in the meantime is not waited for.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# Anything that a rule can be about contains one of these: labels, misspellings, older labels.
_HINTS = (b"com.docker", b".lb.", b"interlock.", b"ucp-hrm")

# Labels of Interlock, and of the HTTP routing mesh (HRM) before it.
_LABELS = (b"com.docker.lb.", b"com.docker.ucp.mesh.http")
# Interlock 1 has a prefix that occurs in names of files and of hosts too.
_INTERLOCK_1 = (
    rb"(?<![\w.-])interlock\.(?:alias_domain|backend_option|balance_algorithm|context_root|domain"
    rb"|health_check|hostname|ip_hash|network|port|ssl|websocket_endpoint)"
)


def sift(path: str, *, by_name: bool) -> Source | None:
    """
    Read a file found in a folder; None if there is nothing to judge in it.

    A stack file by name is judged if it contains anything that a rule can be about, any other file
    if it contains a label, unless it is a list that deploys nothing. Files without cost little:
    their bytes are not decoded, and of large files only the beginning is read. Raises Unreadable if
    the file is to be judged but cannot be read, or if that cannot be known.
    """
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            status = os.stat(path)
            if stat.S_ISDIR(status.st_mode):  # the folder is searched where it is
                return None
            if made_up := system_folder(os.path.realpath(path)):
                raise Unreadable(f"it is a link into {made_up}")
        if stat.S_ISREG(status.st_mode):
            if not status.st_size:
                return None
            if status.st_size <= MAX_BYTES:
                return _small(path, status, by_name=by_name)
            if not by_name and not _may_contain_label(path, status):
                return None
    except (OSError, ValueError):
        pass
    return decoding.read(path)  # raises Unreadable with the reason


def _small(path: str, status: os.stat_result, *, by_name: bool) -> Source | None:
    """A file that is read as a whole; None if there is nothing to judge in it."""
    key = (*_identity(status), by_name)
    if key in _without_labels:
        return None
    source = decoded(_read(path, status.st_size + 1), path, by_name=by_name)
    if source is None and status.st_size > _CHUNK:
        _without_labels.add(key)
    return source


def decoded(data: bytes, path: str, *, by_name: bool) -> Source | None:
    """The content of a file; None if there is nothing to judge in it. Raises Unreadable."""
    if not (_contains_hint(data) if by_name else contains_label(data)):
        return None
    source = decoding.decode(data, path)
    known = by_name or not is_list(source.text) or form_of(path, source.text)
    return source if known else None


def _contains_hint(data: bytes) -> bool:
    text = _ascii(data)
    return any(hint in text for hint in _HINTS)


def contains_label(data: bytes) -> bool:
    """Whether bytes contain a label, which any file is judged for."""
    text = _ascii(data)
    return any(label in text for label in _LABELS) or (
        b"interlock." in text and re.search(_INTERLOCK_1, text) is not None
    )


def _ascii(data: bytes) -> bytes:
    """Bytes in which ASCII characters stand next to each other, in UTF-16 and UTF-32 too."""
    return data.translate(None, b"\0") if b"\0" in data else data


_without_labels: set[tuple[int, ...]] = set()
_searched: dict[tuple[int, ...], bool] = {}
"""Large files that have been searched: any number of links may lead to one."""


def _identity(status: os.stat_result) -> tuple[int, ...]:
    """What all names of a file have in common, until it changes."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _may_contain_label(path: str, status: os.stat_result) -> bool:
    """Whether a large file contains a label, or is so large that this remains unknown."""
    key = _identity(status)
    if key not in _searched:
        _searched[key] = _search(path)
    return _searched[key]


def _search(path: str) -> bool:
    file = os.open(path, _FLAGS)
    try:
        end, left = b"", MOST_SEARCHED
        while left > 0 and (chunk := os.read(file, _CHUNK)):
            if contains_label(end + chunk):
                return True
            end, left = chunk[-_OVERLAP:], left - len(chunk)
        return left <= 0
    finally:
        os.close(file)


def _read(path: str, size: int) -> bytes:
    """At most so many bytes of a file."""
    file = os.open(path, _FLAGS)
    try:
        data = os.read(file, size)
        while len(data) < size and (more := os.read(file, size - len(data))):
            data += more
        return data
    finally:
        os.close(file)
