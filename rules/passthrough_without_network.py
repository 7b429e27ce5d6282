from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._networks import shown


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="labels",
    labels=("ssl_passthrough",),
    complete=True,
)
def passthrough_without_network(service: Service) -> Iterator[Finding]:
    """
    TLS passthrough is set but `com.docker.lb.network` is missing.

    ## Why is this bad?

    The label may be omitted when the service joins one network. But a port published through
    ingress attaches the service to the `ingress` network as well. With passthrough, the proxy has
    been known to get an incomplete configuration in that case, and TLS connections failed before
    the handshake; adding the label helped.

    ## Example

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        networks: [front]
        ports: ["44443:8443"]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.ssl_passthrough: "true"
    networks:
      front:
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        networks: [front]
        ports: ["44443:8443"]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.ssl_passthrough: "true"
            com.docker.lb.network: shop_front
    networks:
      front:
    ```

    ## When it is fine

    Without a published port, which is not reported: the vendor's own example from 2017 has neither
    a published port nor the label.

    ## Source

    docker/docs issue 9001 and pull request 9007: a service with passthrough and a published port,
    and the workaround.
    """
    if not service.is_on("ssl_passthrough") or service.intends("network"):
        return
    if len(service.attachments) != 1 or service.publishes_in_host_mode:
        return  # another rule reports several networks
    published = next((port for port in service.ports if port.mode == "ingress"), None)
    if published is None:
        return
    (attachment,) = service.attachments
    yield Finding(
        span=service.routing["ssl_passthrough"].span,
        message="TLS passthrough is set but `com.docker.lb.network` is missing",
        effect="TLS connections may fail before the handshake",
        help=f"add `com.docker.lb.network: {shown(attachment)}`",
        notes=(
            Note(published.span, "this attaches the service to `ingress` too"),
            Note(attachment.key.span, "the only network that the stack lists for it"),
        ),
    )
