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
    Two services of a service cluster are the default backend.

    ## Why is this bad?

    The vendor's proxy template makes a default server of each, and NGINX refuses a configuration
    with two default servers. Then no route of the cluster is updated any more, those of other teams
    included.

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

    In different service clusters; nothing is said then.

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
        message=f"{route.called(first)} and {route.called(second)} are both the default backend",
        effect="NGINX refuses two default servers, so that no route is updated any more",
        help="leave `default_backend` to one service, and give the others hosts",
        notes=tuple(
            Note(each.service.name.span, "a default backend too")
            for each in backends
            if each is not second
        ),
    )
