from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="labels",
    labels=("context_root_rewrite",),
    complete=True,
)
def rewrite_without_context_root(service: Service) -> Iterator[Finding]:
    """
    `context_root_rewrite` is set but `context_root` is missing.

    ## Why is this bad?

    `context_root_rewrite` removes the context root from the path before the request goes to the
    service. Without `context_root` there is nothing to remove.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root_rewrite: "true"
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
            com.docker.lb.context_root: /app
            com.docker.lb.context_root_rewrite: "true"
    ```

    ## Source

    Label reference of Docker Enterprise: it changes the path of the context root to `/`.
    """
    if not service.is_on("context_root_rewrite") or service.intends("context_root"):
        return
    if service.can_be_on("ssl_passthrough"):
        return  # it has no effect then; another rule reports it
    yield Finding(
        span=service.routing["context_root_rewrite"].span,
        message="`com.docker.lb.context_root_rewrite` is set but `com.docker.lb.context_root` "
        "is missing",
        effect="there is no context root to remove from the path, so nothing is rewritten",
        help="add `com.docker.lb.context_root`, or remove the label",
    )
