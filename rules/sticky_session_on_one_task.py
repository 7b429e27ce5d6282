from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.routing.routes import Mode, Route


@rule(
    on=Route,
    severity=Severity.INFO,
    evidence="plausible",
    subject="service",
    labels=("sticky_session_cookie", "ip_hash"),
)
def sticky_session_on_one_task(route: Route) -> Iterator[Finding]:
    """
    Sticky sessions are set for a service with only one task.

    ## Why is this bad?

    It does no harm: with one task, every client gets the same one. The label suggests that more
    tasks were intended, or that it was copied.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 1
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
    ```

    ## When it is fine

    When the service is scaled up from time to time. Nothing is reported if the file does not set
    the number of tasks, or if another service has the same host.

    ## Source

    Docker Enterprise documentation, "Persistent sessions": sessions stay on one of several tasks.
    """
    if len(route.serving) != 1:
        return
    (backend,) = route.serving
    service = backend.service
    if backend.tasks != 1 or service.deployment.replicas is None:
        return
    if backend.mode is not Mode.TASK or service.can_be_on("ssl_passthrough"):
        return
    for label in (service.active("sticky_session_cookie"), service.active("ip_hash")):
        if label is not None:
            yield Finding(
                span=label.span,
                message=f"sticky sessions are set, but `{backend.name}` has only one task",
                effect="every client gets the same task, with or without the label",
                help="increase `replicas` if you want more tasks, or remove the label",
            )
