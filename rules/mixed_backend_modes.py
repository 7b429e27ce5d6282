from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Mode, Route


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="routes",
    labels=("backend_mode",),
)
def mixed_backend_modes(route: Route) -> Iterator[Finding]:
    """
    Services with the same host mix task mode and VIP mode.

    ## Why is this bad?

    The proxy has one list of servers for the host. A service in task mode appears in it once for
    each task, a service in VIP mode only once. Scaling the first moves traffic and scaling the
    second does not, so the number of tasks no longer shows how the traffic is split.

    ## Example

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
      canary:
        image: example/web:2
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
    ```

    ## Use instead

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
      canary:
        image: example/web:2
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    While you switch services from one mode to the other, one at a time.

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes", says what the upstream contains in
    each mode; the effect of mixing them follows from that.
    """
    vips, others = route.in_mode(Mode.VIP), route.in_mode(Mode.TASK)
    if not (vips and others):
        return
    first, *more = vips
    yield Finding(
        span=first.service.routing["backend_mode"].value.span,
        message=f"{route.name_of(first)} is in VIP mode, but {route.name_of(others[0])}, with the "
        "same host, is in task mode",
        effect=f"{route.name_of(first)} counts once for {route.title}, "
        f"but {route.name_of(others[0])} once per task",
        help="use the same mode for all services of the host",
        notes=(
            *(Note(each.service.name.span, "in task mode") for each in others),
            *(Note(each.service.name.span, "in VIP mode") for each in more),
        ),
    )
