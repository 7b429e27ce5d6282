from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("websocket_endpoints",),
)
def websocket_lost(service: Service) -> Iterator[Finding]:
    """
    Websocket endpoints are set together with a context root.

    ## Why is this bad?

    The vendor's proxy template renders either the context root of a host or its websocket
    endpoints. With both labels, the endpoints are left out, and connections are not upgraded.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /app
            com.docker.lb.websocket_endpoints: /app/ws
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.websocket_endpoints: /app/ws
    ```

    Or use a separate host for websockets.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". That
    the request to upgrade is not passed on was tested with NGINX 1.22.1.
    """
    endpoints, root = service.given("websocket_endpoints"), service.given("context_root")
    if endpoints is None or root is None or service.can_be_on("ssl_passthrough"):
        return
    yield Finding(
        span=endpoints.span,
        message="websocket endpoints are left out when a context root is set",
        effect="websocket connections are not upgraded and fail",
        help="remove `context_root`, or use a separate host for websockets",
        notes=(Note(root.span, "the context root is set here"),),
    )
