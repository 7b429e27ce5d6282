"""Writes a report or a new file, as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress

from linter.files.disk import Unwritable, create, reason_of, remove, sync
from linter.files.reach import is_in, is_repository
from linter.files.signals import held_back

__all__ = ["Unwritable", "append", "check", "write", "write_new"]

_STREAMS = ("/dev", "/proc")
"""Folders whose entries stand for streams, even if one of them is a regular file."""

READER_SECONDS = 5.0
"""How long to wait for somebody to read a pipe."""

_TURN = 0.05  # seconds between two tries to open it
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)  # not on Windows, which has no such pipes


def check(paths: Iterable[str]) -> None:
    """Raises Unwritable if reports cannot be written to these paths, as far as can be known."""
    known: set[str] = set()
    for path in paths:
        try:
            _check(path)
        except OSError as error:
            raise Unwritable(path, reason_of(error)) from None
        except ValueError:  # a NUL byte in the name
            raise Unwritable(path, "not a valid file name") from None
        target = _target(path)
        if target in known and _is_replaceable(path, _status(path)):
            raise Unwritable(path, "another report is written there too")
        known.add(target)


def _check(path: str) -> None:
    status = _status(path)
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise Unwritable(path, "it is a folder")
    if status is not None and not os.access(path, os.W_OK):
        raise Unwritable(path, "permission denied")
    folder = os.path.dirname(os.path.realpath(path))
    if status is None and not os.path.isdir(folder):
        raise Unwritable(path, f"there is no folder {os.path.dirname(path)}")
    if _is_replaceable(path, status) and not os.access(folder, os.W_OK | os.X_OK):
        raise Unwritable(path, "cannot write to the folder: permission denied")


def write(path: str, text: str) -> None:
    """
    Write a report. Raises Unwritable if that fails, and then a file keeps what it contained.

    A file is replaced, not overwritten. Pipes, devices and other streams are written to.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        status = _status(path)
        if _is_replaceable(path, status):
            _replace(_target(path), data, status)
        else:
            with open(_open_stream(path), "wb") as file:
                file.write(data)
    except OSError as error:
        raise Unwritable(path, reason_of(error)) from None


def append(path: str, text: str) -> None:
    """Write at the end of a file, which is created if there is none. Raises Unwritable."""
    try:
        with open(path, "ab") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "not a valid file name"
        raise Unwritable(path, reason) from None


def write_new(path: str, text: str, mode: int = 0o666) -> None:
    """Write a file that does not exist yet. Raises Unwritable, also if it exists by now."""
    made = list[str]()
    try:
        with held_back():
            try:
                with create(os.path.dirname(path) or os.curdir, made, mode=mode) as file:
                    file.write(text.encode())
                    file.flush()
                    os.fsync(file.fileno())
                os.link(made[0], path)  # unlike a rename, this replaces nothing
            finally:
                remove(made)
    except FileExistsError:
        raise Unwritable(path, "it exists already") from None
    except OSError as error:
        raise Unwritable(path, reason_of(error)) from None
    sync([os.path.dirname(path) or os.curdir])


def _target(path: str) -> str:
    """
    Where a path leads after all links.

    Raises Unwritable for a link that leads out of a repository. Its links come from somebody else,
    who could choose any file of the user's to be replaced.
    """
    target = os.path.realpath(path)
    whole = folder = os.path.abspath(path)
    while folder != (folder := os.path.dirname(folder)):
        if not is_repository(folder):
            continue
        root = os.path.realpath(folder)
        if not is_in(target, root):
            raise _led(path, "out of the repository")
        own = os.path.join(root, ".git")
        if is_in(target, own) and not is_in(whole, os.path.join(folder, ".git")):
            raise _led(path, "into the repository's .git")
    return target


def _led(path: str, where: str) -> Unwritable:
    return Unwritable(path, f"a link leads from there {where}; name the file that it leads to")


def _open_stream(path: str) -> int:
    """Open a pipe or a device; without a reader, a pipe would be waited for without an end."""
    end = time.monotonic() + READER_SECONDS
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    while True:
        try:
            file = os.open(path, flags | _WITHOUT_WAITING, 0o666)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() >= end:
                reason = "nobody reads this pipe; start the command that reads it first"
                raise Unwritable(path, reason) from None
            time.sleep(_TURN)
        else:
            if _WITHOUT_WAITING:
                os.set_blocking(file, True)
            return file


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _is_replaceable(path: str, status: os.stat_result | None) -> bool:
    folder = os.path.join(os.path.realpath(os.path.dirname(path)), "")
    is_stream = any(folder.startswith(f"{each}/") for each in _STREAMS)
    return not is_stream and (status is None or stat.S_ISREG(status.st_mode))


def _replace(target: str, data: bytes, status: os.stat_result | None) -> None:
    """Write data next to a file, then put it in place, with the mode and the owner of the file."""
    folder, made = os.path.dirname(target), list[str]()
    with held_back():
        try:
            with create(folder, made, mode=0o600 if status else 0o666) as file:
                file.write(data)
                file.flush()
                if status:
                    with suppress(OSError):  # only root may, and a report is nobody else's secret
                        os.chown(made[0], status.st_uid, status.st_gid)
                    os.chmod(made[0], stat.S_IMODE(status.st_mode))
                os.fsync(file.fileno())
            os.replace(made[0], target)
        except BaseException:
            remove(made)
            raise
    sync([folder])
