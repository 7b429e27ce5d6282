from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Backend, Route

from ._conflicts import by_passthrough, conflicts


@rule(
    on=Route,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="routes",
    template=True,
    labels=("ssl_passthrough",),
)
def conflicting_passthrough(route: Route) -> Iterator[Finding]:
    """
    TLS passthrough is set for one service of a host but not for another.

    ## Why is this bad?

    For a host with TLS passthrough, the proxy has no HTTP server at all. Either the service without
    passthrough gets no plain HTTP or the one with passthrough gets no TLS: the proxy takes the
    setting of one of them, and which one is not specified.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
      plain:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: front
    networks:
      front: {name: front}
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: secure.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
      plain:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: front
    networks:
      front: {name: front}
    ```

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". What
    the proxy then answers was tested with NGINX 1.22.1, in both orders.
    """
    if route.hosts:
        yield from conflicts(route, _conflict)


def _conflict(route: Route, backends: Sequence[Backend]) -> Iterator[Finding]:
    passed, others = by_passthrough(backends)
    if not (passed and others):
        return
    first = passed[0]
    yield Finding(
        span=first.service.routing["ssl_passthrough"].span,
        message=f"TLS passthrough is set for {route.name_of(first)} but not for "
        f"{route.name_of(others[0])}, which has the same host",
        effect=f"only one of the two takes effect for {route.title}; which one is not specified",
        help="use a different host for one of them, or set passthrough for all or none",
        notes=tuple(Note(each.span, f"no passthrough for `{each.name}`") for each in others),
    )
