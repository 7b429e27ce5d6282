from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Route


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.ROUTES,
    template=True,
)
def passthrough_shared_host(route: Route) -> Iterator[Finding]:
    """
    Two services share a host whose TLS connections are passed through.

    ## Why is this bad?

    Under passthrough the proxy sends to the tasks of the first service in its list only. A canary
    gets all connections or none, and which of them is first is not specified.

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

    Or let the proxy end TLS; then a canary works as usual.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template".
    """
    serving = route.serving
    if not route.hosts or len(serving) < 2 or not route.is_passed_through:
        return
    first, second, *_ = serving
    yield Finding(
        span=second.span,
        message=f"{route.called(first)} and {route.called(second)} share a host under TLS "
        "passthrough",
        effect="all connections go to one of them; which one is not specified",
        help="give each a host of its own, or let the proxy end TLS",
        notes=tuple(
            Note(each.service.name.span, "serves the host too")
            for each in serving
            if each is not second
        ),
    )
