from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
    labels=("backend_mode",),
)
def mode_unsupported_by_target(service: Service) -> Iterator[Finding]:
    """
    VIP mode is set, but the target product version does not support it.

    ## Why is this bad?

    VIP mode was introduced in UCP 3.0.3 and 3.1.2. Older versions of Interlock ignore the label and
    stay in task mode.

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
    The release notes list it under 3.1.2 only, so use 3.1.2 if you can.
    """
    target, since = service.context.target, rows()["backend_mode"].since
    if target is None or not target.has_swarm or target.has(since) or not service.in_vip_mode:
        return
    yield Finding(
        span=service.routing["backend_mode"].value.span,
        message=f"{target} does not support VIP mode",
        effect="Interlock ignores the label, and the service stays in task mode",
        help=f"remove the label, or deploy to {', '.join(since)} or newer",
    )
