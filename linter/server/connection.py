"""Reads and writes messages of JSON-RPC, each after a header with its length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

Message = dict[str, Any]

EXIT = "exit"
UNREADABLE: Message = {}
"""Stands for a message that is none; an empty one is none either."""

_LONGEST = 64 * 1024 * 1024
"""Bytes of a message; a longer one ends the connection."""


class Connection:
    """
    The two ends of a conversation with an editor.

    Messages are read while others are answered, so that it is known whether more are `waiting`.
    `problem` is why no more can be read, unless the editor has ended the connection.
    """

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._target = target
        self._waiting: SimpleQueue[Message | None] = SimpleQueue()
        self._source = source
        self.problem = ""

    def messages(self) -> Iterator[Message]:
        """What the editor sends, until it says `exit` or ends the connection."""
        reader = Thread(target=self._read, daemon=True)
        reader.start()
        while (message := self._waiting.get()) is not None:
            yield message
        reader.join()

    @property
    def is_waiting(self) -> bool:
        """Whether another message has already been read."""
        return not self._waiting.empty()

    def send(self, message: Message) -> None:
        """Send a message."""
        data = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode("ascii")
        self._target.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._target.flush()

    def _read(self) -> None:
        try:
            while (length := self._length()) is not None:
                data = self._source.read(length)
                if len(data) < length:
                    break
                message = _parsed(data)
                self._waiting.put(message)
                if message.get("method") == EXIT:
                    break  # to wait for more would keep the process from ending
        finally:
            self._waiting.put(None)

    def _length(self) -> int | None:
        """The length in the next header; None at the end, or if there is no such header."""
        length: int | None = None
        is_at_end = True
        while line := self._source.readline(1024):
            is_at_end = False
            name, _, value = line.strip().partition(b":")
            if not name:
                break
            if name.lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        if length is not None and length <= _LONGEST:
            return length
        if length is not None:
            self.problem = f"a message is longer than {_LONGEST // 1024**2} MiB"
        elif not is_at_end:
            self.problem = "a message has no valid `Content-Length` before it"
        return None


def _parsed(data: bytes) -> Message:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else UNREADABLE
