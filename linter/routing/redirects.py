"""Parses the redirects of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from linter.model.host import Host
from linter.model.stack import Service
from linter.model.text import Text, stand_in
from linter.model.vocabulary import rows
from linter.record import Record
from linter.syntax.interpolation import Parts, cut, display, is_known, split
from linter.syntax.source import Span

_URL = r"(?P<scheme>https?)://(?P<host>[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>.*)"


def https_url(host: str, service: Service) -> str:
    """The address of a host over HTTPS, with the port that the proxies publish, if known."""
    cluster = service.cluster
    port = "" if cluster is None or cluster.https_port == 443 else f":{cluster.https_port}"
    return f"https://{host}{port}"


class Url(Record):
    """One side of a redirect; it may contain variables."""

    __slots__ = ("host", "is_known", "path", "port", "scheme", "span", "text")

    def __init__(
        self,
        scheme: str,
        host: Host,
        port: str,
        path: str,
        span: Span,
        text: str,
        is_known: bool,
    ) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.span = span
        self.text = text
        self.is_known = is_known

    @property
    def origin(self) -> tuple[str, Parts, str]:
        """Scheme, host and port, which together identify a server to a browser."""
        return self.scheme, self.host.name, self.port or ("443" if self.scheme == "https" else "80")

    @property
    def normal(self) -> str:
        """The URL as text that is the same for all forms of its host."""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{display(self.host.name)}{port}{self.path}"


class Redirect(Record):
    """A redirect from one URL to another."""

    __slots__ = ("source", "target")

    def __init__(self, source: Url, target: Url) -> None:
        self.source = source
        self.target = target


_SERVICES = 1_000
"""Services whose redirects are kept: several rules ask for them, for each route that they serve."""


@lru_cache(maxsize=_SERVICES)
def redirects(service: Service) -> tuple[Redirect, ...]:
    """The redirects that a service sets; none if the label is malformed."""
    label = service.given("redirects")
    if label is None:
        return ()
    # Any text may take the place of a variable.
    text = "".join(part if isinstance(part, str) else "x" for part in label.value.parts)
    if not rows()["redirects"].fits(text):
        return ()
    return tuple(_redirects(label.value))


@lru_cache(maxsize=_SERVICES)
def redirects_from(service: Service) -> Mapping[Parts, list[Redirect]]:
    """The redirects that a service sets, by the host that they lead away from."""
    found: dict[Parts, list[Redirect]] = {}
    for each in redirects(service):
        found.setdefault(each.source.host.name, []).append(each)
    return found


@lru_cache(maxsize=_SERVICES)
def redirects_to_https(service: Service) -> Mapping[Parts, list[Redirect]]:
    """The redirects to https that a service sets, by the host that they lead to."""
    found: dict[Parts, list[Redirect]] = {}
    for each in redirects(service):
        if each.target.scheme == "https":
            found.setdefault(each.target.host.name, []).append(each)
    return found


def _redirects(value: Text) -> Iterator[Redirect]:
    urls = [
        _url(each.parts, value, pair.start + each.start, pair.start + each.end)
        for pair in split(value.parts, ";")
        if pair.parts
        for each in split(pair.parts, ",")
    ]
    for source, target in zip(urls[::2], urls[1::2], strict=True):
        if source and target:
            yield Redirect(source, target)


def _url(parts: Parts, value: Text, start: int, end: int) -> Url | None:
    text = display(parts)
    match = re.fullmatch(_URL, stand_in(parts), re.DOTALL)
    if match is None:
        return None
    scheme, _, port, path = (text[match.start(group) : match.end(group)] for group in range(1, 5))
    first, last = match.span("host")
    host = Host.of(cut(parts, first, last), value, start + first, start + last)
    known = is_known(parts)
    return Url(scheme, host, port, path, value.part(start, end), text, known)
