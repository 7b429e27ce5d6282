"""How the commands that change labels change those of services that run."""

from __future__ import annotations

import argparse
import os
import shlex
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from linter import terminal
from linter.commands import options
from linter.editing.loaded import Loaded, reread
from linter.editing.rewriting import Rewrite
from linter.files import output, signals
from linter.files.pairing import Pair
from linter.files.settings import UsageError
from linter.model.change import Attempt, LabelChange, Live, State
from linter.model.swarm import NoSwarm, is_running, name_of
from linter.report.changes.words import STATES
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


def apply(arguments: argparse.Namespace, source: str, changes: Sequence[Wanted]) -> Live:
    """Change services, and say what became of them and how to undo that."""
    from linter.swarm.engine import Engine

    if not changes:
        return Live()
    try:
        with Engine(source, options.timeout(arguments)) as engine:
            return _apply(arguments, source, engine, changes)
    except NoSwarm as error:
        terminal.warn(f"error: {source}: {error}", error.help)
        return _none_of(changes, str(error), error.help)


def _none_of(changes: Iterable[Wanted], reason: str, help_text: str = "") -> Live:
    states = (Attempt(each.service, State.NOT_CHANGED, reason, help_text) for each in changes)
    return Live(tuple(states))


def _apply(
    arguments: argparse.Namespace, source: str, engine: Engine, changes: Sequence[Wanted]
) -> Live:
    from linter.swarm import changing

    path = arguments.record or _new_name()
    try:  # the values of labels may be secret
        output.write_new(path, changing.record(source, engine.host, changes), mode=0o600)
    except output.Unwritable as error:
        reason = f"{error.path} cannot be written: {error}"
        terminal.warn(f"error: nothing changed, because {reason}")
        return _none_of(changes, reason)
    undo = f"interlock-lint labels set {shlex.quote(source)} --undo {shlex.quote(path)} --write"
    signals.last_words = f"interrupted; undo what is done with `{undo}`"
    done = changing.apply(engine, changes, terminal.Progress("changing service"))
    signals.last_words = ""
    attempts = tuple(_attempts(done))
    live = Live(attempts, undo if any(each.state is not _NOT for each in attempts) else "")
    _report(live)
    return live


_NOT = State.NOT_CHANGED


def _attempts(applied: Applied) -> Iterator[Attempt]:
    yield from (Attempt(each.service, State.CHANGED) for each in applied.done)
    if failure := applied.failure:
        state = _NOT if failure.certain else State.UNKNOWN
        yield Attempt(failure.service, state, failure.reason, failure.help)
    reason = "it was not tried after that" if applied.failure else ""
    yield from (Attempt(each.service, _NOT, reason) for each in applied.left)


def _new_name() -> str:
    """The name of a record in the current folder, which no file has yet."""
    stem = time.strftime("interlock-lint-undo-%Y%m%d-%H%M%S")
    names = (f"{stem}{number}.json" for number in ("", *(f"-{each}" for each in range(2, 1000))))
    return next((each for each in names if not os.path.lexists(each)), f"{stem}.json")


def _report(live: Live) -> None:
    """Say what was done and what not, if that is not everything, and how to undo it."""
    failed = False
    for each in () if live.is_complete else live.attempts:
        lead = "" if each.state is State.CHANGED or failed else "error: "
        failed |= bool(lead)
        why = f": {each.reason}" if lead else ""
        terminal.warn(f"{lead}{each.service}: {STATES[each.state]}{why}", each.help)
    if live.undo:
        terminal.warn(f"undo with `{live.undo}`")


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
