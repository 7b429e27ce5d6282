from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="target",
)
def label_unsupported_by_target(service: Service) -> Iterator[Finding]:
    """
    The target version of the product does not support a label.

    ## Why is this bad?

    An older Interlock ignores labels that were added later, without a warning. `max_fails` and
    `fail_timeout` were added in MKE 3.8.16 and 3.9.6; before that, a failing server is treated as
    NGINX does by default.

    ## Example

    ```yaml
    # interlock-lint check --target mke-3.8.15
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.max_fails: 3
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --target mke-3.8.16
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.max_fails: 3
    ```

    ## Source

    Mirantis Kubernetes Engine documentation, "Configure upstream server health checks", and the
    release notes of 3.9.6.
    """
    target = service.context.target
    if target is None or not target.has_swarm:
        return
    for name, label in service.routing.items():
        row = rows().get(name)
        if row is None or name == "backend_mode":
            continue  # another rule covers the mode
        if target.is_past(row.until):
            versions, remedy = f"was removed after {row.until}", "remove the label"
        elif not target.has(row.since):
            since = " and ".join(row.since)
            versions = f"was added in {since}"
            remedy = f"remove the label, or deploy to {', '.join(row.since)} or newer"
        else:
            continue
        yield Finding(
            span=label.key.span,
            message=f"{target} does not support `{label.key}`, which {versions}",
            effect="Interlock ignores the label without a warning",
            help=remedy,
        )
