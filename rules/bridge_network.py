from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="service",
    complete=True,
)
def bridge_network(service: Service) -> Iterator[Finding]:
    """
    A routed service joins a network of the stack with the driver `bridge`.

    ## Why is this bad?

    A bridge exists on one node only. The services of a swarm can only join networks that span the
    swarm, which need the driver `overlay`, the default for a stack. `docker stack deploy` creates
    the bridge, but then does not create the service.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front: {driver: bridge}
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front: {driver: overlay}
    ```

    ## Source

    Docker 26.1.5 was asked to deploy such stacks and answered that only networks scoped to the
    swarm can be used with services.
    """
    if not service.is_routed:
        return
    for attachment in service.attachments:
        network = attachment.network
        if not network or network.external:
            continue  # Docker ignores the driver of an external network
        if network.driver and network.driver.value == "bridge":
            yield Finding(
                span=network.driver.span,
                message=f"the network `{network.key}` is a bridge, which no service of a swarm "
                "can join",
                effect="`docker stack deploy` does not create the service",
                help="use `driver: overlay`, or remove `driver`",
                notes=(Note(attachment.key.span, "joined here"),),
            )
