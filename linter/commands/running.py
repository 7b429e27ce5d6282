"""How the commands that change labels change those of services that run."""

from __future__ import annotations

import argparse
import os
import shlex
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from linter import terminal
from linter.commands import options
from linter.editing.revise import Loaded, Rewrite, reread
from linter.files import output, signals
from linter.files.pairing import Pair
from linter.files.settings import UsageError
from linter.model.change import LabelChange
from linter.model.swarm import NoSwarm, is_running, name_of
from linter.routing.stack_changes import Side

if TYPE_CHECKING:
    from linter.swarm.changing import Applied, Wanted
    from linter.swarm.engine import Engine


def source_of(arguments: argparse.Namespace) -> str | None:
    """The swarm that a command names, if it names one. Raises UsageError if it names several."""
    found = list(filter(is_running, arguments.sources))
    if len(found) > 1:
        raise UsageError("name one swarm at a time to change it")
    return found[0] if found else None


def wanted(changes: Iterable[LabelChange]) -> list[Wanted]:
    """The changes of labels of services that run, by service."""
    from linter.swarm.changing import Wanted

    found: dict[str, list[LabelChange]] = {}
    for each in changes:
        source = each.service.name.source
        if not source.is_written:
            found.setdefault(name_of(source), []).append(each)
    return [
        Wanted(
            name,
            {each.key: str(each.before.value) if each.before else None for each in several},
            {each.key: str(each.after.value) if each.after else None for each in several},
        )
        for name, several in found.items()
    ]


def apply(arguments: argparse.Namespace, source: str, changes: Sequence[Wanted]) -> bool:
    """Change services, and say how to undo that; False if not all of them were changed."""
    from linter.swarm.engine import Engine

    if not changes:
        return True
    try:
        with Engine(source, options.timeout(arguments)) as engine:
            return _apply(arguments, source, engine, changes)
    except NoSwarm as error:
        terminal.warn(f"error: {source}: {error}", error.help)
        return False


def _apply(
    arguments: argparse.Namespace, source: str, engine: Engine, changes: Sequence[Wanted]
) -> bool:
    from linter.swarm import changing

    path = arguments.record or _new_name()
    try:
        output.write_new(path, changing.record(source, engine.host, changes))
    except output.Unwritable as error:
        terminal.warn(f"error: nothing changed, because {error.path} cannot be written: {error}")
        return False
    undo = f"interlock-lint labels set {shlex.quote(source)} --undo {shlex.quote(path)} --write"
    signals.last_words = f"interrupted; undo what is done with `{undo}`"
    done = changing.apply(engine, changes, terminal.Progress("changing service"))
    signals.last_words = ""
    _report(done)
    if done.done or (done.failure and not done.failure.certain):
        terminal.warn(f"undo with `{undo}`")
    return done.failure is None


def _new_name() -> str:
    """The name of a record in the current folder, which no file has yet."""
    stem = time.strftime("interlock-lint-undo-%Y%m%d-%H%M%S")
    names = (f"{stem}{number}.json" for number in ("", *(f"-{each}" for each in range(2, 1000))))
    return next((each for each in names if not os.path.lexists(each)), f"{stem}.json")


def _report(applied: Applied) -> None:
    """Say what was done, and what not."""
    if applied.failure is None:
        return
    for each in applied.done:
        terminal.warn(f"{each.service}: changed")
    failure = applied.failure
    lead = "not changed" if failure.certain else "may be changed"
    help_text = f"; {failure.help}" if failure.help else ""
    terminal.warn(f"error: {failure.service}: {lead}: {failure.reason}{help_text}")
    for each in applied.left:
        terminal.warn(f"{each.service}: not changed")


def undo(arguments: argparse.Namespace) -> int:
    """Take back the changes of a record; returns the exit status."""
    from linter.commands.status import FINDINGS, NOT_JUDGED
    from linter.files import decoding
    from linter.swarm import changing
    from linter.swarm.engine import Engine

    source, path = source_of(arguments), arguments.undo
    if source is None:
        raise UsageError("--undo: name the swarm too: `labels set swarm: --undo FILE`")
    try:
        text = decoding.read(path).text
        changes = changing.recorded(text)
    except decoding.Unreadable as error:
        raise UsageError(f"--undo: {path}: cannot be read: {error}") from None
    except changing.Unusable as error:
        raise UsageError(f"--undo: {path}: {error}") from None
    try:
        with Engine(source, options.timeout(arguments)) as engine:
            left = changing.to_undo(engine, changes)
    except NoSwarm as error:
        terminal.warn(f"error: {source}: {error}", error.help)
        return NOT_JUDGED
    for each in left:
        for key, value in each.after.items():
            print(f"{each.service}  {key}  {'removed' if value is None else 'restored'}")
    if not left:
        terminal.warn("nothing to undo")
        return 0
    if not arguments.write:
        terminal.warn("run with --write to apply")
        return FINDINGS
    return 0 if apply(arguments, source, left) else NOT_JUDGED


def pairs(stacks: Iterable[Loaded], rewrites: Iterable[Rewrite]) -> list[Pair]:
    """The stacks that run, before and after their services are changed."""
    texts = {each.source.path: each.text for each in rewrites if not each.source.is_written}
    found: list[Pair] = []
    for each in stacks:
        after = reread(each, texts) if texts else each
        if after is not each:
            found.append(Pair(_title(each), _side(each), _side(after)))
    return found


def _title(loaded: Loaded) -> str:
    return loaded.job.name or name_of(loaded.job.sources[0])


def _side(loaded: Loaded) -> Side:
    from linter.files.at_revision import Revisions
    from linter.files.contents import FilesNextTo
    from linter.reading.deployed_reader import deployed

    contents = FilesNextTo(loaded.stack.path, Revisions())
    return Side(loaded.stack, deployed(loaded.stack, loaded.job.environment, contents))
