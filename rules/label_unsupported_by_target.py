from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
)
def label_unsupported_by_target(service: Service) -> Iterator[Finding]:
    """
    The product version that the stack is for does not have a label.

    ## Why is this bad?

    An older Interlock passes over labels that came later, and says nothing. `max_fails` and
    `fail_timeout` came with MKE 3.8.16 and 3.9.6; before, a failing server is treated as NGINX
    does by default.

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
            continue  # of the mode another rule tells
        if target.is_past(row.until):
            versions, remedy = f"went after {row.until}", "take the label out"
        elif not target.has(row.since):
            since = " and ".join(row.since)
            versions = f"came with {since}"
            remedy = f"take the label out, or deploy on {' or '.join(row.since)} or newer"
        else:
            continue
        yield Finding(
            span=label.key.span,
            message=f"{target} does not have `{label.key}`, which {versions}",
            effect="Interlock ignores the label, and says nothing",
            help=remedy,
        )
