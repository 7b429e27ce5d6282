"""Parses the redirects of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from linter.model.stack import Service
from linter.model.text import Parts, Span, Text, cut, display, lowered, split
from linter.model.vocabulary import rows

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>.*)", re.DOTALL
)


class Url(NamedTuple):
    """One side of a redirect; its host is in lower case, and may contain variables."""

    scheme: str
    host: Parts
    port: str
    path: str
    span: Span
    text: str

    @property
    def origin(self) -> tuple[str, Parts, str]:
        """Scheme, host and port, which together identify a server to a browser."""
        return self.scheme, self.host, self.port or ("443" if self.scheme == "https" else "80")


class Redirect(NamedTuple):
    """A redirect from one URL to another."""

    source: Url
    target: Url


@lru_cache(maxsize=1)  # several rules in a row check the same service
def redirects(service: Service) -> tuple[Redirect, ...]:
    """The redirects that a service sets; none if the label is malformed."""
    label = service.given("redirects")
    if label is None or not rows()["redirects"].fits(str(label.value)):
        return ()
    return tuple(_redirects(label.value))


def _redirects(value: Text) -> Iterator[Redirect]:
    urls = [
        _url(parts, value, pair.start + start, pair.start + end)
        for pair in split(value.parts, ";")
        if pair.parts
        for start, end, parts in split(pair.parts, ",")
    ]
    for source, target in zip(urls[::2], urls[1::2], strict=True):
        if source and target:
            yield Redirect(source, target)


def _url(parts: Parts, value: Text, start: int, end: int) -> Url | None:
    text = display(parts)
    match = _URL.fullmatch(text)
    if match is None:
        return None
    scheme, _, port, path = match.groups()
    host = lowered(cut(parts, *match.span("host")))
    return Url(scheme, host, port or "", path, value.part(start, end), text)
