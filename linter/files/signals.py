"""
What happens when a signal ends the process.

It is held back while files are put in place. `last_words` says what is certain if it comes now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

last_words = ""

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupted(KeyboardInterrupt):
    """A signal has come, and what was half done is undone."""

    def __str__(self) -> str:
        return "interrupted"


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """
    Hold back signals; they take effect after the block.

    The block gets a function that raises Interrupted if one has come, so that it can undo what it
    has done; it may also finish. If it raises anything else, that has to be reported first.
    """
    import signal

    came: list[int] = []
    before = {}

    def check() -> None:
        if came:
            raise Interrupted

    try:
        for number in (getattr(signal, name) for name in _ENDING if hasattr(signal, name)):
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, lambda number, _: came.append(number))
                before[number] = handler
    except ValueError:  # not in the main thread, which alone gets signals
        pass
    reported = False
    try:
        yield check
    except Interrupted:
        raise
    except BaseException:
        reported = True
        raise
    finally:
        for number, handler in reversed(before.items()):
            signal.signal(number, handler)
        if came and not reported:
            signal.raise_signal(came[0])
