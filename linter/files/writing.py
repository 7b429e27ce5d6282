"""Replaces files atomically: each one whole, and all of them or none."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from linter.files import decoding, journal
from linter.files.disk import (
    JOURNAL,
    Unwritable,
    create,
    folders_of,
    hash_bytes,
    hash_of,
    locked,
    names,
    reason_of,
    remove,
    sync,
)
from linter.files.journal import Step, recover
from linter.syntax.source import Source

__all__ = ["Unwritable", "recover", "replace"]

_AGAIN = "run this again to settle it"


class _Change(NamedTuple):
    """One file, by the path that is shown and the one it really has, and what it is to become."""

    shown: str
    target: str
    old: bytes
    new: bytes


def replace(texts: Sequence[tuple[Source, str]], *, backup: str = "") -> None:
    """
    Give each source its new text, all of them or none. Raises Unwritable; then nothing has changed.

    A file must still hold what was read. It is not written but replaced, so that whoever reads it
    sees the old or the new text; a symbolic link stays, and what it leads to is replaced. What
    replacing would change unasked is refused: another name of the file (a hard link) would keep the
    old text, and an owner or group that cannot be kept means that others may write it tomorrow.
    So is a file that may not be written, though its folder would let it be replaced.

    `backup` is the ending of a copy of the old text beside each file. One that exists already is
    refused unless it holds the same: unlike `sed -i`, which overwrites it, a second run must not
    cost anybody the text from before the first.

    Runs on one machine take turns. One that was killed leaves a state that `recover` settles; only
    if taking back fails as well is there such a state after Unwritable, and the message says so.
    """
    changes = _resolved(texts)
    folders = {os.path.dirname(change.target): change.shown for change in changes}
    with locked(folders):
        for change in changes:
            _check(change)
        _check_journals(changes)
        changes = [change for change in changes if change.old != change.new]
        if changes:
            _carry_out(changes, backup)


def _resolved(texts: Sequence[tuple[Source, str]]) -> list[_Change]:
    changes: dict[tuple[int, int], _Change] = {}
    for source, text in texts:
        shown = source.path
        try:
            target = os.path.realpath(shown, strict=True)
            status = os.lstat(target)
            new = decoding.encode(source, text)
        except OSError as error:
            raise Unwritable(shown, reason_of(error)) from None
        except UnicodeEncodeError as error:
            character = f"U+{ord(error.object[error.start]):04X}"
            reason = f"the new text has a character that no file can hold, {character}"
            raise Unwritable(shown, reason) from None
        except ValueError:  # a NUL byte in the name
            raise Unwritable(shown, "not the name of a file") from None
        change = _Change(shown, target, decoding.encode(source, source.text), new)
        # By number, since a file system that ignores case has several paths for one file.
        other = changes.setdefault((status.st_dev, status.st_ino), change)
        if (other.old, other.new) != (change.old, change.new):
            raise Unwritable(shown, f"the same file as {other.shown}; name it once")
    return list(changes.values())


def _check(change: _Change) -> None:
    """Refuse what is not as it was read, and what replacing would harm."""
    with _explained(change):
        status = os.lstat(change.target)
        if stat.S_ISDIR(status.st_mode):
            raise Unwritable(change.shown, "it is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise Unwritable(change.shown, "not a regular file")
        if status.st_nlink > 1:
            others = "another name" if status.st_nlink == 2 else f"{status.st_nlink - 1} more names"
            raise Unwritable(
                change.shown,
                f"it has {others} (hard links) that would keep the old text;"
                " make them symbolic links, or the file a copy",
            )
        # Opened for writing, though only read, to hear of all that forbids it.
        with open(change.target, "r+b") as file:
            if file.read(len(change.old) + 1) != change.old:
                raise Unwritable(change.shown, "changed since it was read; run this again")


def _check_journals(changes: list[_Change]) -> None:
    """Refuse a file that an unfinished change is about, whose hashes would be wrong afterwards."""
    shown = {change.target: change.shown for change in changes}
    for folder in folders_of(shown):
        for path in names(folder, JOURNAL):
            with suppress(OSError, ValueError):
                for step in journal.read(path):
                    if step.target in shown:
                        reason = f"a run that was killed has begun to change it; {_AGAIN}"
                        raise Unwritable(shown[step.target], reason)


def _carry_out(changes: list[_Change], backup: str) -> None:
    """Write everything beside the files first, where a full disk shows, and rename it then."""
    steps: list[Step] = []
    journals: list[str] = []
    made: list[str] = []
    backups: list[str] = []
    try:
        for change in changes:
            with _explained(change):
                if backup:
                    _back_up(change, backup, made, backups)
                steps.append(_prepare(change, made, alone=len(changes) == 1))
        if len(changes) > 1:
            with _explained(changes[0]):
                journal.write(steps, made, journals)
        for change, step in zip(changes, steps, strict=True):
            _check(change)
            with _explained(change):
                os.replace(step.new, step.target)
    except (Unwritable, KeyboardInterrupt) as error:
        _undo(error, steps, made, journals, backups)
        raise
    sync(folders_of(step.target for step in steps))
    remove(made)
    remove(journals)


def _undo(
    error: Unwritable | KeyboardInterrupt,
    steps: list[Step],
    made: list[str],
    journals: list[str],
    backups: list[str],
) -> None:
    """Take back what was done; where that is not possible, say so as well."""
    reason, path = str(error) or "interrupted", getattr(error, "path", "")
    try:
        complaints = journal.take_back(steps) if journals else []
        if not any(hash_of(step.target) == step.new_hash for step in steps):
            remove(backups)
    except OSError as failure:
        name = os.fsdecode(failure.filename2 or failure.filename or "")
        more = f"{name}, which was written before, cannot be taken back: {reason_of(failure)}"
        raise Unwritable(path or name, f"{reason}; {more}; {_AGAIN}") from None
    remove(made)
    remove(journals)
    if complaints:
        raise Unwritable(path, "; ".join((reason, *complaints))) from None


def _prepare(change: _Change, made: list[str], *, alone: bool) -> Step:
    """Make the temporary files for one file; what stands alone need not be taken back."""
    new = _temporary(change, change.new, made)
    # A copy and not a hard link: with a second name, the file would be refused if we were killed.
    old = "" if alone else _temporary(change, change.old, made)
    return Step(change.target, new, old, hash_bytes(change.new), hash_bytes(change.old))


def _temporary(change: _Change, data: bytes, made: list[str]) -> str:
    """Write what is to replace a file, or bring it back, into one beside it with all it has."""
    import shutil

    with create(os.path.dirname(change.target), made) as file:
        path = file.name
        file.write(data)
        file.flush()
        status, own = os.lstat(change.target), os.fstat(file.fileno())
        if (status.st_uid, status.st_gid) != (own.st_uid, own.st_gid):
            try:
                os.chown(path, status.st_uid, status.st_gid)
            except OSError:
                reason = "its owner or group would change; run this as its owner, or as root"
                raise Unwritable(change.shown, reason) from None
        if sys.platform == "linux":
            # A default of the folder, as of an access list, which the file itself does not have.
            with suppress(OSError):
                for name in set(os.listxattr(path)) - set(os.listxattr(change.target)):
                    os.removexattr(path, name)
        shutil.copystat(change.target, path)
        if data == change.new:
            os.utime(path)
        os.fsync(file.fileno())
    return path


def _back_up(change: _Change, ending: str, made: list[str], backups: list[str]) -> None:
    path = change.target + ending
    if not os.path.lexists(path):
        os.replace(_temporary(change, change.old, made), path)
        backups.append(path)
        sync([os.path.dirname(path)])
    elif hash_of(path) != hash_bytes(change.old):
        name = os.path.basename(path)
        reason = f"its backup {name} is there already, with another text; move that away"
        raise Unwritable(change.shown, reason)


@contextmanager
def _explained(change: _Change) -> Iterator[None]:
    """Turn an error of the operating system into words about a file."""
    try:
        yield
    except OSError as error:
        raise Unwritable(change.shown, reason_of(error)) from None
