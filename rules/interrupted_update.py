from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.routing.routes import Mode, Route


@rule(
    on=Route,
    severity=Severity.INFO,
    evidence="documented",
    subject="service",
)
def interrupted_update(route: Route) -> Iterator[Finding]:
    """
    An update interrupts a route that has only one task.

    ## Why is this bad?

    By default, Swarm stops the old task before it starts the new one, and in task mode the proxies
    learn of the new task only then, one after the other. Until that is done, nothing answers for
    the host; the documentation mentions up to 30 seconds.

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
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 1
          update_config:
            order: start-first
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    Or run a second replica. VIP mode shortens the gap: the proxies need not be reconfigured.

    ## When it is fine

    When two tasks of different versions must not run at the same time. Nothing is reported if a
    file sets neither the number of tasks nor how to update them, as in most demos; a service that
    runs always has a number.

    ## Source

    Mirantis Kubernetes Engine documentation, "Optimize deployments", for the order and the time;
    "Configure proxy services" for VIP mode.
    """
    # Tasks that fail right now will be there again at the next update.
    serving = [each for each in route.backends if each.service.tasks != 0]
    if len(serving) != 1:
        return
    (backend,) = serving
    deployment = backend.service.deployment
    if backend.mode is not Mode.TASK or backend.service.tasks != 1:
        return
    order = deployment.update_order
    if order is not None and order.value != "stop-first":
        return
    place = order or deployment.replicas
    span = place.span if place else deployment.update_config
    if span is not None:
        yield Finding(
            span=span,
            message=f"`{backend.name}` has only one task, which stops before the new one starts",
            effect="during an update, its hosts are unavailable for up to 30 seconds",
            help="set `update_config: {order: start-first}`, or run a second replica",
        )
