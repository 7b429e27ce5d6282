from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("default_backend",),
)
def default_backend_with_hosts(service: Service) -> Iterator[Finding]:
    """
    The default backend has more than one host.

    ## Why is this bad?

    The default backend gets all requests that no other service serves, so it needs no hosts. The
    vendor's proxy template turns each of its hosts into a default server, and NGINX rejects a
    configuration with two default servers: the routes of the cluster are no longer updated.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## When it is fine

    With a single host there is only one default server, and nothing is reported.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". The
    examples of default backends in the documentation have no hosts. NGINX 1.22.1 rejects a second
    `default_server` on the same port.
    """
    if not service.is_on("default_backend"):
        return
    names = list(dict.fromkeys(str(host) for host in service.hosts))
    if len(names) > 1:
        yield Finding(
            span=service.routing["hosts"].value.span,
            message=f"the default backend has {len(names):,} hosts",
            effect="each host becomes a default server, and NGINX rejects more than one",
            help="remove `com.docker.lb.hosts`; the default backend gets these requests anyway",
            notes=(
                Note(service.routing["default_backend"].span, "the default backend is set here"),
            ),
        )
