from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service

from ._networks import RESERVED, label_value


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="plausible",
    subject="service",
    labels=("network",),
)
def reserved_network(service: Service) -> Iterator[Finding]:
    """
    The network label names an internal network of Docker or Interlock.

    ## Why is this bad?

    `ingress` carries published ports, `host` and `bridge` are local to one node, and
    `ucp-interlock` connects the components of Interlock. The proxy reaches services over overlay
    networks.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        ports: ["80:8080"]
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: ingress
    networks:
      front: {name: front}
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
            com.docker.lb.network: front
    networks:
      front: {name: front}
    ```

    ## Source

    Docker Enterprise documentation, "Interlock architecture": the proxy joins the networks of the
    services. That it does not join these is not stated.
    """
    value = label_value(service)
    if value is None or value.value not in RESERVED or service.publishes_in_host_mode:
        return
    yield Finding(
        span=value.span,
        message=f"`{value}` is an internal network of Docker"
        if value.value != "ucp-interlock"
        else f"`{value}` is an internal network of Interlock",
        effect="the proxy most likely cannot reach the service there",
        help="join an overlay network, and set the label to its deployed name",
    )
