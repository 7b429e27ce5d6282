from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service

from ._containers import is_misguided


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="labels",
    complete=True,
)
def not_routed(service: Service) -> Iterator[Finding]:
    """
    A service has routing labels, but neither `hosts` nor `default_backend`.

    ## Why is this bad?

    Interlock routes by host name. A service without a host gets no requests, whatever its other
    labels say, and nothing reports it.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.port: 8080
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

    Or set `com.docker.lb.default_backend: "true"` for the service that should receive all requests
    that no other service serves.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine: `hosts` lists the hosts
    that the service serves. "Default backend" describes the only exception.
    """
    if service.intends("hosts"):
        return
    labels = [label for label in service.routing.values() if label.known]
    if not labels or is_misguided(service):
        return  # another rule reports labels that are only on the containers
    if service.intends("default_backend"):
        switch = service.given("default_backend")
        if switch is None or service.may_be_on("default_backend"):
            return
    yield Finding(
        span=labels[0].key.span,
        message="routing labels are set but `com.docker.lb.hosts` is missing",
        effect="the proxy has no host to route, so no requests reach the service",
        help="add `com.docker.lb.hosts`, or remove the routing labels",
    )
