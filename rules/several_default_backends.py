from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Backend, Route

from ._conflicts import by_passthrough, conflicts


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="routes",
    template=True,
    labels=("default_backend",),
)
def several_default_backends(route: Route) -> Iterator[Finding]:
    """
    Several services of one service cluster are the default backend.

    ## Why is this bad?

    Requests for hosts that no service serves can have only one destination. Which service they
    reach is not specified. If the default backends have hosts, the vendor's proxy template renders
    a default server for each, and NGINX rejects a configuration with two default servers: routes of
    the cluster are then no longer updated, including those of other teams.

    ## Example

    ```yaml
    services:
      sorry:
        image: example/sorry
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
      welcome:
        image: example/welcome
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## Use instead

    ```yaml
    services:
      sorry:
        image: example/sorry
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
      welcome:
        image: example/welcome
        deploy:
          labels:
            com.docker.lb.hosts: welcome.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    When the services are in different service clusters, or when one of them uses TLS passthrough
    and the other does not: the proxy has no HTTP server for a service with passthrough. Neither is
    reported.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template".
    NGINX 1.22.1 rejects a second `default_server` on the same port.
    """
    if not route.hosts:
        yield from conflicts(route, _conflict)


def _conflict(route: Route, backends: Sequence[Backend]) -> Iterator[Finding]:
    for alike in by_passthrough(backends):
        if len(alike) > 1:
            yield _finding(route, alike)


def _finding(route: Route, backends: Sequence[Backend]) -> Finding:
    first, second, *_ = backends
    with_hosts = sum(each.service.given("hosts") is not None for each in backends)
    return Finding(
        span=second.span,
        message=f"{route.name_of(first)} and {route.name_of(second)} are both the default backend",
        effect="NGINX rejects two default servers, so no route is updated anymore"
        if with_hosts > 1
        else "which of them gets the requests for unknown hosts is not specified",
        help="keep `default_backend` on one service, and set `hosts` on the others",
        notes=tuple(
            Note(each.service.name.span, "also a default backend")
            for each in backends
            if each is not second
        ),
    )
