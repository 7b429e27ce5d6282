"""The journal that lets a later run finish or undo the changes of an interrupted run."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from linter.files.disk import (
    JOURNAL,
    TEMPORARY,
    Unwritable,
    create,
    folders_of,
    hash_of,
    locked,
    names,
    reason_of,
    remove,
    sync,
)
from linter.files.signals import held_back

_MOST_BYTES = 64 * 1024**2  # steps for a hundred thousand files

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What git gives to others for all files, unless the umask forbids it, and we never do."""


class Step(NamedTuple):
    """One file of a change, its temporary files, and the hashes of their content."""

    target: str
    new: str
    old: str
    new_hash: str
    old_hash: str


def recover(paths: Iterable[str]) -> list[str]:
    """
    Finish or undo the changes of interrupted runs in the folders of these paths.

    Returns one sentence for each thing it did. A change is finished if all files it has not written
    yet are as it found them; otherwise the files it has written get their old text back. Files that
    have been edited since, and the changes of another user's run, are left alone.
    """
    shown: dict[str, str] = {}
    for path in paths:
        with suppress(OSError, ValueError):  # reported when the file is read
            shown.setdefault(os.path.realpath(path), path)
    done = []
    for folder in folders_of(shown):
        for path in names(folder, JOURNAL):
            done += _resolve(path, shown)
        done += _sweep(folder)
    return done


def write(steps: list[Step], made: list[str], journals: list[str]) -> None:
    """
    Record the planned steps in a journal in each of their folders.

    One journal would be enough to recover, but a run that sees only another folder would remove the
    temporary files there. Paths are relative: a tree may be moved, or mounted elsewhere.
    """
    import json

    name = f".interlock-lint-{os.urandom(8).hex()}.journal"
    for folder in folders_of(step.target for step in steps):
        entries = [
            step._replace(
                target=os.path.relpath(step.target, folder),
                new=os.path.basename(step.new),
                old=os.path.basename(step.old),
            )._asdict()
            for step in steps
        ]
        with create(folder, made) as file:
            file.write(json.dumps({"version": 1, "steps": entries}).encode())
            file.flush()
            os.fsync(file.fileno())
        # Renamed only when complete: a journal that cannot be read was not written by us.
        path = os.path.join(folder, name)
        os.replace(made[-1], path)
        journals.append(path)
        sync([folder])


def read(path: str) -> tuple[Step, ...]:
    """The steps in a journal. Raises OSError, or ValueError if we did not write it."""
    import json

    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
        raise ValueError("not a regular file, or too large")
    if sys.platform != "win32" and status.st_mode & _OTHERS:
        raise ValueError("not as we create it, so it may come with a repository")
    folder = os.path.dirname(path)
    with open(path, "rb") as file:
        try:
            journal = json.load(file)
            if journal["version"] != 1:
                raise ValueError("unknown version")
            return tuple(_read_step(folder, entry) for entry in journal["steps"])
        except (LookupError, TypeError, RecursionError):
            raise ValueError("not a journal") from None


def _read_step(folder: str, entry: Mapping[str, str]) -> Step:
    target = os.path.normpath(os.path.join(folder, entry["target"]))
    if "\0" in target:
        raise ValueError("not a valid file name")
    # Only files with such names are ever renamed or removed, and only next to their target.
    if not (TEMPORARY.fullmatch(entry["new"]) and TEMPORARY.fullmatch(entry["old"])):
        raise ValueError("not names of temporary files")
    parent = os.path.dirname(target)
    new, old = (os.path.join(parent, entry[name]) for name in ("new", "old"))
    return Step(target, new, old, entry["new_hash"], entry["old_hash"])


def roll_back(steps: Iterable[Step]) -> list[str]:
    """
    Restore the old content of files; returns which files cannot be restored, and why.

    Raises the first OSError, once all files have been tried.
    """
    complaints = []
    failure: OSError | None = None
    for step in steps:
        try:
            now = hash_of(step.target)
            if now == step.new_hash and hash_of(step.old) == step.old_hash:
                os.replace(step.old, step.target)
            elif now == step.new_hash:
                complaints.append(f"the old text of {step.target} is lost")
            elif now != step.old_hash and not os.path.lexists(step.new):
                complaints.append(f"{step.target} was edited in the meantime and is left alone")
        except OSError as error:
            failure = failure or error
    sync(folders_of(step.target for step in steps))
    if failure is not None:
        raise failure
    return complaints


def _resolve(path: str, shown: Mapping[str, str]) -> list[str]:
    """Finish or undo the change recorded in a journal; returns what was done."""
    failed = f"could not finish or undo the interrupted changes recorded in {path}"
    try:
        steps = read(path)
        folders = folders_of((path, *(step.target for step in steps)))
        with locked(dict.fromkeys(folders, path)):
            # It is gone if another run finished, or recovered this, while we waited for the lock.
            status = os.lstat(path)
            if sys.platform != "win32" and status.st_uid != os.geteuid():
                return [f"left {path} alone: it belongs to another user's run"]
            with held_back():
                done = _finish(steps, shown)
                remove(name for step in steps for name in (step.new, step.old))
                remove(os.path.join(folder, os.path.basename(path)) for folder in folders)
            return done
    except OSError as error:
        if not os.path.lexists(path):  # recovered already, through another folder
            return []
        return [f"{failed}: {reason_of(error)}"]
    except Unwritable as error:
        return [f"{failed}: {error}"]
    except ValueError:
        return [f"left {path} alone: it is not a valid journal; inspect it, then remove it"]


def _finish(steps: Sequence[Step], shown: Mapping[str, str]) -> list[str]:
    which = ", ".join(shown.get(step.target, step.target) for step in steps)
    ahead, obstacle = [], ""
    for step in steps:
        name = shown.get(step.target, step.target)
        old = hash_of(step.target) == step.old_hash
        if old and hash_of(step.new) == step.new_hash:
            ahead.append(step)
        elif old or os.path.lexists(step.new):  # else it was written, even if edited later
            obstacle = f"the new text of {name} is lost" if old else f"{name} was edited since then"
    for step in ahead if not obstacle else ():
        try:
            os.replace(step.new, step.target)
        except OSError as error:
            obstacle = f"{shown.get(step.target, step.target)} was not written: {reason_of(error)}"
            break
    sync(folders_of(step.target for step in steps))
    if not obstacle:
        return [f"finished the changes of an interrupted run: {which}"]
    return [
        f"undid the changes of an interrupted run: {which}; reason: {obstacle}",
        *roll_back(steps),
    ]


def _sweep(folder: str) -> list[str]:
    """Remove temporary files that are not in any journal."""
    if not names(folder, TEMPORARY):
        return []
    done = []
    try:
        with locked({folder: folder}):
            known = {
                name
                for path in names(folder, JOURNAL)
                for step in read(path)
                for name in (step.new, step.old)
            }
            for path in names(folder, TEMPORARY):
                if path not in known and stat.S_ISREG(os.lstat(path).st_mode):
                    os.unlink(path)
                    done.append(f"removed {path}, left by an interrupted run")
    except (OSError, Unwritable) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        done.append(f"could not remove temporary files in {folder}: {reason}")
    except ValueError:
        pass  # an unreadable journal may list these files
    return done
