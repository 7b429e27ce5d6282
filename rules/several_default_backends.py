from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Backend, Route

from ._conflicts import conflicts


@rule(
    on=Route,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.ROUTES,
    template=True,
)
def several_default_backends(route: Route) -> Iterator[Finding]:
    """
    Several services of one service cluster are the default backend.

    ## Why is this bad?

    The vendor's proxy template renders a default server for each, and NGINX rejects a configuration
    with two default servers. Routes of the cluster are then no longer updated, including those of
    other teams.

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

    When the services are in different service clusters; this is not reported.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template".
    """
    if not route.hosts:
        yield from conflicts(route, _conflict)


def _conflict(route: Route, backends: Sequence[Backend]) -> Iterator[Finding]:
    if len(backends) < 2:
        return
    first, second, *_ = backends
    yield Finding(
        span=second.span,
        message=f"{route.name_of(first)} and {route.name_of(second)} are both the default backend",
        effect="NGINX rejects two default servers, so no route is updated anymore",
        help="keep `default_backend` on one service, and set `hosts` on the others",
        notes=tuple(
            Note(each.service.name.span, "also a default backend")
            for each in backends
            if each is not second
        ),
    )
