"""Replaces files atomically: each as a whole, and either all of them or none."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from linter.files import decoding, journal, signals
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
from linter.files.signals import Interrupted, held_back
from linter.syntax.source import Source

__all__ = ["Unwritable", "recover", "replace"]

_AGAIN = "run the command again to recover"


class _Change(NamedTuple):
    """One file, its path as given and as resolved, and its old and new content."""

    shown: str
    target: str
    old: bytes
    new: bytes


def replace(texts: Sequence[tuple[Source, str]], *, backup: str = "") -> None:
    """
    Write the new text of each source, all or none. If this raises Unwritable, nothing has changed.

    A file must still have the content that was read. It is replaced, not overwritten, so readers
    see either the old or the new text. A symbolic link stays, and its target is replaced. A file is
    refused if replacing it would change more than its text: another hard link would keep the old
    text, and a different owner or group would change who can write to it. A file without write
    permission is refused too, even if its folder would allow replacing it.

    `backup` is the suffix of a copy of the old text next to each file. An existing backup with
    different content is an error: unlike `sed -i`, a second run must not overwrite the text from
    before the first.

    Runs on one machine take turns. `recover` repairs what an interrupted run leaves behind. Only if
    undoing fails as well is something left behind after Unwritable, and the message says so.
    """
    changes = _resolved(texts)
    folders = {os.path.dirname(change.target): change.shown for change in changes}
    with locked(folders):
        for change in changes:
            _check(change)
        _check_journals(changes)
        changes = [change for change in changes if change.old != change.new]
        if changes:
            with held_back() as check_signals:
                _carry_out(changes, backup, check_signals)
                signals.last_words = "interrupted; all changes were written"


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
            reason = f"the new text contains a character that cannot be written, {character}"
            raise Unwritable(shown, reason) from None
        except ValueError:  # a NUL byte in the name
            raise Unwritable(shown, "not a valid file name") from None
        change = _Change(shown, target, decoding.encode(source, source.text), new)
        # By inode: a file system that ignores case has several paths for one file.
        other = changes.setdefault((status.st_dev, status.st_ino), change)
        if (other.old, other.new) != (change.old, change.new):
            raise Unwritable(shown, f"it is the same file as {other.shown}; name it only once")
    return list(changes.values())


def _check(change: _Change) -> None:
    """Refuse files that changed since they were read, or that replacing would harm."""
    with _errors_of(change):
        status = os.lstat(change.target)
        if stat.S_ISDIR(status.st_mode):
            raise Unwritable(change.shown, "it is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise Unwritable(change.shown, "not a regular file")
        if status.st_nlink > 1:
            count = status.st_nlink - 1
            others = "another hard link" if count == 1 else f"{count:,} other hard links"
            raise Unwritable(
                change.shown,
                f"it has {others} that would keep the old text;"
                " use symbolic links instead, or make this file a copy",
            )
        # Opened for writing, though only read, to find out if that is permitted.
        with open(change.target, "r+b") as file:
            if file.read(len(change.old) + 1) != change.old:
                raise Unwritable(change.shown, "changed since it was read; run the command again")


def _check_journals(changes: list[_Change]) -> None:
    """Refuse files in an unfinished journal, whose hashes would no longer match."""
    shown = {change.target: change.shown for change in changes}
    for folder in folders_of(shown):
        for path in names(folder, JOURNAL):
            with suppress(OSError, ValueError):
                for step in journal.read(path):
                    if step.target in shown:
                        reason = f"an earlier run was interrupted while changing it; {_AGAIN}"
                        raise Unwritable(shown[step.target], reason)


def _carry_out(changes: list[_Change], backup: str, check_signals: Callable[[], None]) -> None:
    """Write everything next to the files first, to notice a full disk, then rename it."""
    steps: list[Step] = []
    journals: list[str] = []
    made: list[str] = []
    backups: list[str] = []
    try:
        for change in changes:
            with _errors_of(change):
                if backup:
                    _back_up(change, backup, made, backups)
                steps.append(_prepare(change, made, alone=len(changes) == 1))
            check_signals()
        if len(changes) > 1:
            with _errors_of(changes[0]):
                journal.write(steps, made, journals)
        for change, step in zip(changes, steps, strict=True):
            _check(change)
            with _errors_of(change):
                os.replace(step.new, step.target)
            if len(changes) > 1:  # a single file is done then, and could not be undone
                check_signals()
    except (Exception, Interrupted) as error:
        _undo(error, steps, made, journals, backups)
        raise
    sync(folders_of(step.target for step in steps))
    remove(made)
    remove(journals)


def _undo(
    error: Exception | Interrupted,
    steps: list[Step],
    made: list[str],
    journals: list[str],
    backups: list[str],
) -> None:
    """Undo what was done, and report what cannot be undone."""
    reason, path = str(error), error.path if isinstance(error, Unwritable) else ""
    try:
        complaints = journal.roll_back(steps) if journals else []
        if not any(hash_of(step.target) == step.new_hash for step in steps):
            remove(backups)
    except OSError as failure:
        name = os.fsdecode(failure.filename2 or failure.filename or "")
        more = f"{name} was already written and cannot be restored: {reason_of(failure)}"
        raise Unwritable(path or name, f"{reason}; {more}; {_AGAIN}") from None
    remove(made)
    remove(journals)
    if complaints:
        raise Unwritable(path, "; ".join((reason, *complaints))) from None


def _prepare(change: _Change, made: list[str], *, alone: bool) -> Step:
    """Create the temporary files for one file; a single file never needs to be undone."""
    new = _temporary(change, change.new, made)
    # A copy, not a hard link: after a crash, a file with a second name would be refused.
    old = "" if alone else _temporary(change, change.old, made)
    return Step(change.target, new, old, hash_bytes(change.new), hash_bytes(change.old))


def _temporary(change: _Change, data: bytes, made: list[str]) -> str:
    """Write new or old content to a file next to the original, with the same attributes."""
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
                reason = "its owner or group would change; run the command as its owner or as root"
                raise Unwritable(change.shown, reason) from None
        if sys.platform == "linux":
            # Inherited from the folder, such as an access list; the file itself does not have it.
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
        reason = f"its backup {name} already exists with different content; move it away first"
        raise Unwritable(change.shown, reason)


@contextmanager
def _errors_of(change: _Change) -> Iterator[None]:
    """Turn an operating system error into Unwritable for this file."""
    try:
        yield
    except OSError as error:
        raise Unwritable(change.shown, reason_of(error)) from None
