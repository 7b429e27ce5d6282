from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="labels",
    labels=("hosts",),
    complete=True,
)
def missing_port(service: Service) -> Iterator[Finding]:
    """
    `com.docker.lb.hosts` is set but `com.docker.lb.port` is missing.

    ## Why is this bad?

    `port` tells the proxy where the container listens. What Interlock does without it is not
    specified; every example in the documentation sets it.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    Use the port that the container listens on, not a published port.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine: `port` goes with `hosts`,
    and all examples have both. What happens without it is not documented anywhere.
    """
    hosts = service.given("hosts")
    if hosts is None or service.intends("port"):
        return
    yield Finding(
        span=hosts.key.span,
        message="`com.docker.lb.hosts` is set but `com.docker.lb.port` is missing",
        effect="it is not specified which port the proxy sends requests to",
        help="set `com.docker.lb.port` to the port that the container listens on",
    )
