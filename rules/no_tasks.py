from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="documented",
    subject="service",
)
def no_tasks(service: Service) -> Iterator[Finding]:
    """
    A service has routing labels but no tasks.

    ## Why is this bad?

    With `replicas: 0` there is nothing to send requests to, in task mode or in VIP mode. If no
    other service has the same host, the proxy answers with an error.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 0
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 2
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    When you retire a version after a canary: scaling it to zero is the documented way.

    ## Source

    Docker Enterprise documentation, "Publish a canary application instance".
    """
    replicas = service.deployment.replicas
    if replicas is None or service.tasks != 0 or not service.is_routed:
        return
    label = service.given("hosts") or service.routing["default_backend"]
    yield Finding(
        span=replicas.span,
        message="the service is routed but has no tasks",
        effect="it receives none of the requests for its hosts",
        help="set `replicas` to 1 or more, or remove the service if it is no longer needed",
        notes=(Note(label.span, "routed here"),),
    )
