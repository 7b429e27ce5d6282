"""
Runs tasks in processes of their own, which are copies of this one and return what they found.

Nothing else in the program knows of processes. None is left when the tasks are done, when one of
them fails, or when a signal ends the program.
"""

from __future__ import annotations

import io
import os
import pickle
import select
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from linter.files import shares
from linter.model.fault import BUG, described
from linter.model.spread import Lost, Tick

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_TICK, _RESULT, _FAILURE, _NO_MEMORY = b".", b"=", b"!", b"0"
_AT_ONCE = 1 << 16
_TURNS = 4
_LESS = "run again with `--jobs 1`, which needs less memory"

Task = Callable[[Tick], Any]


def run(
    tasks: Sequence[Task], shared: Sequence[object], most: int, tick: Tick = lambda: None
) -> list[Any]:
    """
    The results of tasks, at most so many of them at a time; Lost for those that have none.

    Results are sent as copies, except for the objects in `shared`, which arrive as themselves. A
    single task is done here, and so are all of them if no process can be started.
    """
    if len(tasks) == 1:
        return [tasks[0](tick)]
    results: list[Any] = [None] * len(tasks)
    waiting = deque(enumerate(tasks))
    with _running() as running:
        while waiting or running.tasks:
            while waiting and len(running.tasks) < most and running.start(*waiting[0], shared):
                waiting.popleft()
            if not running.tasks:  # none can be started
                number, task = waiting.popleft()
                results[number] = task(tick)
            for number, result in running.wait(tick):
                results[number] = result
    return results


def spread(
    work: Callable[[int], Any],
    sizes: Sequence[int],
    shared: Sequence[object],
    most: int,
    tick: Tick,
) -> list[Any]:
    """
    What a function returns for each number from 0; Lost if it does not return.

    Each process gets several numbers in turn, so that few results are lost with one.
    """

    def task(numbers: Sequence[int], tick: Tick) -> list[Any]:
        found: list[Any] = []
        for number in numbers:
            found.append(work(number))
            tick()
        return found

    chosen = shares.neighboring(sizes, _TURNS * most)
    results = run([partial(task, numbers) for numbers in chosen], shared, most, tick)
    found: list[Any] = []
    for numbers, result in zip(chosen, results, strict=True):
        found += [result] * len(numbers) if isinstance(result, Lost) else result
    return found


class _Child(NamedTuple):
    """A process, the number of its task, and what has arrived from it."""

    pid: int
    task: int
    received: bytearray


class _Running:
    """The processes that run, by the ends of their pipes here."""

    def __init__(self) -> None:
        self.tasks: dict[int, _Child] = {}
        self._shared: Sequence[object] = ()

    def start(self, number: int, task: Task, shared: Sequence[object]) -> bool:
        """Start a process; returns False if that is not possible."""
        self._shared = shared
        try:
            here, there = os.pipe()
        except OSError:  # too many files are open
            return False
        signals = {getattr(signal, name) for name in _ENDING}
        # A signal between the start of a process and its entry in the list would leave it behind.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            pid = os.fork()
            if pid == 0:
                _be_a_copy(task, shared, there, before)
            self.tasks[here] = _Child(pid, number, bytearray())
        except OSError:
            os.close(here)
            return False
        finally:
            os.close(there)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return True

    def wait(self, tick: Tick) -> Iterator[tuple[int, Any]]:
        """Wait until something arrives; returns the results that are complete."""
        if not self.tasks:
            return
        poll = select.poll()
        for each in self.tasks:
            poll.register(each, select.POLLIN)
        for here, _ in poll.poll():
            child = self.tasks[here]
            data = os.read(here, _AT_ONCE)
            if not child.received:
                rest = data.lstrip(_TICK)
                for _ in range(len(data) - len(rest)):
                    tick()
            else:
                rest = data
            child.received.extend(rest)
            if not data:
                del self.tasks[here]  # before its number can be that of another process
                os.close(here)
                status = os.waitpid(child.pid, 0)[1]
                yield child.task, self._result(child, os.waitstatus_to_exitcode(status))

    def _result(self, child: _Child, status: int) -> Any:
        if status < 0:
            return Lost(f"the process that worked on it was killed ({_name(-status)})", _LESS)
        kind, rest = child.received[:1], memoryview(child.received)[1:]
        if kind == _RESULT:
            return _Unpickler(io.BytesIO(rest), self._shared).load()
        words = bytes(rest).decode() if kind == _FAILURE else f"exit status {status}"
        if kind == _NO_MEMORY:
            return Lost("the process that worked on it ran out of memory", _LESS)
        return Lost(f"the process that worked on it failed: {words}", BUG)

    def end(self) -> None:
        """End all processes, at once: they have nothing to finish or to undo."""
        for child in self.tasks.values():
            os.kill(child.pid, signal.SIGKILL)
        while self.tasks:  # another signal may come meanwhile
            here, child = self.tasks.popitem()
            os.close(here)
            os.waitpid(child.pid, 0)


@contextmanager
def _running() -> Iterator[_Running]:
    """Processes that end with the block, and before this one when a signal ends it."""
    running = _Running()
    before: dict[int, Any] = {}

    def end(number: int, _frame: object) -> None:
        running.end()
        signal.signal(number, before[number])
        signal.raise_signal(number)

    for number in (getattr(signal, name) for name in _ENDING):
        handler = signal.getsignal(number)
        if handler not in (signal.SIG_IGN, None):
            before[number] = handler
            signal.signal(number, end)
    # If this is ignored, nobody learns how a process has ended.
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield running
    finally:
        running.end()
        for number, handler in before.items():
            signal.signal(number, handler)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# -- In the copy ---------------------------------------------------------------------------------


def _be_a_copy(
    task: Task, shared: Sequence[object], there: int, before: set[int | signal.Signals]
) -> None:
    """Do a task, send what it returns, and end without what the program does when it ends."""
    try:
        # Who interrupts the program ends its copies through it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        _send(there, _done(task, shared, there, os.getppid()))
        os._exit(0)
    finally:
        os._exit(1)


def _done(task: Task, shared: Sequence[object], there: int, parent: int) -> bytes:
    def tick() -> None:
        if os.getppid() != parent:  # nobody waits for the result
            os._exit(1)
        _send(there, _TICK)

    try:
        buffer = io.BytesIO(_RESULT)
        buffer.seek(len(_RESULT))
        _Pickler(buffer, shared).dump(task(tick))
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:  # noqa: BLE001 - it ends this process, and is reported by the other
        return _FAILURE + described(error).encode()
    return buffer.getvalue()


def _send(there: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(there, rest) :]


class _Pickler(pickle.Pickler):
    """Writes shared objects as their numbers."""

    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(each): number for number, each in enumerate(shared)}

    def persistent_id(self, obj: object) -> int | None:
        """The number of a shared object; None for all others, which are copied."""
        return self._numbers.get(id(obj))


class _Unpickler(pickle.Unpickler):
    """Reads what a copy of this process has written."""

    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: int) -> object:
        """A shared object by its number."""
        return self._shared[pid]
