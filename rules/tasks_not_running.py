from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service
from linter.model.words import count_tasks


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="swarm",
)
def tasks_not_running(service: Service) -> Iterator[Finding]:
    """
    Fewer tasks of a routed service run than it should have.

    ## Why is this bad?

    In task mode, each running task is a server of the proxy, so the service gets a smaller share of
    the requests than its replicas suggest. Without any task, it gets none in either mode.

    ## Example

    The first line says what the swarm has.

    ```yaml
    # swarm: {"running": {"web": 1}}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front: {external: true, name: shop_front}
    ```

    ## Use instead

    ```yaml
    # swarm: {"running": {"web": 4}}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front: {external: true, name: shop_front}
    ```

    ## When it is fine

    While an update is under way, or a change of the number of replicas.

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes": in task mode, requests go to the
    tasks of a service.
    """
    swarm, name = service.context.swarm, str(service.name)
    if swarm is None or not service.is_routed:
        return
    running, wanted = swarm.running.get(name), service.tasks
    if wanted is None:  # one on each node that may have one
        wanted = swarm.wanted.get(name)
    if running is None or wanted is None or running >= wanted:
        return
    verb = "is" if 1 in (running, wanted) else "are"
    label = service.given("hosts") or service.routing["default_backend"]
    replicas = service.deployment.replicas
    yield Finding(
        span=replicas.span if replicas is not None else service.name.span,
        message=f"{running} of {count_tasks(wanted)} {verb} running",
        effect="its share of the requests is that of the tasks that run"
        if running
        else "it gets no requests",
        help="see what `docker service ps` says about its tasks",
        notes=(Note(label.span, "routed here"),),
    )
