from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.text import display, split

_RESERVED = "/nginx_status"


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="label",
    labels=("context_root", "websocket_endpoints"),
)
def reserved_path(label: Label) -> Iterator[Finding]:
    """
    A context root or websocket endpoint is a path that the proxy keeps for itself.

    ## Why is this bad?

    Interlock adds the location `/nginx_status` to every host, for the statistics of NGINX. NGINX
    rejects a configuration with the same location twice: changes to the services of the cluster
    then no longer take effect.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /nginx_status
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
            com.docker.lb.context_root: /status
    ```

    An application without a context root never gets requests for `/nginx_status` either.

    ## Source

    A configuration that Interlock 3.2.1 generated has the location in every host. That a second one
    is rejected was tested with NGINX 1.22.1.
    """
    for piece in split(label.value.parts, ","):
        if display(piece.parts) == _RESERVED:
            yield Finding(
                span=label.value.part(piece.start, piece.end),
                message=f"the proxy keeps `{_RESERVED}` for its own statistics",
                effect="NGINX may reject its configuration, because it has the location twice",
                help="use another path",
            )
            return
