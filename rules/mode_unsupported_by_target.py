from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="target",
    labels=("backend_mode",),
)
def mode_unsupported_by_target(service: Service) -> Iterator[Finding]:
    """
    VIP mode is set, but the target product version does not support it.

    ## Why is this bad?

    Versions of Interlock without VIP mode ignore the label and stay in task mode. The manual says
    that UCP 3.0.3 and 3.1.2 introduced it, but the release notes list it under 3.0.8 and 3.1.2. So
    this is a warning for UCP 3.0.3 to 3.0.7, and an error for older versions.

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
    Release notes of UCP 3.0.8 and 3.1.2, both of 2019-01-09.
    """
    target, row = service.context.target, rows()["backend_mode"]
    if target is None or not target.has_swarm or target.has(row.since) or not service.in_vip_mode:
        return
    disputed = target.has(row.disputed_since)
    yield Finding(
        span=service.routing["backend_mode"].value.span,
        message=f"{target} does not support VIP mode"
        if not disputed
        else f"{target} may not support VIP mode: the manual says it came with "
        f"{row.disputed_since[0]}, the release notes say {row.since[0]}",
        effect="Interlock ignores the label, and the service stays in task mode"
        if not disputed
        else "if it does not, Interlock ignores the label, and the service stays in task mode",
        help=f"remove the label, or deploy to {', '.join(row.since)} or newer",
        at_most=Severity.WARNING if disputed else Severity.ERROR,
    )
