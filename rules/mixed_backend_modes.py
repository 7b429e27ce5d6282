from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.routing.routes import Mode, Route


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.ROUTES,
)
def mixed_backend_modes(route: Route) -> Iterator[Finding]:
    """
    Services of one host, some in task mode and some in VIP mode.

    ## Why is this bad?

    The proxy has one list of servers for the host. A service in task mode stands in it once for
    each task, a service in VIP mode once in all. Scaling the one moves traffic and scaling the
    other does not, so nobody can tell the parts from the number of tasks.

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

    While services are switched from one mode to the other, one after the other.

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes", says what the upstream holds in
    either mode; what a mixture does follows from that.
    """
    vips, others = route.in_mode(Mode.VIP), route.in_mode(Mode.TASK)
    if not (vips and others):
        return
    first, *more = vips
    yield Finding(
        span=first.service.routing["backend_mode"].value.span,
        message=f"{route.called(first)} is in VIP mode, and {route.called(others[0])}, with the "
        "same host, in task mode",
        effect=f"{route.called(first)} counts once for {route.title}, "
        f"{route.called(others[0])} once for each of its tasks",
        help="use one mode for all services of the host",
        notes=tuple(
            Note(each.service.name.span, "in VIP mode" if each in more else "in task mode")
            for each in [*others, *more]
        ),
    )
