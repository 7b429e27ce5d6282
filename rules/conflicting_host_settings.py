from __future__ import annotations

from collections.abc import Callable, Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.text import Parts, can_be_equal, split
from linter.routing.routes import Backend, Mode, Route

Backends = tuple[Backend, ...]

# What a service sets for its hosts; None where that is not known.
Setting = tuple[Parts, ...] | None


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="routes",
    template=True,
    labels=(
        "sticky_session_cookie",
        "ip_hash",
        "ssl_cert",
        "ssl_key",
        "websocket_endpoints",
        "context_root_rewrite",
        "redirects",
    ),
)
def conflicting_host_settings(route: Route) -> Iterator[Finding]:
    """
    Services with the same host have different settings for it.

    ## Why is this bad?

    Sticky sessions, redirects, certificates, websocket endpoints and path rewriting are settings of
    the host, and the proxy takes them from one of its services: the first in its list. Which one
    comes first is not specified. The labels of the others have no effect.

    ## Example

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
      canary:
        image: example/web:2
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
      canary:
        image: example/web:2
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
    ```

    ## When it is fine

    Sticky sessions of a service in VIP mode are not compared: they have no effect, and
    `sticky-session-in-vip-mode` reports them.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template", which
    reads these settings from the first backend of a host. What two services then do was tested with
    NGINX 1.22.1, in both orders.
    """
    serving = route.serving
    if not route.hosts or len(serving) < 2:
        return
    if any(each.service.may_be_on("ssl_passthrough") for each in serving):
        return  # the proxy reads none of these then; other rules report it
    asked = {name for each in serving for name in each.service.routing}
    for names, read in _SETTINGS:
        if asked.isdisjoint(names):
            continue
        written = _values(route, serving, names)
        if written.count(written[0]) == len(written) or not _differ(read(route, serving, names)):
            continue
        labels = [_label(each, names) for each in serving]
        places = list(zip(serving, labels, strict=True))
        first, label = next((each, label) for each, label in places if label is not None)
        yield Finding(
            span=label.span,
            message=f"the services for {route.title} differ in `{label.key}`",
            effect="one service's setting applies to the whole host; which one is not specified",
            help=f"use the same setting as {route.name_of(first)} for all services, or remove it",
            notes=tuple(_note(*place) for place in places if place[0] is not first),
        )


def _differ(settings: list[Setting]) -> bool:
    """Whether any of them is certain to differ from the first known one."""
    first, *others = [setting for setting in settings if setting is not None] or [()]
    return any(
        len(first) != len(other)
        or not all(can_be_equal(*pair) for pair in zip(first, other, strict=True))
        for other in others
    )


def _label(backend: Backend, names: tuple[str, ...]) -> Label | None:
    return next(filter(None, map(backend.service.given, names)), None)


def _note(backend: Backend, label: Label | None) -> Note:
    if label is None:
        return Note(backend.service.name.span, f"`{backend.name}` does not have this label")
    return Note(label.span, f"the label of `{backend.name}`")


def _values(route: Route, backends: Backends, names: tuple[str, ...]) -> list[Setting]:
    del route
    return [
        tuple(label.value.parts if label else () for label in map(backend.service.given, names))
        for backend in backends
    ]


def _sticky(route: Route, backends: Backends, names: tuple[str, ...]) -> list[Setting]:
    """A method for sticky sessions, which has no effect in VIP mode; another rule reports that."""
    values = _values(route, backends, names)
    pairs = zip(backends, values, strict=True)
    return [
        None if value and any(value) and each.mode is not Mode.TASK else value
        for each, value in pairs
    ]


def _rewrites(route: Route, backends: Backends, names: tuple[str, ...]) -> list[Setting]:
    """Whether the context root is rewritten; unknown unless all services have the same one."""
    roots = _values(route, backends, ("context_root",))
    return _values(route, backends, names) if len(set(roots)) == 1 else []


def _items(route: Route, backends: Backends, names: tuple[str, ...]) -> list[Setting]:
    """The items of a list, regardless of their order."""
    return [
        tuple(sorted({item.parts for item in split(parts, ",")}, key=str))
        for (parts,) in filter(None, _values(route, backends, names))
    ]


def _redirects(route: Route, backends: Backends, names: tuple[str, ...]) -> list[Setting]:
    """The redirects from the hosts of the route."""
    served = {host.name for host in route.hosts}
    settings: list[Setting] = []
    for backend in backends:
        found = backend.service.redirects.by_source
        texts = sorted(
            f"{each.source.normal},{each.target.normal}"
            for name in served
            for each in found.get(name, ())
        )
        is_known = found or not _label(backend, names)
        is_known = is_known and all(
            each.source.is_known and each.target.is_known
            for name in served
            for each in found.get(name, ())
        )
        settings.append(tuple((text,) for text in dict.fromkeys(texts)) if is_known else None)
    return settings


_SETTINGS: tuple[
    tuple[tuple[str, ...], Callable[[Route, Backends, tuple[str, ...]], list[Setting]]], ...
] = (
    (("sticky_session_cookie",), _sticky),
    (("ip_hash",), _sticky),
    (("ssl_cert", "ssl_key"), _values),
    (("websocket_endpoints",), _items),
    (("context_root_rewrite",), _rewrites),
    (("redirects",), _redirects),
)
