from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service
from linter.routing.routes import STICKY

_HTTP = (
    "context_root",
    "context_root_rewrite",
    "websocket_endpoints",
    *STICKY,
)


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("ssl_passthrough",),
)
def passthrough_ignores_labels(service: Service) -> Iterator[Finding]:
    """
    HTTP labels are set for a service with TLS passthrough.

    ## Why is this bad?

    With passthrough, the proxy sees the host name and then only encrypted bytes. It sees neither
    paths nor cookies, and the vendor's proxy template renders none of these labels.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
            com.docker.lb.context_root: /app
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
            com.docker.lb.port: 8443
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
    networks:
      front: {name: front}
    ```

    Websockets need no label here: they are passed through like everything else.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". That a
    connection is passed through with any path was tested with NGINX 1.22.1.
    """
    if not service.is_on("ssl_passthrough"):
        return
    place = Note(service.routing["ssl_passthrough"].value.span, "passthrough is set here")
    for name in _HTTP:
        label = service.active(name)
        sticky = name in STICKY
        if label is None or (sticky and service.in_vip_mode):
            continue
        yield Finding(
            span=label.span,
            message=f"`{label.key}` has no effect with TLS passthrough",
            effect="the proxy sees encrypted bytes, neither paths nor cookies",
            help="remove the label, or let the proxy terminate TLS with `ssl_cert` and `ssl_key`",
            notes=(place,),
        )
