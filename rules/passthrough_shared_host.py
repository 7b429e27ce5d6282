from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Route


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="routes",
    template=True,
    labels=("ssl_passthrough",),
)
def passthrough_shared_host(route: Route) -> Iterator[Finding]:
    """
    Two services share a host that uses TLS passthrough.

    ## Why is this bad?

    With passthrough, the proxy sends connections only to the tasks of the first service in its
    list. A canary gets all connections or none, and which service comes first is not specified.

    ## Example

    ```yaml
    services:
      stable:
        image: example/web:1
        networks: [front]
        deploy:
          replicas: 4
          labels: &labels
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
      canary:
        image: example/web:2
        networks: [front]
        deploy:
          labels: *labels
    networks:
      front: {name: front}
    ```

    ## Use instead

    ```yaml
    services:
      stable:
        image: example/web:1
        networks: [front]
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
      canary:
        image: example/web:2
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: canary.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
    networks:
      front: {name: front}
    ```

    Or let the proxy terminate TLS; then a canary works as usual.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". Which
    service gets the connections was tested with NGINX 1.22.1.
    """
    serving = route.serving
    if not route.hosts or len(serving) < 2 or not route.is_passed_through:
        return
    first, second, *_ = serving
    yield Finding(
        span=second.span,
        message=f"{route.name_of(first)} and {route.name_of(second)} share a host with TLS "
        "passthrough",
        effect="all connections go to one of them; which one is not specified",
        help="use a separate host for each, or let the proxy terminate TLS",
        notes=tuple(
            Note(each.service.name.span, "also serves the host")
            for each in serving
            if each is not second
        ),
    )
