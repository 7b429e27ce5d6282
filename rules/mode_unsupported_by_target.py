from __future__ import annotations

from collections.abc import Iterator

from linter.diagnostic import Finding, Severity
from linter.labels import rows
from linter.rule import Evidence, Subject, rule
from linter.stack import Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
)
def mode_unsupported_by_target(stack: Stack) -> Iterator[Finding]:
    """
    VIP mode on a product version that does not have it.

    ## Why is this bad?

    VIP mode came with UCP 3.0.3 and 3.1.2. An older Interlock passes over the label and stays in
    task mode.

    ## Example

    ```yaml
    # interlock-lint check --target ucp-3.1.1
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --target ucp-3.1.2
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
    ```

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes": VIP mode since UCP 3.0.3 and 3.1.2.
    The release notes have it under 3.1.2 only; so take 3.1.2 where you can.
    """
    since = rows()["backend_mode"].since
    if stack.target is None or not stack.target.has_swarm or stack.target.has(since):
        return
    for service in stack.services:
        if service.in_vip_mode:
            yield Finding(
                span=service.routing["backend_mode"].value.span,
                message=f"{stack.target} has no VIP mode",
                effect="the label is passed over, and the service stays in task mode",
                help=f"take the label out, or deploy on {' or '.join(since)} or newer",
            )
