from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._networks import deployed

# Docker creates these on every node, and a proxy on another node cannot join them.
_LOCAL = (("host",), ("bridge",), ("none",))


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="service",
    complete=True,
)
def no_usable_network(service: Service) -> Iterator[Finding]:
    """
    The service is not on any network that the proxy can join.

    ## Why is this bad?

    The proxy reaches a service over a network that both join, or over a port that the service
    publishes in host mode. `host`, `bridge` and `none` are local to one node; the proxy cannot
    reach the service there.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [host]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      host: {external: true}
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
      front:
    ```

    Or publish the port in host mode: `ports: [{target: 8080, mode: host}]`.

    ## When it is fine

    A service without `networks:` joins the `default` network of its stack, which is fine. A service
    that was made by other means joins none.

    ## Source

    Docker Enterprise documentation, "Deploy services" and "Configure host mode networking": a
    service needs a network, or a port published in host mode. That these three networks do not work
    follows from what they are in Docker.
    """
    attachments = service.attachments
    if not service.is_routed or service.publishes_in_host_mode:
        return
    if any(each.key.value is None or deployed(each) not in _LOCAL for each in attachments):
        return
    if not attachments:
        yield Finding(
            span=service.name.span,
            message="the service joins no network, so the proxy cannot reach it",
            effect="requests are not answered",
            help="join an overlay network, or publish the port in host mode",
        )
        return
    first, *others = (each.key for each in attachments)
    yield Finding(
        span=first.span,
        message=f"the proxy cannot join the network `{first}`",
        effect="it cannot reach the service, so requests are not answered",
        help="join an overlay network, or publish the port in host mode",
        notes=tuple(Note(each.span, "it cannot join this one either") for each in others),
    )
