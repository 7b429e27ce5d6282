from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.routing.routes import Mode, Route


@rule(
    on=Route,
    severity=Severity.INFO,
    evidence="inferred",
    subject="labels",
    labels=("max_fails", "fail_timeout"),
)
def health_check_without_effect(route: Route) -> Iterator[Finding]:
    """
    `max_fails` or `fail_timeout` is set, but the proxy has only one server.

    ## Why is this bad?

    `max_fails` and `fail_timeout` make NGINX skip a failing server for a while and use the others.
    With one server there are no others, and NGINX ignores both settings. In VIP mode, a service is
    one server, however many tasks it has.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
            com.docker.lb.max_fails: 3
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
            com.docker.lb.max_fails: 3
    ```

    ## Source

    Mirantis Kubernetes Engine documentation, "Configure upstream server health checks"; the NGINX
    documentation of `server` describes what happens with a single server, and NGINX 1.22.1 does so.
    """
    if len(route.serving) != 1 or route.serving[0].servers != 1:
        return
    (backend,) = route.serving
    for name in ("max_fails", "fail_timeout"):
        label = backend.service.given(name)
        if label is not None:
            yield Finding(
                span=label.span,
                message=f"`{label.key}` is set, but the proxy has only one server",
                effect="there is no other server to use, so NGINX ignores the setting",
                help="remove the label, or use task mode"
                if backend.mode is Mode.VIP
                else "remove the label, or run more than one task",
            )
