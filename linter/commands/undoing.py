"""How changes of services that run are undone, from the record of them."""

from __future__ import annotations

import argparse

from linter.commands import changing, running
from linter.files import decoding
from linter.files.settings import UsageError
from linter.model.change import Change, NotDone
from linter.model.diagnostic import Unjudged
from linter.model.stack import Service
from linter.model.swarm import FOLDER
from linter.swarm.changing import Unusable, Wanted, recorded


def undo(arguments: argparse.Namespace) -> int:
    """Take back the changes of a record; returns the exit status."""
    path = arguments.undo
    if running.source_of(arguments) is None:
        raise UsageError("--undo: name the swarm too: `labels set swarm: --undo FILE`")
    changes = _recorded(path)
    arguments.allow_empty = True  # what does not run any more is named below
    workspace = changing.Workspace(arguments)
    services = {
        each.whole_name: each for loaded in workspace.stacks for each in loaded.stack.services
    }
    wanted: dict[int, dict[str, str | None]] = {}
    left: list[NotDone] = []
    for each in changes:
        service = services.get(each.service)
        if service is not None:
            wanted[id(service)], kept = _to_undo(service, each)
            left += kept
        elif not workspace.unjudged:
            reason = "it no longer runs, so its labels cannot be restored"
            workspace.unjudged.append(Unjudged(FOLDER + each.service, reason))
    outcome = changing.session(workspace).change(wanted, force=True)
    outcome = outcome._replace(not_done=(*outcome.not_done, *left))
    return workspace.finish(arguments.command, outcome)


def _recorded(path: str) -> list[Wanted]:
    try:
        return recorded(decoding.read(path).text)
    except decoding.Unreadable as error:
        raise UsageError(f"--undo: {path}: cannot be read: {error}") from None
    except Unusable as error:
        raise UsageError(f"--undo: {path}: {error}") from None


def _to_undo(service: Service, change: Wanted) -> tuple[dict[str, str | None], list[NotDone]]:
    """The labels to restore, and those that somebody has changed again since."""
    now = {str(label.key): str(label.value) for label in service.labels}
    wanted: dict[str, str | None] = {}
    left: list[NotDone] = []
    for key, before in change.before.items():
        value = None if before is None else before.replace("$", "$$")
        if now.get(key) == change.after[key]:
            wanted[key] = value
        elif now.get(key) != before:
            reason = f"label `{key}` was changed again since, so it is left as it is"
            asked = (Change(str(service.name), key, value),)
            left.append(NotDone(str(service.name), reason, service.name.span, changes=asked))
    return wanted, left
