"""Takes the redirects in a label apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from linter.model.host import Host
from linter.model.text import Text, stand_in
from linter.model.vocabulary import rows
from linter.record import Record
from linter.syntax.interpolation import Parts, cut, display, is_known, split
from linter.syntax.source import Span

_URL = r"(?s)(?P<scheme>https?)://(?P<host>[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>.*)"


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


class Redirects(tuple[Redirect, ...]):  # noqa: SLOT001 - it keeps what is found by host
    """Those of a service, also by host: rules ask for them for each route that it serves."""

    @cached_property
    def by_source(self) -> Mapping[Parts, list[Redirect]]:
        """By the host that they lead away from."""
        found: dict[Parts, list[Redirect]] = {}
        for each in self:
            found.setdefault(each.source.host.name, []).append(each)
        return found

    @cached_property
    def to_https(self) -> Mapping[Parts, list[Redirect]]:
        """Those to https, by the host that they lead to."""
        found: dict[Parts, list[Redirect]] = {}
        for each in self:
            if each.target.scheme == "https":
                found.setdefault(each.target.host.name, []).append(each)
        return found


NO_REDIRECTS = Redirects()


def redirects_in(value: Text) -> Redirects:
    """The redirects in the value of a label; none if it is malformed."""
    # Any text may take the place of a variable.
    text = "".join(part if isinstance(part, str) else "x" for part in value.parts)
    return Redirects(_redirects(value)) if rows()["redirects"].fits(text) else NO_REDIRECTS


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
    match = re.fullmatch(_URL, stand_in(parts))
    if match is None:
        return None
    scheme, port, path = [text[slice(*match.span(each))] for each in ("scheme", "port", "path")]
    first, last = match.span("host")
    host = Host.of(cut(parts, first, last), value, start + first, start + last)
    known = is_known(parts)
    return Url(scheme, host, port, path, value.part(start, end), text, known)
