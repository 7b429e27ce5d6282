"""The journal that lets a later run finish or undo what a killed run had begun."""

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


class Step(NamedTuple):
    """One file of a change, the temporary files for it, and the hashes of what these hold."""

    target: str
    new: str
    old: str
    new_hash: str
    old_hash: str


def recover(paths: Iterable[str]) -> list[str]:
    """
    Finish or take back what an earlier run left when it was killed, in the folders of these paths.

    Says in a sentence for each what was done. A change is finished if all files that it has not
    reached are as it found them, else those that it has reached get their old text back. A file
    that somebody has edited since is left alone, and so is what another user's run has left.
    """
    shown: dict[str, str] = {}
    for path in paths:
        with suppress(OSError, ValueError):  # whoever reads it says what is wrong
            shown.setdefault(os.path.realpath(path), path)
    said = []
    for folder in folders_of(shown):
        for path in names(folder, JOURNAL):
            said += _settle(path, shown)
        said += _sweep(folder)
    return said


def write(steps: list[Step], made: list[str], journals: list[str]) -> None:
    """
    Say what is about to be done, in each folder in which it is.

    One folder's would do to settle it, but whoever looks into another folder only would take the
    temporary files there for litter. Paths are relative: a tree may be moved, or mounted elsewhere.
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
        # By a name that it gets when it is whole: one that cannot be read is none of ours.
        path = os.path.join(folder, name)
        os.replace(made[-1], path)
        journals.append(path)
        sync([folder])


def read(path: str) -> tuple[Step, ...]:
    """The steps in a journal. Raises OSError, or ValueError for what was not written by us."""
    import json

    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise ValueError("not a regular file")
    folder = os.path.dirname(path)
    with open(path, "rb") as file:
        try:
            journal = json.load(file)
            if journal["version"] != 1:
                raise ValueError("of another version")
            return tuple(_read_step(folder, entry) for entry in journal["steps"])
        except (LookupError, TypeError, RecursionError):
            raise ValueError("not a journal") from None


def _read_step(folder: str, entry: Mapping[str, str]) -> Step:
    target = os.path.normpath(os.path.join(folder, entry["target"]))
    if "\0" in target:
        raise ValueError("not the name of a file")
    # Only what has such a name is ever renamed or removed, and only beside its target.
    if not (TEMPORARY.fullmatch(entry["new"]) and TEMPORARY.fullmatch(entry["old"])):
        raise ValueError("not the names of temporary files")
    beside = os.path.dirname(target)
    new, old = (os.path.join(beside, entry[name]) for name in ("new", "old"))
    return Step(target, new, old, entry["new_hash"], entry["old_hash"])


def take_back(steps: Iterable[Step]) -> list[str]:
    """Give files their old content back; says which were reached and cannot get it."""
    complaints = []
    for step in steps:
        now = hash_of(step.target)
        if now == step.new_hash and hash_of(step.old) == step.old_hash:
            os.replace(step.old, step.target)
        elif now == step.new_hash:
            complaints.append(f"the old text of {step.target} is lost")
        elif now != step.old_hash and not os.path.lexists(step.new):
            complaints.append(f"{step.target} has been edited meanwhile and is left alone")
    sync(folders_of(step.target for step in steps))
    return complaints


def _settle(path: str, shown: Mapping[str, str]) -> list[str]:
    """Finish the change that a journal is about, or take it back; says what was done."""
    try:
        steps = read(path)
        folders = folders_of((path, *(step.target for step in steps)))
        with locked(dict.fromkeys(folders, path)):
            # Gone, if another run has ended, or settled this, while we waited for it.
            status = os.lstat(path)
            if sys.platform != "win32" and status.st_uid != os.geteuid():
                return [f"left {path} alone, since it belongs to another user's run"]
            said = _finish(steps, shown)
            remove(name for step in steps for name in (step.new, step.old))
            remove(os.path.join(folder, os.path.basename(path)) for folder in folders)
            return said
    except OSError as error:
        if not os.path.lexists(path):  # settled already, with that of another folder
            return []
        return [f"could not settle what {path} is about: {reason_of(error)}"]
    except Unwritable as error:
        return [f"could not settle what {path} is about: {error}"]
    except ValueError:
        return [f"left {path} alone, since it is not as a run writes it; look at it and remove it"]


def _finish(steps: Sequence[Step], shown: Mapping[str, str]) -> list[str]:
    which = ", ".join(shown.get(step.target, step.target) for step in steps)
    ahead, obstacle = [], ""
    for step in steps:
        name = shown.get(step.target, step.target)
        old = hash_of(step.target) == step.old_hash
        if old and hash_of(step.new) == step.new_hash:
            ahead.append(step)
        elif old or os.path.lexists(step.new):  # else it was reached, whatever came then
            what = "what it was to become is lost" if old else "it has been edited since"
            obstacle = f"{name}: {what}"
    for step in ahead if not obstacle else ():
        try:
            os.replace(step.new, step.target)
        except OSError as error:
            obstacle = f"{shown.get(step.target, step.target)}: {reason_of(error)}"
            break
    sync(folders_of(step.target for step in steps))
    if not obstacle:
        return [f"finished what a run that was killed had begun to write: {which}"]
    return [
        f"took back what a run that was killed had begun to write: {which}; because of {obstacle}",
        *take_back(steps),
    ]


def _sweep(folder: str) -> list[str]:
    """Remove temporary files that no journal knows."""
    if not names(folder, TEMPORARY):
        return []
    said = []
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
                    said.append(f"removed {path}, which a run that was killed had left")
    except (OSError, Unwritable) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        said.append(f"could not remove the temporary files in {folder}: {reason}")
    except ValueError:
        pass  # what a journal that cannot be read knows is not ours to remove
    return said
