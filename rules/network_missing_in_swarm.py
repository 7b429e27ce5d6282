from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.words import did_you_mean

from ._networks import RESERVED, label_value


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="swarm",
    labels=("network",),
)
def network_missing_in_swarm(service: Service) -> Iterator[Finding]:
    """
    A network label names a network that the swarm does not have.

    ## Why is this bad?

    The proxy reaches a service over the network that the label names. A network that does not exist
    was removed, has a different name, or was never created.

    ## Example

    The first line says what the swarm has.

    ```yaml
    # swarm: {"networks": ["shop_front"]}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop-front
    networks:
      front: {external: true, name: shop_front}
    ```

    ## Use instead

    ```yaml
    # swarm: {"networks": ["shop_front"]}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front: {external: true, name: shop_front}
    ```

    ## Source

    Release notes of UCP 3.1.2 and 3.2.3: a network label that does not match is reported.
    """
    swarm, value = service.context.swarm, label_value(service)
    if swarm is None or swarm.networks is None or value is None or value.value in RESERVED:
        return
    if value.value is None or value.value in swarm.networks:
        return
    yield Finding(
        span=value.span,
        message=f"the swarm has no network `{value}`{did_you_mean(value.value, swarm.networks)}",
        effect="the proxy cannot reach the service over it",
        help="use a network that the service joins, by its name in `docker network ls`",
    )
