"""Reads and writes messages of JSON-RPC, each after a header with its length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

Message = dict[str, Any]

EXIT = "exit"
PARSE_ERROR = -32700

_LONGEST = 64 * 1024 * 1024
"""Bytes of a message; a longer one ends the connection."""


class Connection:
    """
    The two ends of a conversation with an editor.

    Messages are read while others are answered, so that it is known whether more are `waiting`.
    """

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._target = target
        self._waiting: SimpleQueue[Message | None] = SimpleQueue()
        self._source = source

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
        while line := self._source.readline(1024).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        return length if length is not None and length <= _LONGEST else None


def _parsed(data: bytes) -> Message:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"error": PARSE_ERROR}
