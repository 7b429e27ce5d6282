"""Shows something about a swarm again whenever it changes, until it is interrupted."""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
import time
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

Say = Callable[[str], None]
"""Tells a line that is not part of the results."""


def watch(arguments: argparse.Namespace, show: Callable[[Say], tuple[str, int]]) -> int:
    """
    Print what `show` returns whenever that changes; returns the status of the first failure.

    In a terminal, the screen is replaced. Otherwise, each change is a line of JSON. What `show`
    says is printed once, or stays below what is on the screen.
    """
    if len(arguments.sources) != 1 or not is_running(arguments.sources[0]):
        raise UsageError("--watch: name one swarm and nothing else, as in `routes swarm: --watch`")
    if arguments.output:
        raise UsageError("--watch: --output cannot be used with it")
    screen = _Screen()
    if not screen.is_used:
        arguments.format = "json"
    wakes = _wakes(arguments.sources[0], options.timeout(arguments), screen.say)
    while True:
        text, status = show(screen.say)
        if status == NOT_JUDGED:
            return status
        screen.show(text)
        with suppress(queue.Empty):
            wakes.get(timeout=_INTERVAL)
        while not wakes.empty():  # one look is enough for many events
            wakes.get_nowait()


class _Screen:
    """What is shown last, and which lines were said besides; `is_used` if it is a terminal."""

    def __init__(self) -> None:
        self.is_used = sys.stdout.isatty()
        self._has_lines = self.is_used and sys.stderr.isatty()
        self._said: dict[str, None] = {}
        self._shown: object = None

    def say(self, line: str) -> None:
        if line in self._said:
            return
        self._said[line] = None
        if not self._has_lines:
            terminal.warn(line)

    def show(self, text: str) -> None:
        lines = tuple(self._said) if self._has_lines else ()
        if (text, lines) == self._shown:
            return
        self._shown = text, lines
        sys.stdout.write(f"{_CLEAR}{text}" if self.is_used else _in_one_line(text))
        sys.stdout.flush()
        terminal.warn(*lines)


def _in_one_line(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":")) + "\n"


def _wakes(source: str, timeout: float, say: Say) -> queue.SimpleQueue[None]:
    """A queue that gets something for each event, as long as the engine tells of them."""
    from linter.swarm.engine import Engine, Refused

    found: queue.SimpleQueue[None] = queue.SimpleQueue()

    def listen() -> None:
        while True:
            try:
                with Engine(source, timeout) as engine:
                    for _ in engine.events():
                        found.put(None)
            except Refused as error:
                say(f"note: {source}: events are not known, looking every {_INTERVAL:g} s: {error}")
                return
            except NoSwarm:
                pass  # a proxy may end what is silent for long; if it is more, reading says so
            time.sleep(_INTERVAL)

    threading.Thread(target=listen, daemon=True).start()
    return found
