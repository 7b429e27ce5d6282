"""Reaches an engine and nothing else, with answers of a limited size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docker.api.client import APIClient
from docker.transport import UnixHTTPAdapter

MAX_ANSWER_BYTES = 128 * 1024**2
"""Of an answer, unpacked; what a swarm of thousands of services has is smaller."""

_ANY = "http+docker://localhost"


class Unacceptable(Exception):
    """An answer that is not taken; the message says why, of HOST."""


class OneConnection(UnixHTTPAdapter):  # type: ignore[misc] # the SDK has no types
    """
    Reaches a local socket with one connection for all requests, one after the other.

    The SDK's own adapter keeps connections by path, so it opens another one for each. Through
    `ssh`, each is a login.
    """

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:
        del url
        return super().get_connection(_ANY, proxies)


class Client(APIClient):  # type: ignore[misc] # the SDK has no types
    """A client whose answers are bounded, and whose requests reach the engine alone."""

    def send(self, request: Any, **options: Any) -> Any:
        """Send a request; all of its answer is there, unless it is a stream."""
        answer = super().send(request, **{**options, "stream": True})
        if not (options.get("stream") and answer.ok):
            answer.iter_content = _bounded(answer.iter_content)
            try:
                answer.content  # noqa: B018 - reads it, and keeps it
            except BaseException:
                answer.close()
                raise
        return answer

    def get_redirect_target(self, resp: Any) -> str | None:
        """Where an answer sends a request, with all of a service in it. Raises Unacceptable."""
        if super().get_redirect_target(resp):
            resp.close()
            raise Unacceptable("what answers at HOST sends requests elsewhere; name that address")
        return None


def _bounded(read: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    def chunks(*arguments: Any, **options: Any) -> Iterator[bytes]:
        size = 0
        for chunk in read(*arguments, **options):
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise Unacceptable(
                    f"an answer of HOST is larger than {MAX_ANSWER_BYTES // 1024**2} MiB"
                )
            yield chunk

    return chunks
