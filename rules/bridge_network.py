from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Attachment, Service

from ._networks import fits, is_bare_key, label_value


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.PLAUSIBLE,
    subject=Subject.SERVICE,
    complete=True,
)
def bridge_network(service: Service) -> Iterator[Finding]:
    """
    A service is routed over a network with the driver `bridge`.

    ## Why is this bad?

    A bridge exists on one node only. The proxies reach a service over a network that spans the
    swarm, which needs the driver `overlay`, the default for a stack. Over a bridge, they most
    likely do not reach it, or the stack is not deployed at all.

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

    Docker Enterprise documentation, "Deploy services": the proxies join the network of the service.
    That they cannot join a bridge is likely, and has not been tested.
    """
    attachment = _routed_over(service)
    network = attachment.network if attachment else None
    if not (attachment and network and network.driver and network.driver.value == "bridge"):
        return
    if service.publishes_in_host_mode:
        return  # then the proxy needs no network
    yield Finding(
        span=network.driver.span,
        message=f"the network `{network.key}`, over which requests are routed, is a bridge",
        effect="a bridge exists on one node only, so the proxies most likely do not reach the "
        "service",
        help="use `driver: overlay`, or remove `driver`",
        notes=(Note(attachment.key.span, "joined here"),),
    )


def _routed_over(service: Service) -> Attachment | None:
    """The network in the label of a routed service, or its only one."""
    if not service.is_routed:
        return None
    value, joined = label_value(service), service.attachments
    if value is not None:
        joined = tuple(each for each in joined if fits(value, each) or is_bare_key(value, each))
    return joined[0] if len(joined) == 1 else None
