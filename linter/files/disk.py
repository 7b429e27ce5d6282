"""File system operations for replacing files safely, and readable error messages."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedWriter

# A fixed length: a file's own name may already be as long as the file system allows.
TEMPORARY = re.compile(r"\.interlock-lint-[0-9a-f]{16}\.tmp")
JOURNAL = re.compile(r"\.interlock-lint-[0-9a-f]{16}\.journal")
_NAMES_TRIED = 100

# Larger files are none of ours, so a journal of somebody else names them.
_MOST_HASHED = 64 * 1024**2

# Opening a pipe waits for somebody to write to it, and opening a device may do anything.
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)

# How often to try a folder that another run is writing to, and how many seconds to wait each time.
_TURNS = 200
_TURN = 0.05


class Unwritable(Exception):
    """A file cannot be replaced: `path` is the file, the message says why and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def create(folder: str, made: list[str], mode: int = 0o600) -> BufferedWriter:
    """Create a file with an unused name; its mode is limited by the umask."""
    for _ in range(_NAMES_TRIED):
        path = os.path.join(folder, f".interlock-lint-{os.urandom(8).hex()}.tmp")
        with suppress(FileExistsError):
            file = open(path, "xb", opener=lambda path, flags: os.open(path, flags, mode))  # noqa: SIM115 - for the caller
            made.append(path)
            return file
    raise FileExistsError(errno.EEXIST, "cannot find an unused name for a temporary file")


@contextmanager
def locked(folders: Mapping[str, str]) -> Iterator[None]:
    """
    Lock folders against other runs on this machine; each maps to the path to show in errors.

    A lock on the folder itself leaves nothing behind if the process is killed. Without locks, the
    check right before each file is replaced has to be enough.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with ExitStack() as stack:
        for folder in sorted(folders):  # always in the same order, to avoid deadlocks
            try:
                descriptor = os.open(folder, _FOLDER)
            except OSError:
                continue
            stack.callback(os.close, descriptor)
            for _ in range(_TURNS):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(_TURN)
                except OSError:
                    break
                else:
                    break
            else:
                reason = "another run is writing to the folder; try again when it has finished"
                raise Unwritable(folders[folder], reason)
        yield


def reason_of(error: OSError) -> str:
    """An error as a reason that helps the user."""
    reason = (error.strerror or str(error)).lower()
    if error.errno == errno.EBUSY:
        return (
            f"{reason}; if the file itself is a mount, as in a container, mount its folder instead"
        )
    if error.filename2 is None and TEMPORARY.fullmatch(os.path.basename(error.filename or "")):
        return f"cannot write to the folder: {reason}"
    return reason


def hash_bytes(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def hash_of(path: str) -> str:
    """The hash of a file's content; empty if there is no regular file of a size that we write."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_HASHED:
            return ""
        if not status.st_size:  # also under /proc, where reading could wait
            return hash_bytes(b"")
        with open(path, "rb") as file:
            return hash_bytes(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return ""


def folders_of(paths: Iterable[str]) -> list[str]:
    return sorted({os.path.dirname(path) for path in paths})


def names(folder: str, pattern: re.Pattern[str]) -> list[str]:
    """The paths in a folder whose names match a pattern; none if the folder cannot be listed."""
    try:
        found = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in sorted(found) if pattern.fullmatch(name)]


def sync(folders: Iterable[str]) -> None:
    """Make changes in folders survive a power cut, if the file system supports it."""
    for folder in folders:
        with suppress(OSError):
            descriptor = os.open(folder, _FOLDER)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def remove(paths: Iterable[str]) -> None:
    """Remove files that may be gone already; `recover` handles those that cannot be removed."""
    for path in paths:
        with suppress(OSError):
            os.unlink(path)
