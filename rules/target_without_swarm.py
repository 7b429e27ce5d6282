from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="target",
)
def target_without_swarm(stack: Stack) -> Iterator[Finding]:
    """
    The target product version has no Swarm.

    ## Why is this bad?

    MKE 4 runs Kubernetes only. After an upgrade, Swarm workloads are gone, and so is Interlock: no
    stack file can be deployed, whatever its labels say.

    ## Example

    ```yaml
    # interlock-lint check --target mke-4
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --target mke-3.9
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    MKE 3.8 and 3.9 have Swarm and Interlock. For MKE 4 the service has to become a Kubernetes
    workload with an Ingress.

    ## Source

    Mirantis Kubernetes Engine 4 documentation, "Upgrade from MKE 3.x": Swarm workloads no longer
    exist after the upgrade.
    """
    if stack.target is None or stack.target.has_swarm:
        return
    routed = next((service for service in stack.services if service.routing), None)
    if routed is not None:
        yield Finding(
            span=routed.name.span,
            message=f"{stack.target} has no Swarm, and therefore no Interlock",
            effect="the stack cannot be deployed there",
            help="stay on mke-3.9, or move the services to Kubernetes",
        )
