"""Knows how the redirects of a service are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from linter.interpolation import Parts, cut, split
from linter.labels import rows
from linter.source import Span
from linter.stack import Label, Service

_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>.*)")


class Url(NamedTuple):
    """One side of a redirect; its host is in lower case, and may hold variables."""

    scheme: str
    host: Parts
    port: str
    path: str
    span: Span
    text: str

    @property
    def origin(self) -> tuple[str, Parts, str]:
        """What a browser takes for the same server."""
        return self.scheme, self.host, self.port or ("443" if self.scheme == "https" else "80")


class Redirect(NamedTuple):
    """A redirect from one URL to another."""

    source: Url
    target: Url


@lru_cache(maxsize=1)  # several rules ask of a service, one after the other
def redirects(service: Service) -> tuple[Redirect, ...]:
    """The redirects that a service asks for, so far as they are written as they should be."""
    label = service.given("redirects")
    if label is None or not rows()["redirects"].fits(str(label.value)):
        return ()
    return tuple(_redirects(service, label))


def _redirects(service: Service, label: Label) -> Iterator[Redirect]:
    value = label.value
    shown = str(value)
    for pair in split(value.parts, ";"):
        if not pair.parts:
            continue
        comma = shown.index(",", pair.start)
        sides = ((pair.start, comma), (comma + 1, pair.end))
        urls = [_url(service, *_stripped(shown, start, end)) for start, end in sides]
        if urls[0] and urls[1]:
            yield Redirect(urls[0], urls[1])


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip(" ")), end - (len(part) - len(part.rstrip(" ")))


def _url(service: Service, start: int, end: int) -> Url | None:
    value = service.routing["redirects"].value
    text = str(value)[start:end]
    match = _URL.fullmatch(text)
    if match is None:
        return None
    host = cut(value.parts, start + match.start("host"), start + match.end("host"))
    (span,) = value.parts_at([(start, end)])
    lowered = tuple(part.lower() if isinstance(part, str) else part for part in host)
    return Url(match["scheme"], lowered, match["port"] or "", match["path"], span, text)
