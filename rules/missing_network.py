from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._containers import is_misguided
from ._networks import shown
from ._ports import meant_port


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="service",
    complete=True,
)
def missing_network(service: Service) -> Iterator[Finding]:
    """
    A service joins several networks, but `com.docker.lb.network` is not set.

    ## Why is this bad?

    The proxy has to join a network of the service to reach it. With one network there is no choice;
    with several, `com.docker.lb.network` has to name one. Which network Interlock picks without the
    label is not specified, and it may be one on which nothing answers.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front, back]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front:
      back:
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        networks: [front, back]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front:
      back:
    ```

    Here the stack is deployed as `shop`, so the network `front` is named `shop_front` in the swarm.

    ## When it is fine

    When the port in `com.docker.lb.port` is published in host mode: the proxy then reaches the
    service at the addresses of the nodes, and nothing is reported.

    ## Source

    Docker Enterprise documentation, "Deploy services": the label may be omitted when the service is
    on only one network. "Configure host mode networking" describes how to do without a network.
    """
    if len(service.attachments) < 2:
        return
    if service.intends("network") and service.value("network") != "":
        return
    labels = [label for label in service.routing.values() if label.known]
    if not labels or is_misguided(service):
        return
    if _is_reached_over_nodes(service):
        return
    place = service.routing.get("hosts", labels[0])
    names = " or ".join(f"`{shown(each)}`" for each in service.attachments)
    yield Finding(
        span=place.key.span,
        message="the service joins several networks, but `com.docker.lb.network` is not set",
        effect="it is not specified which network the proxy uses to reach the service",
        help=f"set `com.docker.lb.network` to the network that the proxy should join: {names}",
        notes=tuple(
            Note(each.key.span, "one of the service's networks") for each in service.attachments
        ),
    )


def _is_reached_over_nodes(service: Service) -> bool:
    """Whether the port in the label is published in host mode, or may be."""
    port = meant_port(service)
    return any(
        each.mode != "ingress" and (port is None or each.targets is None or port in each.targets)
        for each in service.ports
    )
