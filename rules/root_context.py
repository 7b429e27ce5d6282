from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="inferred",
    subject="label",
    template=True,
    labels=("context_root",),
    complete=True,
)
def root_context(service: Service) -> Iterator[Finding]:
    """
    A context root of `/` covers the whole host, just as without the label.

    ## Why is this bad?

    Without a context root the whole host is routed, so the label adds nothing. It still has one
    effect: the vendor's proxy template renders a host with a context root differently, and leaves
    out its websocket endpoints.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /
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
    ```

    ## When it is fine

    With `context_root_rewrite`, the label does have an effect: requests without a final slash are
    redirected, which `rewrite-redirects` reports.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". What
    is served, with and without the label, was tested with NGINX 1.22.1.
    """
    label = service.given("context_root")
    if label is None or label.value.value != "/" or service.intends("context_root_rewrite"):
        return
    yield Finding(
        span=label.value.span,
        message="a context root of `/` covers the whole host, just as without the label",
        effect="the label adds nothing, and websocket endpoints of the service would be lost",
        help="remove the label",
    )
