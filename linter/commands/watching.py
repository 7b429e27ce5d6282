"""Shows something about a swarm again whenever it changes, until it is interrupted."""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from linter import terminal
from linter.commands import options
from linter.commands.status import NOT_JUDGED
from linter.files.settings import UsageError
from linter.model.swarm import NoSwarm, is_running

_INTERVAL = 2.0
"""Seconds after which it is read again in any case: not all that happens to tasks is an event."""

_CLEAR = "\x1b[H\x1b[2J"


def watch(arguments: argparse.Namespace, show: Callable[[], tuple[str, int]]) -> int:
    """
    Print what `show` returns whenever that changes; returns the status of the first failure.

    In a terminal, the screen is replaced. Otherwise, each change is a line of JSON.
    """
    if len(arguments.sources) != 1 or not is_running(arguments.sources[0]):
        raise UsageError("--watch: name one swarm and nothing else, as in `routes swarm: --watch`")
    if arguments.output:
        raise UsageError("--watch: --output cannot be used with it")
    in_terminal = sys.stdout.isatty()
    if not in_terminal:
        arguments.format = "json"
    wakes = _wakes(arguments.sources[0], options.timeout(arguments))
    last = None
    while True:
        text, status = show()
        if status == NOT_JUDGED:
            return status
        if text != last:
            last = text
            sys.stdout.write(f"{_CLEAR}{text}" if in_terminal else _in_one_line(text))
            sys.stdout.flush()
        with suppress(queue.Empty):
            wakes.get(timeout=_INTERVAL)
        while not wakes.empty():  # one look is enough for many events
            wakes.get_nowait()


def _in_one_line(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":")) + "\n"


def _wakes(source: str, timeout: float) -> queue.SimpleQueue[None]:
    """A queue that gets something for each event; nothing any more if the engine is gone."""
    from linter.swarm.engine import Engine

    found: queue.SimpleQueue[None] = queue.SimpleQueue()

    def listen() -> None:
        try:
            with Engine(source, timeout) as engine:
                for _ in engine.events():
                    found.put(None)
        except NoSwarm as error:  # whatever is read next says so too
            terminal.warn(f"note: {source}: only looking every {_INTERVAL:g} s: {error}")

    threading.Thread(target=listen, daemon=True).start()
    return found
