"""File system operations for replacing files safely, and its errors in plain words."""

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

# Names do not grow with that of the file, which may be as long as the file system allows.
TEMPORARY = re.compile(r"\.interlock-lint-[0-9a-f]{16}\.tmp")
JOURNAL = re.compile(r"\.interlock-lint-[0-9a-f]{16}\.journal")
_NAMES_TRIED = 100

# How often, and after how many seconds each, a folder is tried that another run writes in.
_TURNS = 200
_TURN = 0.05


class Unwritable(Exception):
    """A file that cannot be replaced; `path` says which, the message why and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def create(folder: str, made: list[str]) -> BufferedWriter:
    """A new file of a name that nothing has, readable by its owner alone."""
    for _ in range(_NAMES_TRIED):
        path = os.path.join(folder, f".interlock-lint-{os.urandom(8).hex()}.tmp")
        with suppress(FileExistsError):
            file = open(path, "xb", opener=lambda path, flags: os.open(path, flags, 0o600))  # noqa: SIM115 - for the caller
            made.append(path)
            return file
    raise FileExistsError(errno.EEXIST, "no name is free for a temporary file")


@contextmanager
def locked(folders: Mapping[str, str]) -> Iterator[None]:
    """
    Keep other runs on this machine out of folders, given with what is shown for each.

    A lock on the folder itself leaves nothing behind when we are killed. Where there are no locks,
    what is checked right before a file is replaced has to do.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with ExitStack() as stack:
        for folder in sorted(folders):  # in one order, so that no two runs wait for each other
            try:
                descriptor = os.open(folder, os.O_RDONLY)
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
                reason = "another run is writing in its folder; run this again when that has ended"
                raise Unwritable(folders[folder], reason)
        yield


def reason_of(error: OSError) -> str:
    """What an error means to whoever wants a file changed."""
    reason = (error.strerror or str(error)).lower()
    if error.errno == errno.EBUSY:
        return f"{reason}; if the file itself is a mount, as in a container, mount its folder"
    if error.filename2 is None and TEMPORARY.fullmatch(os.path.basename(error.filename or "")):
        return f"no file can be made beside it: {reason}"
    return reason


def hash_bytes(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def hash_of(path: str) -> str:
    """The hash of what a file holds; of what is no file, nothing."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
        with open(path, "rb") as file:
            return hash_bytes(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return ""


def folders_of(paths: Iterable[str]) -> list[str]:
    return sorted({os.path.dirname(path) for path in paths})


def names(folder: str, pattern: re.Pattern[str]) -> list[str]:
    """The paths in a folder whose names are of a pattern; none where it cannot be listed."""
    try:
        found = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in sorted(found) if pattern.fullmatch(name)]


def sync(folders: Iterable[str]) -> None:
    """Make what happened in folders outlast a power cut, where the file system can."""
    for folder in folders:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def remove(paths: Iterable[str]) -> None:
    """Remove what may be gone; what cannot be removed is for `recover`."""
    for path in paths:
        with suppress(OSError):
            os.unlink(path)
